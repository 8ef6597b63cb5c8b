import type { BufferSize } from "../../model/buffer-size.js";
import type { WorkKind } from "../flow/event.js";

/** What the pacer may know, read once: it needs no memory of earlier snapshots. Times are minutes. */
export interface PaceSnapshot {
  readonly now: number;
  readonly stations: readonly StationState[];
  /** Ready, and held back. */
  readonly gate: readonly WorkState[];
  /** Released and not landed. */
  readonly inFlight: readonly InFlightState[];
  /** How changes that had been released ended, by kind. */
  readonly last7Days: Readonly<Partial<Record<WorkKind, Endings>>>;
}

export interface StationState {
  readonly station: string;
  readonly team: string;
  readonly servers: number;
  /** Whether it is worked at now. */
  readonly open: boolean;
  readonly waiting: readonly WorkId[];
  readonly inService: readonly WorkId[];
  readonly finishedLast7Days: number;
  /** Null when nothing was finished in that time. */
  readonly meanServiceMinutes: number | null;
  /** The buffer before it, where more is known than a snapshot holds; left out: sized by the snapshot. */
  readonly size?: BufferSize;
}

export type WorkId = number | string;

export interface WorkState {
  readonly id: WorkId;
  readonly kind: WorkKind;
  readonly team: string;
  readonly value: number;
  readonly urgent: boolean;
  readonly reversibility: string;
  readonly ageMinutes: number;
  readonly predictedMinutes: { readonly review: number; readonly ci: number };
}

export interface InFlightState extends WorkState {
  /** The station it waits or is worked on at. */
  readonly at: string;
  readonly releasedMinutesAgo: number;
  /** Reviews it has had. */
  readonly reviews: number;
}

export interface Endings {
  readonly landed: number;
  readonly closed: number;
}

/** What to let through the gate, and the order of service at each station until the next answer. */
export interface PaceAnswer {
  readonly release: readonly WorkId[];
  readonly order: Readonly<Record<string, readonly WorkId[]>>;
}

import type { BufferSize } from "../../model/buffer-size.js";
import { bufferSize } from "./buffer-size.js";
import { reviewNeed } from "./need.js";
import type { InFlightState, PaceSnapshot, StationState } from "./snapshot.js";
import type { WorthOf } from "./worth.js";

/**
 * The stock of ready work before a team of reviewers, in minutes of their work, with the zones of buffer
 * management (Goldratt, *The Haystack Syndrome*, 1990): green is stocked, yellow is drawn on, red may run dry.
 */
export interface Buffer {
  readonly team: string;
  readonly minutes: number;
  readonly target: number;
  readonly zone: Zone;
  /** For each reviewer; the target is that of all. */
  readonly size: BufferSize;
}

export type Zone = "green" | "yellow" | "red";

/** Share of what authors are asked to change that comes back before the buffer would run dry. */
const comesBack = 0.3;

export function bufferOf(
  review: StationState,
  of: { readonly snapshot: PaceSnapshot; readonly worthOf: WorthOf },
): Buffer {
  const own = of.snapshot.inFlight.filter((w) => w.team === review.team);
  const minutes = own.reduce((sum, work) => sum + shareComing(work) * of.worthOf(work).minutes, 0);
  const size = review.size ?? bufferSize(reviewNeed(review, of.snapshot));
  const target = review.servers * size.minutes;
  return { team: review.team, minutes, target, zone: zoneOf(minutes, target), size };
}

export function zoneOf(minutes: number, target: number): Zone {
  if (minutes >= (2 * target) / 3) return "green";
  return minutes >= target / 3 ? "yellow" : "red";
}

/** Builds after a review mostly end in landing; builds before it end at the reviewer. */
function shareComing(work: InFlightState): number {
  if (work.at === "review") return 1;
  if (work.at === "ci") return work.reviews > 0 ? 0 : 1;
  return work.at === "authoring" ? comesBack : 0;
}

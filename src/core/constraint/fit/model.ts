import type { Served, WorkKind } from "../flow/event.js";
import type { Calendar } from "../flow/calendar.js";

/**
 * A delivery chain as a queueing network with rework, in the few figures that decide what limits it. Fitted to a
 * ledger by estimate.ts; run again under changed capacity by replay.ts. Times are minutes.
 */
export interface ChainModel {
  readonly authors: AuthorsModel;
  /** Changes that people would start on a working day if an author were free. */
  readonly demand: Figure;
  readonly machines: readonly MachineWork[];
  readonly value: Readonly<Record<WorkKind, number>>;
  readonly urgentShare: number;
  readonly teams: readonly { readonly name: string; readonly share: number }[];
  readonly pools: readonly PoolModel[];
  readonly routes: Readonly<Record<WorkKind, RouteModel>>;
  readonly rework: Readonly<Record<ReworkSource, number>>;
  readonly reworkVariation: number;
  /** Waiting that no event explains, between sign-off and queue; null when there is none. */
  readonly dark: DarkModel | null;
  /** Null: landing is delivery. */
  readonly deploy: DeployModel | null;
  readonly stale: StaleModel;
  /** Whether a push throws finished reviews away. */
  readonly dismissOnPush: boolean;
}

/** A measured mean and its standard error. */
export interface Figure {
  readonly mean: number;
  readonly error: number;
}

export interface AuthorsModel {
  readonly count: number;
  /** Changes one author has open at most; blocked beyond it. */
  readonly wip: number;
  readonly calendar: Calendar;
  readonly work: Figure;
  /** Coefficient of variation of the work. */
  readonly variation: number;
}

/** Changes opened by machines: they come when they come. */
export interface MachineWork {
  readonly kind: Exclude<WorkKind, "human">;
  readonly perDay: Figure;
  /** How many come at once. */
  readonly clump: number;
  readonly calendar: Calendar;
}

export interface PoolModel {
  readonly station: Served;
  readonly team: string;
  readonly servers: number;
  readonly calendar: Calendar;
  readonly work: Figure;
  /** Work of a later visit as a share of the first. */
  readonly again: number;
  readonly variation: number;
  /** Chance that a visit sends the change back: the first, and each later one. */
  readonly back: { readonly first: number; readonly later: number };
  /** Chance that a visit ends the change. */
  readonly rejected: Readonly<Record<WorkKind, number>>;
  /** Order of service: lower goes first, equal is first in, first out. */
  readonly rank: Readonly<Record<WorkClass, number>>;
}

/** Classes that a station may serve in a different order. */
export const workClasses = ["urgent", "human", "agent", "bot"] as const;
export type WorkClass = (typeof workClasses)[number];

/** Share of a kind's changes that pass each of these stations. */
export interface RouteModel {
  readonly review: number;
  readonly approval: number;
  readonly dark: number;
}

export type ReworkSource = Served | "deploy";

/** After how many days of waiting work of machines is closed: between these; the same where it was seen. */
export interface StaleModel {
  readonly days: number;
  readonly least: number;
  readonly most: number;
}

export interface DarkModel {
  /** Null: as many at a time as come. */
  readonly servers: number | null;
  readonly work: Figure;
  readonly variation: number;
}

export interface DeployModel {
  /** Minutes between windows, and one window's moment. */
  readonly every: number;
  readonly phase: number;
  readonly weekends: boolean;
  /** Changes a window takes at most; null when no window was ever full. */
  readonly batch: number | null;
  readonly failed: number;
}

/** What a counterfactual can have more of. */
export const levers = ["authoring", "ci", "review", "approval", "queue", "deploy", "demand", "dark"] as const;
export type Lever = (typeof levers)[number];

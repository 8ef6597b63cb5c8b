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
}

export type Zone = "green" | "yellow" | "red";

/**
 * A good part of a day's work for each reviewer: builds run overnight and keep up with no more than half of what
 * reviewers do by day, so what is not there in the morning is missing in the afternoon; and predictions of size are
 * off by two fifths. More only makes them switch between more open reviews.
 */
export const targetMinutesPerReviewer = 380;
/** Share of what authors are asked to change that comes back before the buffer would run dry. */
const comesBack = 0.3;

export function bufferOf(
  review: StationState,
  of: { readonly snapshot: PaceSnapshot; readonly worthOf: WorthOf },
): Buffer {
  const own = of.snapshot.inFlight.filter((w) => w.team === review.team);
  const minutes = own.reduce((sum, work) => sum + shareComing(work) * of.worthOf(work).minutes, 0);
  const target = review.servers * targetMinutesPerReviewer;
  return { team: review.team, minutes, target, zone: zoneOf(minutes, target) };
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

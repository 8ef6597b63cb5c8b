import type { Instant } from "../model/ids.js";
import { dayMs } from "./change.js";
import { harmWindowMs } from "./history.js";

/** A landed change with what risk said of it before it landed, and what has become of it so far. */
export interface Followed {
  readonly id: string;
  readonly at: Instant;
  readonly score: number;
  /** By a person or agent and not itself a revert: what base rate and ranking are about. */
  readonly counted: boolean;
  readonly moved: "auto" | "judged";
  /** The share that was drawn when this change was; null: not drawn. */
  readonly auditShare: number | null;
  harmedAt: Instant | null;
  /** What the person who looked at it said; null: nobody has answered. */
  answer: "fine" | "harm" | null;
}

/** Nine tenths of all harm that is ever seen shows within this time: a younger change isn't counted as well landed. */
export const maturityMs = 14 * dayMs;

export function wasHarmed({ at, harmedAt }: Followed): boolean {
  return harmedAt !== null && harmedAt - at <= harmWindowMs;
}

/** Old enough to be judged. Not "or harmed already": counting only the harm of young changes would inflate the rate. */
export function isMature({ at }: Pick<Followed, "at">, now: Instant): boolean {
  return now - at >= maturityMs;
}

import type { Instant } from "../model/ids.js";
import { isMature, wasHarmed, type Followed } from "./followed.js";

/** What is known of changes that moved by themselves, and what the audits of some of them add to it. */
export interface Audits {
  /** Moved by itself and old enough to be judged, and how many of those were taken out again. */
  readonly landed: number;
  readonly harmed: number;
  /** Drawn by chance, answered, and found to be harm by whoever looked. */
  readonly drawn: number;
  readonly answered: number;
  readonly found: number;
  /**
   * Share of what moves by itself that is harm by an auditor's word or by being taken out. Every answered draw counts
   * the same, whatever its score, so nothing that risk or review prefers can bias it. Null before the first answer.
   */
  readonly rate: Estimate | null;
}

export interface Estimate {
  readonly rate: number;
  /** Of 95 %. */
  readonly low: number;
  readonly high: number;
}

export function auditsOf(all: readonly Followed[], now: Instant): Audits {
  const auto = all.filter((f) => f.moved === "auto");
  const mature = auto.filter((f) => isMature(f, now));
  const drawn = auto.filter((f) => f.auditShare !== null);
  const answered = drawn.filter((f) => f.answer !== null);
  const harm = answered.filter((f) => f.answer === "harm" || wasHarmed(f));
  return {
    landed: mature.length,
    harmed: mature.filter(wasHarmed).length,
    drawn: drawn.length,
    answered: answered.length,
    found: answered.filter((f) => f.answer === "harm").length,
    rate: answered.length === 0 ? null : wilson(harm.length, answered.length),
  };
}

const z = 1.96;

/** Wilson's score interval: honest for small counts and for none. */
function wilson(hits: number, of: number): Estimate {
  const rate = hits / of;
  const centre = (rate + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const reach = (z / (1 + z ** 2 / of)) * Math.sqrt((rate * (1 - rate)) / of + z ** 2 / (4 * of ** 2));
  return { rate, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

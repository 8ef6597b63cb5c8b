import type { ActorKind } from "../model/actor.js";
import type { Level, Reversibility } from "../model/classification.js";
import type { Instant } from "../model/ids.js";
import type { Autonomy } from "../policy/policy.js";

/**
 * Autonomy: how much a class of change by a kind of author may do by itself. It is earned slowly, by the outcomes of
 * that class, and lost at once.
 *
 *   none ── enough outcomes, few bad ──► watched ── proven ──► earned
 *     ▲                                     ▲                    │
 *     └──── two bad ones lately ────────────┴── one bad one ─────┘
 */

/** A kind of author, a door and a level of risk: `agent/reversible/low`. */
export type ChangeClass = string;

/** What became of the changes of one class. */
export interface ClassOutcomes {
  /** Landed, and for long enough that what they do would have shown. */
  readonly landed: number;
  /** Of all that landed, those that were taken out again. */
  readonly harmed: number;
  /** When: the latest. */
  readonly harmedAt: readonly Instant[];
}

export interface EarnedAutonomy {
  readonly class: ChangeClass;
  readonly level: Autonomy;
  readonly outcomes: ClassOutcomes;
}

const dayMs = 24 * 60 * 60_000;
/** A landed change counts as gone well after this long: reverts come within days. */
export const matureMs = 7 * dayMs;
/** Bad outcomes count against their class as lately for this long. */
const latelyMs = 30 * dayMs;
/** One bad outcome lately takes `earned` away, so many take everything. */
const breachedBy = 2;
/** The probability of harm that a class may have at most, with 95 % confidence, to be believed so far. */
const harmMax = { earned: 0.05, watched: 0.25 } as const;
/** One-sided 95 % of the normal distribution. */
const z = 1.645;

const nothing: ClassOutcomes = { landed: 0, harmed: 0, harmedAt: [] };

export function changeClass(of: { kind: ActorKind; reversibility: Reversibility; risk: Level }): ChangeClass {
  return `${of.kind}/${of.reversibility}/${of.risk}`;
}

/** What a class may do by itself. One-way doors, and what cannot be judged, stay with people whatever came of them. */
export function autonomyOf(
  of: ChangeClass,
  { known, now }: { known: Readonly<Record<ChangeClass, ClassOutcomes>>; now: Instant },
): EarnedAutonomy {
  const outcomes = (Object.hasOwn(known, of) ? known[of] : undefined) ?? nothing;
  return { class: of, level: levelOf(of, { outcomes, now }), outcomes };
}

function levelOf(of: ChangeClass, { outcomes, now }: { outcomes: ClassOutcomes; now: Instant }): Autonomy {
  if (/\/(irreversible|unknown)\//.test(of)) return "none";
  const lately = outcomes.harmedAt.filter((at) => now - at < latelyMs).length;
  if (lately >= breachedBy) return "none";
  const harm = harmAtMost(outcomes);
  if (harm <= harmMax.earned && lately === 0) return "earned";
  return harm <= harmMax.watched ? "watched" : "none";
}

/**
 * The upper end of Wilson's score interval for the share of bad outcomes (E. B. Wilson, 1927): without any, 9 landings
 * bring it below 25 %, 52 below 5 %.
 */
export function harmAtMost({ landed, harmed }: Pick<ClassOutcomes, "landed" | "harmed">): number {
  const n = Math.max(landed, harmed);
  if (n === 0) return 1;
  const share = harmed / n;
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return (share + (z * z) / (2 * n) + spread) / (1 + (z * z) / n);
}

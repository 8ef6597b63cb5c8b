import type { Reversibility } from "../model/classification.js";
import type { Instant, PrNumber } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { nextOpening, within, type TimeSpan } from "../policy/calendar.js";
import type { Condition, Policy } from "../policy/policy.js";
import type { PacedUnit } from "./pace.js";

/**
 * Changes of one class that wait for the same judgment and for nothing else: their evidence is complete, so one sitting
 * can answer for them all.
 */
export interface Batch {
  readonly reversibility: Reversibility;
  /** Who could answer for all of it; empty: nobody is known by name. */
  readonly of: readonly string[];
  readonly numbers: readonly PrNumber[];
  readonly minutes: number;
  /** When such changes can next land, by windows and by rules that hold them outside hours; null: at any time. */
  readonly opens: Instant | null;
}

export interface Batches {
  /** Two changes or more each, in the order of the list. */
  readonly batches: readonly Batch[];
  /** Waiting for judgment and for evidence: to be prepared ahead. */
  readonly unprepared: readonly PrNumber[];
}

/** Fewer are no batch. */
const fewest = 2;

/** @param waiting in the order of the list, each with the minutes that it takes */
export function batchesOf(
  waiting: readonly { readonly unit: PacedUnit; readonly minutes: number }[],
  { policy, now }: { readonly policy: Policy; readonly now: Instant },
): Batches {
  const found: (Batch & { readonly key: string })[] = [];
  const unprepared: PrNumber[] = [];
  for (const { unit, minutes } of waiting) {
    const { number } = unit.pull;
    if (!unit.verdict.reasons.every(isJudgmentOrCalendar)) {
      unprepared.push(number);
      continue;
    }
    const { reversibility } = unit.classification;
    const of = [...new Set(unit.verdict.asks.flatMap((a) => a.of))];
    const spans = hoursOf(unit, policy);
    const key = JSON.stringify([reversibility, unit.verdict.asks.map((a) => [a.rule, a.count]), spans]);
    const at = found.findIndex(
      (b) => b.key === key && (of.length === 0 ? b.of.length === 0 : shared(b.of, of).length > 0),
    );
    const known = found[at];
    if (known) {
      const together = {
        of: shared(known.of, of),
        numbers: [...known.numbers, number],
        minutes: known.minutes + minutes,
      };
      found[at] = { ...known, ...together };
    } else found.push({ key, reversibility, of, numbers: [number], minutes, opens: opensAt(spans, policy, now) });
  }
  const batches = found.map(({ key: _, ...batch }) => batch).filter((b) => b.numbers.length >= fewest);
  return { batches, unprepared };
}

/** Authors don't judge their own: of two changes, those who may answer for both. */
function shared(a: readonly string[], b: readonly string[]): string[] {
  return a.filter((who) => b.includes(who));
}

/** Everything else that stands in the way is evidence, or for the author to do. */
const judgmentOrCalendar: ReadonlySet<Reason["code"]> = new Set([
  "approvals-missing",
  "approvals-given",
  "approval-void",
  "rule-applies",
  "rule-holds",
  "condition",
  "person-asked-for",
]);

function isJudgmentOrCalendar({ code }: Reason): boolean {
  return judgmentOrCalendar.has(code);
}

/** Hours outside which a rule holds it. */
function hoursOf({ verdict }: PacedUnit, policy: Policy): TimeSpan[] {
  const holding = new Set(verdict.reasons.flatMap((r) => (r.code === "rule-holds" ? [r.rule] : [])));
  return policy.rules.filter((r) => holding.has(r.name)).flatMap((r) => outsideOf(r.when));
}

/** The spans that a condition speaks of the outside of: `not: { time: … }`. */
function outsideOf(condition: Condition | null): readonly TimeSpan[] {
  if (condition?.test === "all") return condition.of.flatMap(outsideOf);
  return condition?.test === "not" && condition.of.test === "time" ? condition.of.spans : [];
}

/** The later of what its rules and the merge windows say. */
function opensAt(hours: readonly TimeSpan[], { queue }: Policy, now: Instant): Instant | null {
  const opens = [hours, queue.windows]
    .filter((spans) => spans.length > 0 && !spans.some((span) => within(span, now)))
    .flatMap((spans) => nextOpening(spans, now) ?? []);
  return opens.length === 0 ? null : Math.max(...opens);
}

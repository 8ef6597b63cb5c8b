import type { Facts, PolicyReplay, ReplayedUnit } from "../facts/facts.js";
import type { Instant } from "../model/ids.js";
import { read } from "../model/read.js";
import type { Verdict } from "../model/verdict.js";
import type { Policy } from "../policy/policy.js";
import type { QueueState } from "../queue/state.js";
import { judge } from "./judge.js";

/** A recorded decision, as far as judging its units again needs it. */
export interface RecordedRun {
  readonly at: Instant;
  readonly facts: Facts;
  readonly next: QueueState;
  /** Numbers of the units to judge again. */
  readonly numbers: readonly number[];
}

/** Differences kept: more are counted, not listed. */
const differentKept = 100;

/**
 * What another policy would have made of recorded changes, beside what the present one makes of the very same facts: a
 * difference is the proposal's, and not that of time passing. What only the proposed policy would have read (a team
 * that it names first) is unknown, and unknown never permits.
 */
export function rehearse(
  runs: readonly RecordedRun[],
  { present, proposed }: { present: Policy; proposed: Policy },
): PolicyReplay {
  const units = runs.flatMap((run) => run.numbers.flatMap((number) => rejudged(run, number, { present, proposed })));
  const different = units.filter((u) => u.was !== u.is || u.permitted !== u.permits);
  return {
    units: units.length,
    since: runs.length === 0 ? null : Math.min(...runs.map((r) => r.at)),
    differing: different.length,
    different: different.sort((a, b) => b.number - a.number).slice(0, differentKept),
  };
}

function rejudged(
  { at, facts, next }: RecordedRun,
  number: number,
  { present, proposed }: { present: Policy; proposed: Policy },
): ReplayedUnit[] {
  const pull = facts.pulls.find((p) => p.number === number);
  if (!pull) return [];
  const under = (policy: Policy) => judge(pull, { facts, law: { policy }, state: next, now: at }).verdict;
  const [before, after] = [under(present), under(proposed)];
  return [
    {
      number: pull.number,
      title: pull.title,
      was: before.path,
      is: after.path,
      permitted: before.permits,
      permits: after.permits,
    },
  ];
}

/** What a policy asks of a recorded change before anybody has judged it; null when the record doesn't hold it. */
export function asProposed(
  { at, facts, next }: RecordedRun,
  { number, policy }: { number: number; policy: Policy },
): Verdict | null {
  const pull = facts.pulls.find((p) => p.number === number);
  if (!pull) return null;
  const unjudged = { ...pull, reviews: read([]), commands: [] };
  const unit = next.units[number];
  const state = unit ? { ...next, units: { ...next.units, [number]: { ...unit, standing: {} } } } : next;
  return judge(unjudged, { facts, law: { policy }, state, now: at }).verdict;
}

import type { EarnedAutonomy } from "../memory/autonomy.js";
import type { Classification, Risk } from "../model/classification.js";
import type { Instant, PrNumber } from "../model/ids.js";
import type { Verdict } from "../model/verdict.js";
import type { PolicyProposal } from "./proposal.js";
import type { PullFacts } from "../facts/facts.js";
import type { QueueState, UnitState } from "../queue/state.js";

/** A work unit within one decision: what is known of the pull request, and what was judged of it. */
export interface Unit {
  readonly pull: PullFacts;
  readonly classification: Classification;
  readonly risk: Risk;
  readonly verdict: Verdict;
  /** What is to be said of the policy that it proposes; null: it leaves the policy as it is. */
  readonly proposal: PolicyProposal | null;
  /** What its class has earned; null where nobody has kept what became of changes. */
  readonly autonomy: EarnedAutonomy | null;
  /** Names of the freezes in force that let it pass. */
  readonly passes: readonly string[];
  readonly state: UnitState;
}

export function newUnit(pull: PullFacts): UnitState {
  return {
    number: pull.number,
    headSha: pull.headSha,
    standing: {},
    place: { kind: "proposed" },
    expected: null,
    risk: null,
    heads: pull.heads,
    words: 0,
    said: {},
    denied: [],
    ourLabels: [],
  };
}

/** Numbers of the units that are in the queue and not yet landed, by when they came. */
export function queuedUnits(state: QueueState): { number: PrNumber; at: Instant }[] {
  return Object.values(state.units)
    .flatMap((u) => (u.place.kind === "queued" ? [{ number: u.number, at: u.place.at }] : []))
    .sort((a, b) => a.at - b.at || a.number - b.number);
}

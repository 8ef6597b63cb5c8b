import { classifyOnce } from "../classify/memo.js";
import type { Facts, PullFacts } from "../facts/facts.js";
import { govern } from "../governance/govern.js";
import type { GovernInput } from "../governance/judged.js";
import type { PolicyInForce } from "../governance/in-force.js";
import { trippedRules } from "../governance/tripped.js";
import { autonomyOf, changeClass, type EarnedAutonomy } from "../memory/autonomy.js";
import type { ActorKind } from "../model/actor.js";
import type { Classification, Risk } from "../model/classification.js";
import type { Instant } from "../model/ids.js";
import { actorKind } from "../policy/actors.js";
import type { QueueState, UnitState } from "../queue/state.js";
import { levelOf } from "../risk/level.js";
import { freezesPassed } from "./controls.js";
import { policyProposal, proposalFault } from "./proposal.js";
import { stationOf } from "./station.js";
import { newUnit, type Unit } from "./unit.js";

/** Believed of a change before anything was learned: the usual share of changes that are taken out again. */
const unlearnedRisk: Risk = {
  score: 0.015,
  level: "low",
  why: ["Nothing has been learned about this repository yet."],
};

interface Context {
  readonly facts: Facts;
  readonly law: Pick<PolicyInForce, "policy">;
  readonly now: Instant;
}

/** One change before the law: what it is, how risky it is believed to be, and who must agree. */
export function judge(pull: PullFacts, { facts, law, state, now }: Context & { state: QueueState }): Unit {
  const unit = state.units[pull.number] ?? newUnit(pull);
  const judged = judgments(pull, { facts, law, unit });
  const { policy } = law;
  const author = { ...pull.author, kind: authorKind(pull, law) };
  const proposal = policyProposal(pull, now);
  const fault = proposalFault(proposal);
  const station = stationOf(pull, { ...unit, policy });
  const autonomy = earned({ kind: author.kind, ...judged }, { facts, now });
  const input: GovernInput = {
    repo: facts.repo,
    pull: { ...pull, author },
    ...judged,
    policy,
    standing: unit.standing,
    ...(station && { station }),
    ...(autonomy && { autonomy: autonomy.level }),
    tripped: trippedRules(policy, facts.lessons.autoHarm, now),
    ...(fault && { fault }),
  };
  const verdict = govern(input, now);
  const passes = freezesPassed({ ...input, now });
  return { pull, ...judged, verdict, proposal, autonomy, passes, state: { ...unit, risk: judged.risk } };
}

/** Null where nobody has kept what became of changes. */
function earned(
  { kind, classification, risk }: { kind: ActorKind; classification: Classification; risk: Risk },
  { facts, now }: Pick<Context, "facts" | "now">,
): EarnedAutonomy | null {
  const known = facts.lessons.classes;
  if (!known) return null;
  const of = changeClass({ kind, reversibility: classification.reversibility, risk: risk.level });
  return autonomyOf(of, { known, now });
}

export function judgments(pull: PullFacts, { facts, law, unit }: Pick<Context, "facts" | "law"> & { unit: UnitState }) {
  const author = { ...pull.author, kind: authorKind(pull, law) };
  const files = pull.files.state === "read" ? pull.files.value : [];
  const change = { title: pull.title, body: pull.body, labels: pull.labels, author, files };
  const classification = classifyOnce(change, pull.diffDigest);
  const believed = unit.risk ?? facts.lessons.risk[pull.number] ?? unlearnedRisk;
  const risk = { ...believed, level: levelOf(believed.score, law.policy.risk) };
  return { classification, risk };
}

export function authorKind(pull: PullFacts, law: Context["law"]) {
  const named = actorKind(law.policy.actors, pull.author.login);
  return named === "human" ? pull.author.kind : named;
}

import type { Decision, UnitDecision } from "./line/decision.js";
import type { Facts, PullFacts } from "./facts/facts.js";
import { policyDigest, policyInForce, type PolicyInForce } from "./governance/in-force.js";
import { isAnyOf } from "./governance/people.js";
import type { LineEffect } from "./model/effect.js";
import type { Instant } from "./model/ids.js";
import { atTheGate } from "./line/gate.js";
import { takeIn } from "./line/groups.js";
import { afterLineCommand, takeCommands } from "./line/commands.js";
import { placeUnits } from "./line/place.js";
import { planLine } from "./line/planning.js";
import { retargets } from "./line/depends.js";
import { policyControls } from "./line/controls.js";
import { heldOf, pacedLandings } from "./line/landing-pace.js";
import { requiredChecks, slotsFor } from "./line/rules.js";
import { judge, judgments } from "./line/judge.js";
import { newUnit, type Unit } from "./line/unit.js";
import { explainUnit } from "./line/explain-unit.js";
import { sayUnits } from "./explain/say.js";
import type { QueueState, UnitState } from "./queue/state.js";

/**
 * The one composer: classify, govern, order, plan, explain. Pure: the same facts, state and instant give the same
 * decision, so that a recorded one can be recomputed.
 */
export function decide(facts: Facts, previous: QueueState, now: Instant): Decision {
  return withWords(withoutWords(facts, previous, now));
}

/** What was decided, before anything is said of it. */
export interface Wordless {
  readonly state: QueueState;
  readonly units: readonly UnitDecision[];
  readonly effects: readonly LineEffect[];
  readonly facts: Facts;
  readonly law: PolicyInForce;
}

export function withWords({ state, units, effects, facts, law }: Wordless): Decision {
  const said = sayUnits(state, units, { facts, policy: law.policy });
  return { next: said.state, units, effects: [...effects, ...said.effects], policyDigest: policyDigest(law) };
}

export function withoutWords(facts: Facts, previous: QueueState, now: Instant): Wordless {
  const law = policyInForce(facts.repo);
  const taken = takeIn(previous, facts, {
    rules: requiredChecks(law.policy, facts),
    auditShare: law.policy.auditShare,
    now,
  });
  const commanded = commandAll(taken, { facts, law, now });
  const judged = facts.pulls
    .filter((p) => p.state === "open")
    .map((pull) => judge(pull, { facts, law, state: commanded, now }));
  const units = atTheGate(judged, { facts, law, now });
  const placed = placeUnits(commanded, { units, facts, law, now });
  const paced = pacedLandings({ state: placed, units, facts, law, now });
  const planned = planLine(placed, {
    units: placed.stopped ? [] : units.map((u) => ({ ...u, state: placed.units[u.pull.number] ?? u.state })),
    facts,
    settings: {
      slots: slotsFor(law.policy, facts),
      ownChecks: law.policy.queue.ownChecks,
      lanes: law.policy.queue.lanes,
      priorities: law.policy.queue.priorities,
      paused: placed.paused !== null,
      controls: policyControls(
        law.policy.queue,
        ({ name }) => units.filter((u) => u.passes.includes(name)).map((u) => u.pull.number),
        heldOf(paced),
      ),
    },
    now,
  });
  const decided = [...units, ...landedUnits(planned.state, { facts, law, now })].map((unit): UnitDecision =>
    explainUnit(unit, { state: planned.state, planned: planned.reasons, paced, facts, law, now }),
  );
  const effects = [...retargets(facts.pulls, { facts, state: planned.state }), ...planned.effects];
  return { state: planned.state, units: decided, effects, facts, law };
}

interface Context {
  readonly facts: Facts;
  readonly law: PolicyInForce;
  readonly now: Instant;
}

/** Commands first: what people said stands before anything is judged. */
function commandAll(state: QueueState, context: Context): QueueState {
  let next = state;
  for (const pull of context.facts.pulls) {
    if (pull.state !== "open") continue;
    next = commandOne(next, pull, context);
  }
  return next;
}

function commandOne(state: QueueState, pull: PullFacts, { facts, law, now }: Context): QueueState {
  const known = state.units[pull.number];
  const unit = known ? followHead(known, pull) : newUnit(pull);
  const view = {
    repo: facts.repo,
    pull,
    ...judgments(pull, { facts, law, unit }),
    policy: law.policy,
    standing: unit.standing,
    now,
  };
  const commanded = takeCommands(unit, {
    pull,
    repo: facts.repo,
    seen: state.commandsSeen[pull.number] ?? 0,
    policy: law.policy,
    may: (by, who) => isAnyOf(by.login, who, view),
  });
  if (commanded.unit === known && commanded.seen === (state.commandsSeen[pull.number] ?? 0)) return state;
  return {
    ...state,
    units: { ...state.units, [pull.number]: commanded.unit },
    commandsSeen: commanded.seen === 0 ? state.commandsSeen : { ...state.commandsSeen, [pull.number]: commanded.seen },
    ...afterLineCommand(commanded.line),
  };
}

/** Heads remembered of a unit, with the digests of their diffs: approvals are bound to them. */
const headsKept = 50;

/** A new head is a new proposal: it leaves the queue, and an ejection of the old one no longer counts. */
function followHead(unit: UnitState, pull: PullFacts): UnitState {
  if (unit.headSha === pull.headSha) return unit;
  const place: UnitState["place"] = unit.place.kind === "landed" ? unit.place : { kind: "proposed" };
  return { ...unit, headSha: pull.headSha, place, risk: null, heads: pull.heads.slice(-headsKept) };
}

/** What landed since the last decision is told once more, so that its check can say so. */
function landedUnits(state: QueueState, context: Context): Unit[] {
  return context.facts.pulls
    .filter((p) => p.state !== "open" && state.units[p.number]?.place.kind === "landed")
    .map((pull) => judge(pull, { ...context, state }));
}

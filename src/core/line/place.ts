import type { Facts } from "../facts/facts.js";
import type { PolicyInForce } from "../governance/in-force.js";
import { rulesThatMove } from "../governance/tripped.js";
import type { Instant } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { QueueState, UnitState } from "../queue/state.js";
import { dependencyReasons } from "./depends.js";
import { gateReasons, isHeld } from "./gate.js";
import type { Unit } from "./unit.js";

interface Context {
  readonly state: QueueState;
  readonly units: readonly Unit[];
  readonly facts: Facts;
  readonly law: PolicyInForce;
  readonly now: Instant;
}

/** Who is in the queue: enters what may and wants to, leaves what may no longer. Landed units stay remembered. */
export function placeUnits(state: QueueState, given: Omit<Context, "state">): QueueState {
  const context = { ...given, state };
  const units = { ...state.units };
  for (const unit of context.units) {
    const place = placeOf(unit, context);
    const { expectedFirst, ...state } = unit.state;
    const first = expectedFirst && { expectedFirst };
    const expected = place.kind === "queued" ? { expected: state.expected, ...first } : { expected: null };
    units[unit.pull.number] = { ...state, place, ...expected };
  }
  return { ...state, units: forgetOld(units, context) };
}

function placeOf(unit: Unit, context: Context): UnitState["place"] {
  const { place } = unit.state;
  if (place.kind === "landed") return place;
  if (place.kind === "ejected" && !askedAgain(unit, place)) return place;
  if (waitReasons(unit, context).length > 0) return leave(unit, context.now);
  if (place.kind === "queued") return { ...place, hotfix: isHotfix(unit, context.law) };
  return {
    kind: "queued",
    at: context.now,
    by: unit.state.standing.queue?.wanted === "in" ? unit.state.standing.queue.by : null,
    hotfix: isHotfix(unit, context.law),
    ...(unit.verdict.path === "auto"
      ? { moved: "auto", rules: rulesThatMove(unit.verdict, context.law.policy) }
      : { moved: "judged" }),
  };
}

/** Ejected on proof: it comes back with a new head, or when somebody asks for it after that. */
function askedAgain(unit: Unit, ejected: Extract<UnitState["place"], { kind: "ejected" }>): boolean {
  const { queue } = unit.state.standing;
  if (queue?.wanted !== "in") return false;
  // Who took it out wanted it out; that it is wanted in again came after. GitHub dates comments to the second only.
  return ejected.why.kind === "dequeued" || queue.at > ejected.at;
}

function leave(unit: Unit, now: Instant): UnitState["place"] {
  const { queue } = unit.state.standing;
  if (unit.state.place.kind === "queued" && queue?.wanted === "out")
    return { kind: "ejected", at: now, headSha: unit.pull.headSha, why: { kind: "dequeued", by: queue.by } };
  return { kind: "proposed" };
}

function isHotfix(unit: Unit, law: PolicyInForce): boolean {
  const { hotfixLabel } = law.policy.queue;
  return (hotfixLabel !== null && unit.pull.labels.includes(hotfixLabel)) || unit.state.standing.queue?.hotfix === true;
}

/** Why it is not in the queue; empty when it should be. */
export function waitReasons(
  unit: Unit,
  { facts, law, state: queue }: Pick<Context, "facts" | "law" | "state">,
): Reason[] {
  const { pull, verdict, state } = unit;
  if (pull.state !== "open") return [{ code: "closed" }];
  const wanted = state.standing.queue?.wanted;
  const start = law.policy.queue.start[verdict.path === "auto" ? "auto" : "review"];
  const unasked = wanted === undefined && start === "on-command";
  return [
    ...(isHeld(state) ? gateReasons(state) : []),
    ...(pull.draft ? [{ code: "draft" } as const] : []),
    ...(verdict.permits ? [] : verdict.reasons.length > 0 ? verdict.reasons : [{ code: "not-queued" } as const]),
    ...dependencyReasons(pull, { facts, state: queue }),
    ...(verdict.permits && (wanted === "out" || unasked) ? [{ code: "not-queued" } as const] : []),
  ];
}

/** Units whose pull request is closed are forgotten, landed ones after a while: the ledger keeps them. */
const landedRememberedMs = 24 * 60 * 60_000;

function forgetOld(units: Record<number, UnitState>, { facts, now }: Context): Record<number, UnitState> {
  const open = new Set(facts.pulls.filter((p) => p.state === "open").map((p) => p.number));
  const kept = Object.values(units).filter(
    (u) => open.has(u.number) || (u.place.kind === "landed" && now - u.place.at < landedRememberedMs),
  );
  return Object.fromEntries(kept.map((u) => [u.number, u]));
}

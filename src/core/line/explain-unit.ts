import type { UnitDecision } from "./decision.js";
import type { Facts } from "../facts/facts.js";
import type { PolicyInForce } from "../governance/in-force.js";
import type { Instant, PrNumber } from "../model/ids.js";
import { reversibilityReason, type Reason } from "../model/reason.js";
import type { Policy } from "../policy/policy.js";
import { whoText } from "../policy/who.js";
import type { GroupState, QueueState, UnitState } from "../queue/state.js";
import { gateReasons } from "./gate.js";
import { isOnItsWay } from "./groups.js";
import type { Paced } from "./landing-pace.js";
import { waitReasons } from "./place.js";
import { touchedBy } from "./touched.js";
import { queuedUnits, type Unit } from "./unit.js";

interface Context {
  readonly state: QueueState;
  /** What the planner says of queued changes. */
  readonly planned: ReadonlyMap<PrNumber, Reason>;
  /** Queued changes that wait for the pace of landings, or would. */
  readonly paced: readonly Paced[];
  readonly facts: Facts;
  readonly law: PolicyInForce;
  readonly now: Instant;
}

/** The value that everybody is shown: where the unit stands and why, who acts next, when to expect it. */
export function explainUnit(unit: Unit, context: Context): UnitDecision {
  const { proposal } = unit;
  const place = context.state.units[unit.pull.number]?.place ?? unit.state.place;
  const standing = placeReasons(unit, context);
  const watched = place.kind === "proposed" ? gateReasons(unit.state) : watchedPace(unit, context);
  const kind: Reason[] = [
    reversibilityReason(unit.classification),
    { code: "risk", level: unit.risk.level, score: unit.risk.score },
    ...context.law.reasons,
  ];
  return {
    number: unit.pull.number,
    headSha: unit.pull.headSha,
    classification: unit.classification,
    risk: unit.risk,
    verdict: unit.verdict,
    reasons: distinct([...standing, ...voidedReasons(unit), ...watched, ...kind]),
    next: place.kind === "landed" ? auditors(standing) : nextToAct(unit, standing, context),
    ...(proposal && { proposal }),
    ...(unit.autonomy && { autonomy: unit.autonomy }),
    expected: rangeOf(context.state.units[unit.pull.number]?.expected ?? null),
  };
}

function rangeOf(expected: UnitState["expected"]): UnitDecision["expected"] {
  return expected && { from: expected.from, to: expected.to };
}

/** Where the policy only watches the pace of landings: what it would have made of this one. */
function watchedPace({ pull }: Unit, { paced }: Context): Reason[] {
  return paced.filter((p) => p.number === pull.number && p.reason.how === "observed").map((p) => p.reason);
}

/** What was given and does not count: whoever gave it would otherwise wonder why it still waits. */
function voidedReasons({ verdict }: Unit): Reason[] {
  if (verdict.permits) return [];
  return verdict.tree.reasons.filter((r) => r.code === "approval-void" || r.code === "override-void");
}

function placeReasons(unit: Unit, context: Context): Reason[] {
  const { state, facts, law } = context;
  const place = state.units[unit.pull.number]?.place ?? unit.state.place;
  if (place.kind === "landed") {
    const landed = {
      code: "landed",
      sha: place.sha,
      at: place.at,
      ...(place.parts && { parts: place.parts }),
    } as const;
    return [landed, ...auditReasons(place, law.policy)];
  }
  if (place.kind === "ejected") {
    if (place.why.kind === "dequeued") return [{ code: "held", by: place.why.by, at: place.at }];
    if (place.why.kind === "conflict" && place.why.with.length === 0)
      return [{ code: "conflict", withBase: facts.repo.baseSha }];
    if (place.why.kind === "conflict") return place.why.with.map((other) => ({ code: "conflict-with", other }));
    return [{ code: "ejected", group: place.why.group, urls: place.why.urls, with: place.why.with }];
  }
  if (place.kind === "proposed") {
    const waits = waitReasons(unit, { facts, law, state });
    return waits.length > 0 ? waits : [{ code: "ready" }];
  }
  if (state.stopped) return [{ code: "line-stopped", why: state.stopped.why }];
  if (state.paused) return [{ code: "paused", by: state.paused.by, why: state.paused.why }];
  return [queueReason(unit, context), ...touchReasons(unit, law.policy)];
}

/** Targets named in one reason. */
const targetsShown = 5;

/** Who waits for whom follows from what each touches, where the policy has lanes. */
function touchReasons(unit: Unit, { queue: { lanes } }: Policy): Reason[] {
  if (!lanes) return [];
  const touched = touchedBy(unit, lanes);
  if (touched.kind === "these") {
    const targets = touched.targets.slice(0, targetsShown);
    return [{ code: "touches", targets, more: touched.targets.length - targets.length }];
  }
  const { because, ...rest } = touched.why;
  const what = "path" in rest ? rest.path : "what" in rest ? rest.what : undefined;
  return [{ code: "touches-everything", because, ...(what !== undefined && { what }) }];
}

/** Whoever answers for the rules that moved it looks at it; nobody does who is not named by one. */
function auditReasons({ audit, rules }: Extract<UnitState["place"], { kind: "landed" }>, policy: Policy): Reason[] {
  if (!audit) return [];
  const moving = [...policy.rules, ...policy.precedents.map((p) => p.rule)].filter((r) => rules?.includes(r.name));
  const owners = moving.flatMap(({ owner }) => (owner ? [whoText(owner).replace(/^@/, "")] : []));
  return [{ code: "audit-drawn", share: audit.share, of: owners.length > 0 ? [...new Set(owners)] : ["write"] }];
}

function auditors(reasons: readonly Reason[]): readonly string[] {
  return reasons.flatMap((r) => (r.code === "audit-drawn" ? r.of : []));
}

/** What keeps a change from landing matters more than that it is being tested. */
const heldCodes: ReadonlySet<Reason["code"]> = new Set([
  "paused",
  "frozen",
  "window-closed",
  "throttled",
  "drum-full",
  "deploy-full",
  "branch-red",
  "checks-failed",
  "checks-pending",
]);

function queueReason(unit: Unit, { state, planned }: Context): Reason {
  const reason = planned.get(unit.pull.number);
  if (reason && heldCodes.has(reason.code)) return reason;
  const groups = state.groups.filter(
    (g) => g.phase.kind !== "failed" && g.members.some((m) => m.number === unit.pull.number),
  );
  for (const { id, phase } of groups) {
    if (!isOnItsWay(phase)) continue;
    const parts = phase.composition?.parts;
    return { code: "landing", group: id, sha: phase.sha, ...(parts && { parts }) };
  }
  const [group] = [...groups].sort((a, b) => a.members.length - b.members.length);
  if (group) return testingReason(unit, { group, state });
  if (reason) return reason;
  const ahead = queuedUnits(state).findIndex((u) => u.number === unit.pull.number);
  return { code: "waits-for-slot", ahead: Math.max(0, ahead) };
}

function testingReason(unit: Unit, { group, state }: { group: GroupState; state: QueueState }): Reason {
  const failed = state.groups.findLast(
    (g) =>
      g.phase.kind === "failed" &&
      g.members.length === group.members.length &&
      g.members.every((m) => group.members.some((o) => o.number === m.number)),
  );
  if (group.attempt > 1 && failed?.phase.kind === "failed") {
    const { cause } = failed.phase;
    const why = cause === "infrastructure" || cause === "timeout" ? cause : "flake";
    return { code: "retrying", group: group.id, attempt: group.attempt, why };
  }
  const others = group.members.map((m) => m.number).filter((n) => n !== unit.pull.number);
  return { code: "testing", group: group.id, with: others, attempt: group.attempt };
}

function nextToAct(unit: Unit, reasons: readonly Reason[], { state }: Context): string[] {
  const author = [unit.pull.author.login];
  for (const reason of reasons) {
    switch (reason.code) {
      case "draft":
      case "ejected":
      case "conflict":
      case "conflict-with":
      case "changes-requested":
      case "evidence-missing":
      case "proposed-policy":
        return author;
      case "refused":
        return author;
      case "gated":
        if (reason.how === "held") return ["drumline"];
        break;
      case "held":
        return [reason.by];
      case "testing":
      case "retrying":
        return ["ci"];
      case "stacked-on":
      case "depends-on":
        return [`#${reason.number}`];
      case "not-queued":
        if (unit.verdict.permits) return author;
        break;
      default:
    }
  }
  const asked = unit.verdict.permits ? [] : unit.verdict.asks.flatMap((a) => a.of.slice(0, 3));
  if (asked.length > 0) return [...new Set(asked)];
  return state.units[unit.pull.number]?.place.kind === "queued" ? ["drumline"] : author;
}

function distinct(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter((reason) => {
    const key = JSON.stringify(reason);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

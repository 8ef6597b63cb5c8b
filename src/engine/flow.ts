import { classifyOnce } from "../core/classify/memo.js";
import type { Facts, PullFacts } from "../core/facts/facts.js";
import { revertsNamed } from "../core/memory/reverts.js";
import type { Instant, PrNumber } from "../core/model/ids.js";
import { scoredChangeOf, type ScoredChange } from "../core/risk/change.js";
import type { Decision, UnitDecision } from "../core/line/decision.js";
import { hasPassed } from "../core/line/groups.js";
import { signsOf } from "../core/line/pass.js";
import type { GroupState, QueueState, UnitState } from "../core/queue/state.js";
import type { FlowRecord } from "./ports.js";

/**
 * The steps that a decision made, for the ledger of flow: what was judged, entered the queue, landed or was sent back, what it took
 * out again, and how its groups fared. Landed changes are written down as risk reads them, so that what was learned can
 * be rebuilt from the ledger alone.
 */
export function flowOf(
  before: QueueState,
  { next: after, units: judged }: Pick<Decision, "next" | "units">,
  { facts, now }: { facts: Facts; now: Instant },
): FlowRecord[] {
  const verdicts = judged
    .filter((unit) => before.units[unit.number]?.headSha !== unit.headSha)
    .flatMap((unit) => verdictStep(unit, { facts, now }));
  const units = Object.values(after.units).flatMap((unit) =>
    unitSteps(unit, { was: before.units[unit.number], judged, facts, now }),
  );
  const groups = after.groups.flatMap((group) =>
    groupStep(group, { was: before.groups.find((g) => g.id === group.id), now }),
  );
  const gates = judged.flatMap((unit) =>
    gateSteps(after.units[unit.number], { was: before.units[unit.number], unit, now }),
  );
  // The gate before the verdict: what is held has asked nobody.
  return [...gates, ...verdicts, ...units, ...groups, ...baseStep(before, after)];
}

/** What the base said of itself, without any change on it. */
function baseStep({ trunk: was }: QueueState, { trunk }: QueueState): FlowRecord[] {
  if (!trunk || (trunk.at === was?.at && trunk.sha === was.sha)) return [];
  return [{ at: trunk.at, number: null, event: "base", data: { sha: trunk.sha, status: trunk.status } }];
}

/** The first verdict about a head: what kind of change it is, and whose judgment it was found to need. */
function verdictStep(unit: UnitDecision, { facts, now }: { facts: Facts; now: Instant }): FlowRecord[] {
  const pull = facts.pulls.find((p) => p.number === unit.number);
  if (!pull || pull.draft) return [];
  const files = pull.files.state === "read" ? pull.files.value : [];
  const data = {
    head: unit.headSha,
    kind: pull.author.kind,
    reversibility: unit.classification.reversibility,
    path: unit.verdict.path,
    asks: unit.verdict.asks.flatMap((ask) => ask.of).slice(0, asksKept),
    paths: files.slice(0, pathsKept).map((file) => file.path),
  };
  return [{ at: now, number: unit.number, event: "judged", data }];
}

/**
 * Its stay at the gate: when it came, until when it was said to wait, and when it was let through. What is held asks
 * nobody, so those who judge it are named when it leaves.
 */
function gateSteps(
  unit: UnitState | undefined,
  { was, unit: decided, now }: { was: UnitState | undefined; unit: UnitDecision; now: Instant },
): FlowRecord[] {
  const gate = unit?.gate;
  if (!gate || gate.until <= gate.since) return [];
  const { station, until, observed } = gate;
  const came = was?.gate === undefined;
  const left = !observed && gate.released !== null && was?.gate?.released !== gate.released;
  const record = (event: string, data: Readonly<Record<string, unknown>>): FlowRecord => {
    return { at: now, number: decided.number, event, data };
  };
  const asks = decided.verdict.asks.flatMap((ask) => ask.of).slice(0, asksKept);
  return [
    ...(came ? [record("gated", { station, until, observed })] : []),
    ...(left ? [record("released", { head: decided.headSha, asks, path: decided.verdict.path })] : []),
  ];
}

/** Enough to tell teams and folders apart; a record is no copy of the change. */
const asksKept = 20;
const pathsKept = 50;

function unitSteps(
  unit: UnitState,
  {
    was,
    judged,
    facts,
    now,
  }: { was: UnitState | undefined; judged: readonly UnitDecision[]; facts: Facts; now: Instant },
): FlowRecord[] {
  const from = was?.place.kind ?? "proposed";
  if (from === unit.place.kind) return [];
  const record = (
    event: string,
    data: Readonly<Record<string, unknown>>,
    number: PrNumber = unit.number,
  ): FlowRecord => ({ at: now, number, event, data });
  const signs = signsAt(unit, { judged, facts });
  switch (unit.place.kind) {
    case "queued":
      return [record("queued", {})];
    case "ejected":
      return [record("ejected", { why: unit.place.why.kind, ...signs })];
    case "proposed":
      return from === "queued" ? [record("dequeued", {})] : [];
    case "landed": {
      const pull = facts.pulls.find((p) => p.number === unit.number);
      const { sha, moved, rules, audit, parts } = unit.place;
      const { autonomy } = judged.find((u) => u.number === unit.number) ?? {};
      const landed = record("landed", {
        sha,
        moved,
        ...signs,
        ...(rules && { rules }),
        ...(parts && { parts }),
        ...(audit && { audit: audit.share }),
        ...(autonomy && { class: autonomy.class }),
        ...(pull && { change: scoredChange(pull) }),
      });
      return [landed, ...(pull ? revertsNamed(pull) : []).map((n) => record("harmed", { by: unit.number }, n))];
    }
  }
}

/** What it showed before the queue tested it, beside what came of that. */
function signsAt(
  { number }: UnitState,
  { judged, facts }: { judged: readonly UnitDecision[]; facts: Facts },
): { signs?: ReturnType<typeof signsOf> } {
  const pull = facts.pulls.find((p) => p.number === number);
  const classification = judged.find((u) => u.number === number)?.classification;
  return pull && classification ? { signs: signsOf({ pull, classification }) } : {};
}

/** One decision may find that a group has passed and begin to land it: that is a pass, too. */
function groupStep(group: GroupState, { was, now }: { was: GroupState | undefined; now: Instant }): FlowRecord[] {
  const { phase } = group;
  if (was?.phase.kind !== "testing") return [];
  if (phase.kind !== "failed" && !hasPassed(group)) return [];
  const members = group.members.map((m) => m.number);
  const at = "at" in phase ? phase.at : now;
  const result = phase.kind === "failed" ? "failed" : "passed";
  const minutes = (at - was.phase.since) / 60_000;
  const data = { group: group.id, members, attempt: group.attempt, result, minutes };
  const cause = phase.kind === "failed" ? { cause: phase.cause } : {};
  return [{ at, number: null, event: "group", data: { ...data, ...cause } }];
}

/** A pull request as risk reads it. */
export function scoredChange(pull: PullFacts): ScoredChange {
  const files = pull.files.state === "read" ? pull.files.value : [];
  const { findings } = classifyOnce({ ...pull, files }, pull.diffDigest);
  return scoredChangeOf({ ...pull, files }, { id: String(pull.number), findings });
}

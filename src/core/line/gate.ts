import type { Facts } from "../facts/facts.js";
import type { PolicyInForce } from "../governance/in-force.js";
import type { Buffer } from "../constraint/pacer/buffer.js";
import { inOrder } from "../constraint/pacer/order.js";
import { decidePace } from "../constraint/pacer/pacer.js";
import { enoughBuilds } from "../constraint/pacer/rope.js";
import type { PaceSnapshot, WorkId, WorkState } from "../constraint/pacer/snapshot.js";
import { worthIn, type WorthOf } from "../constraint/pacer/worth.js";
import type { Instant } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { actorKind } from "../policy/actors.js";
import type { Policy } from "../policy/policy.js";
import type { GateStay } from "../queue/state.js";
import { authorKind } from "./judge.js";
import { drumOf, paceSnapshot, queuedNumbers, teamOfUnit, type Drum } from "./pace.js";
import type { Unit } from "./unit.js";

export interface GateContext {
  readonly facts: Facts;
  readonly law: Pick<PolicyInForce, "policy">;
  readonly now: Instant;
}

const hourMs = 3_600_000;
/** What is said of a release is not said anew more often than this. */
const saidAgainMs = hourMs;

/**
 * The rope: machines' new work waits while the buffer before the constraint is full. It is asked of what needs the
 * constraint only: what moves without judgment never waits for reviewers. People's work is never held, nor what a person
 * has looked at or asked for; nothing is held longer than the policy's `longest_hold`.
 */
export function atTheGate(units: readonly Unit[], context: GateContext): readonly Unit[] {
  const drum = drumOf(context.facts);
  const waiting = new Set(units.filter((unit) => comesToGate(unit, { ...context, drum })));
  const stays = drum && waiting.size > 0 ? staysOf(units, { ...context, drum, waiting }) : new Map<WorkId, GateStay>();
  return units.map((unit) => {
    const stay = stays.get(unit.pull.number);
    if (stay) return withStay(unit, stay);
    const { gate } = unit.state;
    return gate && gate.released === null ? withStay(unit, { ...gate, released: context.now }) : unit;
  });
}

function withStay(unit: Unit, gate: GateStay): Unit {
  return { ...unit, state: { ...unit.state, gate } };
}

/** New work of a machine that needs the constraint, and that nobody has let through or begun to judge. */
function comesToGate(unit: Unit, { law, drum }: GateContext & { drum: Drum | null }): boolean {
  const { pull, verdict, state } = unit;
  if (law.policy.pace.rope === "off" || drum === null || pull.draft || pull.state !== "open") return false;
  if (state.place.kind !== "proposed" || authorKind(pull, { policy: law.policy }) === "human") return false;
  if (verdict.path === "escalate" || verdict.path === "refuse") return false;
  if (state.gate && state.gate.released !== null) return false;
  return needsDrum(unit, drum) && !begun(unit) && !letThrough(unit, law.policy);
}

function needsDrum({ verdict }: Unit, drum: Drum): boolean {
  return drum.kind !== "judgment" || (!verdict.permits && verdict.asks.length > 0);
}

/** Somebody has given a judgment, or was asked for one before it came to the gate. */
function begun({ pull, state }: Unit): boolean {
  const judged = pull.reviews.state === "read" && pull.reviews.value.some((r) => r.state !== "commented");
  return judged || (state.gate === undefined && state.said.comment !== undefined);
}

/** A person wants it queued. A machine's wish for its own work counts for nothing here. */
function letThrough({ state }: Unit, { actors }: Policy): boolean {
  const { queue } = state.standing;
  return queue?.wanted === "in" && actorKind(actors, queue.by) === "human";
}

interface Gate extends GateContext {
  readonly drum: Drum;
  readonly waiting: ReadonlySet<Unit>;
}

function staysOf(units: readonly Unit[], gate: Gate): ReadonlyMap<WorkId, GateStay> {
  const snapshot = paceSnapshot(units, gate);
  const { release, buffers } = decidePace(snapshot);
  const worthOf = worthIn(snapshot);
  const order = inOrder(snapshot.gate, worthOf);
  const queued = queuedNumbers(units).length;
  const through = new Set(gate.drum.kind === "deploys" ? withRoom(order, gate.drum, queued) : release);
  const byNumber = new Map([...gate.waiting].map((u) => [u.pull.number as WorkId, u]));
  const stays = new Map<WorkId, GateStay>();
  const ahead = new Map<string, number>();
  for (const work of order) {
    const unit = byNumber.get(work.id);
    if (!unit) continue;
    const before = ahead.get(work.team) ?? 0;
    if (!through.has(work.id)) ahead.set(work.team, before + minutesOf(work, { drum: gate.drum, worthOf }));
    const passes = through.has(work.id) ? "now" : "later";
    stays.set(work.id, stayOf(unit, { ...gate, snapshot, buffers, queued, passes, before }));
  }
  return stays;
}

/** New work while fewer changes stand before the deployments than are to be stocked. */
function withRoom(
  order: readonly WorkState[],
  { landed, takes, everyMinutes, enough }: Extract<Drum, { kind: "deploys" }>,
  queued: number,
): WorkId[] {
  const stocked = Math.round((enough / everyMinutes) * takes);
  return order.slice(0, Math.max(0, stocked - landed - queued)).map((w) => w.id);
}

/** Of the constraint's time: a full deployment is shared by all that it takes. */
function minutesOf(work: WorkState, { drum, worthOf }: { drum: Drum; worthOf: WorthOf }): number {
  return drum.kind === "deploys" ? drum.everyMinutes / drum.takes : worthOf(work).minutes;
}

interface Known {
  readonly queued: number;
  readonly snapshot: PaceSnapshot;
  readonly buffers: readonly Buffer[];
}

interface Stock {
  /** Minutes of work before the constraint, and how many are enough. */
  readonly ready: number;
  readonly enough: number;
  /** Minutes of that work done in a minute, nights and weekends counted in. */
  readonly rate: number;
}

function stayOf(
  unit: Unit,
  gate: Gate & Known & { readonly passes: "now" | "later"; readonly before: number },
): GateStay {
  const { now, law, drum } = gate;
  const { rope, longestHoldHours } = law.policy.pace;
  const known = unit.state.gate;
  const since = known?.since ?? now;
  const latest = since + longestHoldHours * hourMs;
  if (known && (gate.passes === "now" || now >= known.latest || rope !== "on")) return { ...known, released: now };
  if (known && known.until > now) return known;
  const { ready, enough, rate } = stockBefore(unit, gate);
  const goneIn = (Math.max(0, ready - enough) + gate.before) / rate;
  const until = Math.min(latest, Math.max(now + saidAgainMs, now + Math.round(goneIn) * 60_000));
  const stay = { station: drum.station, since, latest, ready: Math.round(ready), enough: Math.round(enough) };
  const observed = rope === "observe";
  if (gate.passes === "now") return { ...stay, until: now, released: now, observed };
  return { ...stay, until, released: observed ? now : null, observed };
}

const weekMinutes = 7 * 24 * 60;
/** Days of a week on which people judge, while none of their judgments has been seen. */
const workingDays = 5;

function stockBefore(unit: Unit, { snapshot, buffers, drum, queued }: Gate & Known): Stock {
  if (drum.kind === "deploys") {
    const { landed, takes, everyMinutes, enough } = drum;
    return { ready: ((landed + queued) * everyMinutes) / takes, enough, rate: 1 };
  }
  if (drum.kind === "builds") {
    const slots = snapshot.stations.find((s) => s.station === "ci");
    const minutes = slots?.meanServiceMinutes ?? 1;
    const servers = Math.max(1, slots?.servers ?? 1);
    const enough = slots ? enoughBuilds(slots) : 0;
    return { ready: (slots?.waiting.length ?? 0) * minutes, enough, rate: servers };
  }
  const team = teamOfUnit(unit);
  const buffer = buffers.find((b) => b.team === team);
  const judges = drum.judges.find((j) => j.team === team);
  const enough = buffer?.target ?? 1;
  const worked = judges ? judges.lastWeek * judges.minutes : 0;
  return { ready: buffer?.minutes ?? 0, enough, rate: (worked > 0 ? worked : enough * workingDays) / weekMinutes };
}

/** Why it waits at the gate, or would; none when it went right through. */
export function gateReasons({ gate }: Pick<Unit["state"], "gate">): Reason[] {
  if (!gate || (gate.released !== null && !gate.observed) || gate.until <= gate.since) return [];
  const { station, since, until, latest, ready, enough } = gate;
  return [{ code: "gated", how: gate.observed ? "observed" : "held", station, since, until, latest, ready, enough }];
}

export function isHeld({ gate }: Pick<Unit["state"], "gate">): boolean {
  return gate !== undefined && gate.released === null;
}

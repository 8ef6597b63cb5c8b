import { randomWords } from "../random.js";
import type { PlanAnswer, PlanSnapshot, Target } from "../snapshot.js";
import type { Load, WorldChange } from "./world.js";

/** Minutes of each build beside its members' work. */
const overheadMinutes = 1;
/** A good change that was ejected is sent in again half a working day later. */
const resubmissionMinutes = 240;
/** After the last arrival the queue has a week to decide what is left. */
const drainMinutes = 7 * 24 * 60;
/** While a calendar holds changes back, the queue looks again this often. */
const lookAgainMinutes = 10;
/** A strategy that goes on asking at one moment is stopped. */
const roundsMax = 5000;

export type Strategy = (snapshot: PlanSnapshot<number, number>) => PlanAnswer<number, number>;

export interface Outcome {
  readonly changes: number;
  readonly landed: number;
  readonly ejected: number;
  readonly undecided: number;
  /** Minutes from arrival to decision, ascending; what was left undecided counts to the deadline. */
  readonly turnaround: readonly number[];
  readonly builds: number;
  readonly cancelled: number;
  readonly ciMinutes: number;
  readonly wronglyEjected: number;
  /** Illegal actions that the strategy asked for, in words; the first few. */
  readonly refused: readonly string[];
  /** Landed changes that were bad: impossible as long as the rules hold. */
  readonly broken: number;
  /** Minutes from the first arrival to the last decision. */
  readonly minutes: number;
  readonly decidedAt: ReadonlyMap<number, number>;
  /** In order of landing. */
  readonly landedIds: readonly number[];
}

interface SimulatedBuild {
  readonly id: number;
  readonly base: number;
  readonly members: readonly number[];
  readonly has: ReadonlySet<number>;
  status: "running" | "passed" | "failed";
  readonly startedAt: number;
  finishedAt: number | null;
  /** When each member's work is done. */
  readonly ready: ReadonlyMap<number, number>;
  readonly endsAt: number;
  readonly passes: boolean;
}

interface Line {
  readonly world: readonly WorldChange[];
  readonly load: Load;
  readonly state: Map<number, "queued" | "landed" | "ejected">;
  readonly landed: number[];
  readonly builds: Map<number, SimulatedBuild>;
  readonly decidedAt: Map<number, number>;
  readonly late: Set<number>;
  readonly uniform: () => number;
  readonly tally: { builds: number; cancelled: number; ciMinutes: number; wronglyEjected: number; broken: number };
  readonly refused: string[];
  now: number;
  arrived: number;
}

/**
 * Plays a world against a strategy: changes arrive, builds take time and slots, outcomes come when a build ends. The
 * strategy sees only what a real queue would see; what it asks for is held to the rule that what lands is what was
 * tested and that a change is ejected only on proof.
 */
export function runLine(world: readonly WorldChange[], load: Load, strategy: Strategy): Outcome {
  const line = newLine(world, load);
  const deadline = (world.at(-1)?.arrivedAt ?? 0) + drainMinutes;
  for (;;) {
    const next = nextEvent(line);
    if (next > deadline) break;
    line.now = next;
    advance(line);
    for (let round = 0; round < roundsMax; round++) {
      if (!apply(line, strategy(snapshotOf(line)))) break;
    }
  }
  return outcomeOf(line, deadline);
}

function newLine(world: readonly WorldChange[], load: Load): Line {
  return {
    world,
    load,
    state: new Map(),
    landed: [],
    builds: new Map(),
    decidedAt: new Map(),
    late: new Set(),
    uniform: randomWords(load.seed ^ 0x5bd1e995).uniform,
    tally: { builds: 0, cancelled: 0, ciMinutes: 0, wronglyEjected: 0, broken: 0 },
    refused: [],
    now: 0,
    arrived: 0,
  };
}

function nextEvent(line: Line): number {
  let next = line.world[line.arrived]?.arrivedAt ?? Infinity;
  for (const b of line.builds.values()) if (b.status === "running") next = Math.min(next, b.endsAt);
  if (onCalendar(line.load) && line.decidedAt.size < line.arrived) next = Math.min(next, line.now + lookAgainMinutes);
  return next === Infinity ? Number.MAX_VALUE : next;
}

function onCalendar({ controls }: Load): boolean {
  return [controls?.windows, controls?.freezes, controls?.throttles].some((list) => (list ?? []).length > 0);
}

function advance(line: Line): void {
  while ((line.world[line.arrived]?.arrivedAt ?? Infinity) <= line.now) line.state.set(line.arrived++, "queued");
  for (const b of line.builds.values()) {
    if (b.status !== "running" || b.endsAt > line.now) continue;
    b.status = b.passes ? "passed" : "failed";
    b.finishedAt = line.now;
    line.tally.ciMinutes += line.now - b.startedAt;
  }
  for (const [id, b] of line.builds)
    if (b.status !== "running" && b.members.every((m) => line.state.get(m) !== "queued")) line.builds.delete(id);
}

function snapshotOf(line: Line): PlanSnapshot<number, number> {
  const { load, state, landed } = line;
  const { startsAt = 0 } = load;
  const gone = (b: SimulatedBuild): boolean => b.members.some((m) => state.get(m) === "ejected");
  const live = [...line.builds.values()].filter(
    (b) => b.status === "running" || (!gone(b) && b.members.some((m) => state.get(m) === "queued")),
  );
  const oldest = live.reduce((base, b) => Math.min(base, b.base), landed.length);
  return {
    now: startsAt + line.now,
    slots: load.slots,
    conflictProbability: load.conflictProbability,
    conflictHorizonMinutes: load.conflictHorizonMinutes,
    flakeProbability: load.flakeProbability,
    sharedCache: load.sharedCache,
    landedCount: landed.length,
    queue: line.world
      .slice(0, line.arrived)
      .filter((c) => state.get(c.id) === "queued")
      .map(({ id, arrivedAt, targets, told }) => ({
        id,
        arrivedAt: startsAt + arrivedAt,
        targets,
        passProbability: told.passProbability,
        expectedMinutes: told.minutes,
      })),
    landed: landed.slice(oldest).map((id, k) => ({
      id,
      seq: oldest + k,
      at: startsAt + (line.decidedAt.get(id) ?? 0),
      targets: line.world[id]?.targets ?? [],
    })),
    builds: live.map(({ id, base, members, status, startedAt, finishedAt }) => ({
      id,
      base,
      members,
      status,
      startedAt: startsAt + startedAt,
      finishedAt: finishedAt === null ? null : startsAt + finishedAt,
    })),
    ...(load.controls && { controls: load.controls }),
  };
}

/** Applies an answer; tells whether anything changed that is worth asking again for. */
function apply(line: Line, answer: PlanAnswer<number, number>): boolean {
  let changed = false;
  for (const group of answer.land) changed = land(line, group) || changed;
  for (const change of answer.reject) changed = eject(line, change) || changed;
  for (const id of answer.cancel) cancel(line, id);
  for (const members of answer.start) changed = start(line, members) || changed;
  return changed;
}

function refuse(line: Line, what: string): false {
  line.refused.push(`${line.now.toFixed(1)} ${what}`);
  return false;
}

function land(line: Line, group: readonly number[]): boolean {
  const queued = (c: number): boolean => line.state.get(c) === "queued";
  const proof = [...line.builds.values()].some(
    (b) =>
      b.status === "passed" &&
      group.every((c) => b.has.has(c)) &&
      b.members.every((m) => group.includes(m) || line.state.get(m) === "landed") &&
      covers(line, b, group),
  );
  if (group.length === 0 || !group.every(queued) || !proof) return refuse(line, `land ${group.join()}`);
  for (const c of group) {
    if (!isGood(line, [c])) line.tally.broken++;
    line.state.set(c, "landed");
    line.landed.push(c);
    line.decidedAt.set(c, line.now);
  }
  return true;
}

/** Has nothing landed outside the build's content that shares a target with the group? */
function covers(line: Line, build: SimulatedBuild, group: readonly number[]): boolean {
  const touched = new Set<Target>(group.flatMap((c) => line.world[c]?.targets ?? []));
  return line.landed
    .slice(build.base)
    .every((l) => build.has.has(l) || !(line.world[l]?.targets ?? []).some((t) => touched.has(t)));
}

/** Would a build of these on the branch as it stands pass, flakes aside? */
function isGood(line: Line, members: readonly number[]): boolean {
  return members.every((c) => {
    const change = line.world[c] as WorldChange;
    return change.good && ![...change.clashes].some((o) => members.includes(o) || line.state.get(o) === "landed");
  });
}

function eject(line: Line, change: number): boolean {
  const proof = [...line.builds.values()].some(
    (b) =>
      b.status === "failed" &&
      b.has.has(change) &&
      b.members.every((m) => m === change || line.state.get(m) === "landed"),
  );
  if (line.state.get(change) !== "queued" || !proof) return refuse(line, `reject ${change}`);
  if (isGood(line, [change])) {
    line.tally.wronglyEjected++;
    line.late.add(change);
  }
  line.state.set(change, "ejected");
  line.decidedAt.set(change, line.now);
  return true;
}

function cancel(line: Line, id: number): void {
  const build = line.builds.get(id);
  if (build?.status !== "running") {
    refuse(line, `cancel ${id}`);
    return;
  }
  line.builds.delete(id);
  line.tally.cancelled++;
  line.tally.ciMinutes += line.now - build.startedAt;
}

function start(line: Line, members: readonly number[]): boolean {
  const running = [...line.builds.values()].filter((b) => b.status === "running").length;
  const fine =
    running < line.load.slots &&
    members.length > 0 &&
    new Set(members).size === members.length &&
    members.every((m) => line.state.get(m) === "queued");
  if (!fine) return refuse(line, `start ${members.join()}`);
  const ready = new Map(members.map((m) => [m, readyAt(line, m)]));
  const id = ++line.tally.builds;
  line.builds.set(id, {
    id,
    base: line.landed.length,
    members: [...members],
    has: new Set(members),
    status: "running",
    startedAt: line.now,
    finishedAt: null,
    ready,
    endsAt: Math.max(...ready.values()),
    passes: isGood(line, members) && line.uniform() >= line.load.flakeProbability,
  });
  return true;
}

/** When a member's work is done: by itself, or by a build that has done or is doing it where work is shared. */
function readyAt(line: Line, member: number): number {
  const soonest = line.now + overheadMinutes;
  let ready = soonest + (line.world[member]?.minutes ?? 0);
  if (!line.load.sharedCache) return ready;
  for (const b of line.builds.values()) {
    if (b.status === "failed" || b.members.some((m) => line.state.get(m) === "ejected")) continue;
    ready = Math.min(ready, Math.max(soonest, b.ready.get(member) ?? Infinity));
  }
  return ready;
}

function outcomeOf(line: Line, deadline: number): Outcome {
  const { world, decidedAt, late } = line;
  const turnaround = world
    .map((c) => (decidedAt.get(c.id) ?? deadline) - c.arrivedAt + (late.has(c.id) ? resubmissionMinutes : 0))
    .sort((a, b) => a - b);
  const last = Math.max(0, ...decidedAt.values());
  return {
    changes: world.length,
    landed: line.landed.length,
    ejected: decidedAt.size - line.landed.length,
    undecided: world.length - decidedAt.size,
    turnaround,
    ...line.tally,
    refused: line.refused,
    minutes: last - (world[0]?.arrivedAt ?? 0),
    decidedAt,
    landedIds: line.landed,
  };
}

/** The value below which this part of an ascending list lies. */
export function quantile(ascending: readonly number[], part: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(part * ascending.length))] ?? 0;
}

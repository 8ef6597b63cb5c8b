import type { Facts } from "../facts/facts.js";
import type { GroupMember, LineEffect } from "../model/effect.js";
import type { Instant, PrNumber } from "../model/ids.js";
import { forecast } from "../queue/forecast.js";
import { plan } from "../queue/plan.js";
import type { LandedChange, PlanAnswer, PlannedBuild, PlanSnapshot, QueuedChange } from "../queue/snapshot.js";
import type { Ejection, GroupState, QueueState } from "../queue/state.js";
import { dropGroup } from "./groups.js";
import { dependenciesNamed } from "./depends.js";
import type { Unit } from "./unit.js";

/** Below this branch lie the commits that CI tests, one branch a slot; the staging branch is not for CI. */
export const groupBranch = (base: string, slot: number) => `drumline/${base}/${slot}`;
export const stagingBranch = (base: string, slot: number) => `drumline-staging/${base}/${slot}`;

/** Believed of a repository that has no history yet: shares as field reports give them for hosted CI. */
const prior = { flake: 0.02, conflict: 0.01, pass: 0.95, passAfterRedHead: 0.4, buildMinutes: 10 } as const;
/** Below this the time that a build takes is noise beside what starting one does. */
const shortestBuildMinutes = 1;
const conflictHorizonMinutes = 24 * 60;
/** Asking the planner again after each of its answers ends when it has nothing more to say, or here. */
const roundsMax = 1000;

export interface LineSettings {
  readonly slots: number;
  readonly groupSize: number;
  readonly priorities: Readonly<Record<string, number>>;
  readonly paused: boolean;
}

export interface Planned {
  readonly state: QueueState;
  readonly effects: readonly LineEffect[];
}

/**
 * Asks the planner what to do with the queue as it stands, and turns its answer into the next state and effects.
 * Every change of a real queue is planned as overlapping every other: a commit can only be landed by a fast-forward
 * when it was built upon all that landed before it, so what lands is exactly what was tested.
 */
export function planLine(
  state: QueueState,
  { units, facts, settings, now }: { units: readonly Unit[]; facts: Facts; settings: LineSettings; now: Instant },
): Planned {
  let next = withoutStale(state, { facts, units });
  const effects: LineEffect[] = [];
  for (let round = 0; round < roundsMax && !next.stopped; round++) {
    const landing = next.groups.some((g) => g.phase.kind === "landing");
    const answer = plan(snapshotOf(next, { units, facts, settings, now }));
    const before = next;
    if (!landing && answer.land.length > 0) {
      const landed = startLanding(next, answer, facts);
      next = landed.state;
      effects.push(...landed.effects);
    } else {
      next = eject(next, answer.reject, now);
      for (const id of answer.cancel) next = dropGroup(next, id);
      if (!landing && !settings.paused)
        for (const members of answer.start) next = startGroup(next, members, { units, facts, settings, now });
    }
    if (next === before) break;
  }
  const timed = next.stopped || settings.paused ? next : withLandingTimes(next, { units, facts, settings, now });
  return { state: timed, effects: [...effects, ...buildEffects(next, { facts })] };
}

/** A group lands only by fast-forward from where the base stands; what failed stays as evidence while it is true. */
function withoutStale(state: QueueState, { facts, units }: { facts: Facts; units: readonly Unit[] }): QueueState {
  const heads = new Map(units.map((u) => [u.pull.number, u.pull.headSha]));
  const current = (m: GroupMember) =>
    state.units[m.number]?.place.kind === "landed" ||
    (state.units[m.number]?.place.kind === "queued" && heads.get(m.number) === m.headSha);
  const stale = state.groups.find(
    (g) =>
      !g.members.every(current) ||
      g.members.every((m) => state.units[m.number]?.place.kind === "landed") ||
      (g.phase.kind !== "failed" && g.phase.kind !== "landing" && !g.lineage.includes(facts.repo.baseSha)),
  );
  return stale ? withoutStale(dropGroup(state, stale.id), { facts, units }) : state;
}

type Context = { units: readonly Unit[]; facts: Facts; settings: LineSettings; now: Instant };

/** Changes at the head of the queue whose landing time is forecast: what stands further back depends on what is to come. */
const forecastMax = 10;

/**
 * When the first of the queue are likely to land: an 80 % range each, by playing the planner on drawn futures. That
 * costs up to some hundred milliseconds and the answer is said in the check, so each is asked once, as it comes in.
 */
function withLandingTimes(state: QueueState, context: Context): QueueState {
  const snapshot = snapshotOf(state, context);
  const queue = snapshot.queue.slice(0, forecastMax);
  if (queue.every((c) => state.units[c.id]?.expected !== null)) return state;
  const units = { ...state.units };
  for (const range of forecast({ ...snapshot, queue })) {
    const unit = units[range.id];
    const expected = { from: Math.round(range.from * 60_000), to: Math.round(range.to * 60_000) };
    if (unit?.expected === null) units[range.id] = { ...unit, expected };
  }
  return { ...state, units };
}

function snapshotOf(state: QueueState, { units, facts, settings, now }: Context): PlanSnapshot<PrNumber, string> {
  return {
    now: minutes(now),
    slots: settings.slots,
    conflictProbability: prior.conflict,
    conflictHorizonMinutes,
    flakeProbability: Math.max(prior.flake, facts.lessons.flakeProbability),
    sharedCache: false,
    landedCount: state.landedCount,
    queue: units
      .flatMap((u) => queuedChange(u, { state, facts, settings }))
      .sort((a, b) => a.arrivedAt - b.arrivedAt || a.id - b.id),
    landed: state.landed.map((l): LandedChange<PrNumber> => ({
      id: l.number,
      at: minutes(l.at),
      seq: l.seq,
      targets: [everything],
    })),
    builds: state.groups.map(plannedBuild),
    controls: { paused: settings.paused },
  };
}

const everything = "*";

function queuedChange(
  unit: Unit,
  { state, facts, settings }: { state: QueueState } & Pick<Context, "facts" | "settings">,
): QueuedChange<PrNumber>[] {
  const place = state.units[unit.pull.number]?.place;
  if (place?.kind !== "queued") return [];
  const size =
    unit.pull.files.state === "read"
      ? unit.pull.files.value.reduce((sum, f) => sum + f.added + f.deleted, 0)
      : undefined;
  return [
    {
      id: unit.pull.number,
      arrivedAt: minutes(place.at),
      targets: [everything],
      passProbability: passProbability(unit),
      expectedMinutes: Math.max(shortestBuildMinutes, facts.lessons.buildMinutes?.median ?? prior.buildMinutes),
      priority:
        Math.max(0, ...unit.pull.labels.map((l) => settings.priorities[l] ?? 0)) ||
        Math.min(0, ...unit.pull.labels.map((l) => settings.priorities[l] ?? 0)),
      hotfix: place.hotfix,
      dependsOn: dependenciesNamed(unit.pull.body).filter((n) => n !== unit.pull.number),
      reversibility: unit.classification.reversibility,
      risk: unit.risk.score,
      ...(size !== undefined && { size }),
    },
  ];
}

/** What the change's own checks say is the best single sign of what the group's will. */
function passProbability(unit: Unit): number {
  if (unit.pull.checks.state !== "read") return prior.pass;
  return unit.pull.checks.value.some((c) => c.conclusion === "failure") ? prior.passAfterRedHead : prior.pass;
}

function plannedBuild(group: GroupState): PlannedBuild<PrNumber, string> {
  const { phase } = group;
  const status =
    phase.kind === "failed" ? "failed" : phase.kind === "passed" || phase.kind === "landing" ? "passed" : "running";
  return {
    id: group.id,
    base: group.base,
    members: group.members.map((m) => m.number),
    status,
    startedAt: minutes(group.startedAt),
    finishedAt: phase.kind === "passed" || phase.kind === "failed" ? minutes(phase.at) : null,
    attempt: group.attempt,
    ...(phase.kind === "failed" && { failure: phase.cause }),
  };
}

function minutes(at: Instant): number {
  return at / 60_000;
}

/** The passed group that proves the landing: its undecided members are exactly those that land. */
function startLanding(state: QueueState, answer: PlanAnswer<PrNumber, string>, facts: Facts): Planned {
  const ids = answer.land[0] ?? [];
  const group = state.groups.find((g) => {
    const open = g.members.filter((m) => state.units[m.number]?.place.kind === "queued").map((m) => m.number);
    return (
      g.phase.kind === "passed" &&
      open.length === ids.length &&
      ids.every((id) => open.includes(id)) &&
      g.lineage.includes(facts.repo.baseSha)
    );
  });
  if (group?.phase.kind !== "passed") return { state, effects: [] };
  const { sha, tree } = group.phase;
  const groups = state.groups.map((g): GroupState =>
    g.id === group.id ? { ...g, phase: { kind: "landing", sha, tree } } : g,
  );
  const effect: LineEffect = {
    kind: "land",
    id: `land:${group.id}:${sha}:${facts.repo.baseSha}`,
    group: group.id,
    base: facts.repo.base,
    from: facts.repo.baseSha,
    to: sha,
    tree,
    members: group.members,
  };
  return { state: { ...state, groups }, effects: [effect] };
}

function eject(state: QueueState, rejected: readonly PrNumber[], now: Instant): QueueState {
  const units = { ...state.units };
  for (const number of rejected) {
    const unit = units[number];
    if (unit?.place.kind !== "queued") continue;
    units[number] = {
      ...unit,
      place: { kind: "ejected", at: now, headSha: unit.headSha, why: proofAgainst(number, state) },
    };
  }
  return rejected.length === 0 ? state : { ...state, units };
}

/** The failed group in which it is the only member that has not landed. */
function proofAgainst(number: PrNumber, state: QueueState): Ejection {
  const landed = (m: GroupMember) => state.units[m.number]?.place.kind === "landed";
  const group = state.groups.findLast(
    (g) =>
      g.phase.kind === "failed" &&
      g.members.every((m) => m.number === number || landed(m)) &&
      g.members.some((m) => m.number === number),
  );
  const others = group?.members.filter((m) => m.number !== number).map((m) => m.number) ?? [];
  const id = group?.id ?? "";
  if (group?.phase.kind === "failed" && group.phase.cause === "conflict")
    return { kind: "conflict", group: id, with: others };
  return { kind: "red", group: id, urls: group?.phase.kind === "failed" ? group.phase.urls : [], with: others };
}

function startGroup(
  state: QueueState,
  numbers: readonly PrNumber[],
  { units, facts, settings, now }: Context,
): QueueState {
  const members = numbers.flatMap((number): GroupMember[] => {
    const pull = units.find((u) => u.pull.number === number)?.pull;
    return pull ? [{ number, headSha: pull.headSha, title: pull.title, headRef: pull.headRef }] : [];
  });
  const slot = freeSlot(state, settings.slots);
  if (slot === null || members.length !== numbers.length) return state;
  const follows = longestPrefix(members, { state, facts });
  const same = state.groups.filter((g) => g.phase.kind === "failed" && sameMembers(g.members, members)).length;
  const group: GroupState = {
    id: `g${state.nextGroup}`,
    slot,
    branch: groupBranch(facts.repo.base, slot),
    members,
    base: state.landedCount,
    lineage: follows ? [...follows.lineage] : [facts.repo.baseSha],
    follows: follows?.id ?? null,
    startedAt: now,
    attempt: same + 1,
    phase: { kind: "building" },
  };
  return { ...state, nextGroup: state.nextGroup + 1, groups: [...state.groups, group] };
}

/** The longest group, built or being built on the present base, whose undecided members begin this one. */
function longestPrefix(
  members: readonly GroupMember[],
  { state, facts }: { state: QueueState; facts: Facts },
): GroupState | null {
  const open = (g: GroupState) => g.members.filter((m) => state.units[m.number]?.place.kind !== "landed");
  const fitting = state.groups.filter((g) => {
    const first = open(g);
    return (
      g.phase.kind !== "failed" &&
      g.lineage.includes(facts.repo.baseSha) &&
      first.length > 0 &&
      first.length < members.length &&
      sameMembers(first, members.slice(0, first.length))
    );
  });
  return fitting.sort((a, b) => open(b).length - open(a).length)[0] ?? null;
}

function sameMembers(a: readonly GroupMember[], b: readonly GroupMember[]): boolean {
  return a.length === b.length && a.every((m, i) => m.number === b[i]?.number && m.headSha === b[i].headSha);
}

function freeSlot(state: QueueState, slots: number): number | null {
  const used = new Set(state.groups.filter((g) => g.phase.kind !== "failed").map((g) => g.slot));
  for (let slot = 1; slot <= slots + used.size; slot++) if (!used.has(slot)) return slot;
  return null;
}

/** A build is asked for once the commit that it stands on is there; the same wish keeps its id. */
function buildEffects(state: QueueState, { facts }: { facts: Facts }): LineEffect[] {
  return state.groups.flatMap((group): LineEffect[] => {
    if (group.phase.kind !== "building") return [];
    const below = group.follows === null ? null : state.groups.find((g) => g.id === group.follows);
    const onto = below ? commitOf(below) : facts.repo.baseSha;
    if (onto === null) return [];
    const contained = new Set(below?.members.map((m) => m.number));
    return [
      {
        kind: "build",
        id: `build:${group.id}`,
        group: group.id,
        branch: group.branch,
        staging: stagingBranch(facts.repo.base, group.slot),
        onto,
        members: group.members.filter(
          (m) => !contained.has(m.number) && state.units[m.number]?.place.kind !== "landed",
        ),
        attempt: group.attempt,
      },
    ];
  });
}

function commitOf(group: GroupState) {
  return group.phase.kind === "testing" || group.phase.kind === "passed" || group.phase.kind === "landing"
    ? group.phase.sha
    : null;
}

import type { Facts } from "../facts/facts.js";
import type { GroupMember, LineEffect } from "../model/effect.js";
import type { Instant, PrNumber, Sha } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { forecast } from "../queue/forecast.js";
import { plan } from "../queue/plan.js";
import { reasonsOf } from "../queue/reasons.js";
import type { PlanAnswer, PlanSnapshot, QueuedChange } from "../queue/snapshot.js";
import type { Ejection, ExpectedLanding, GroupState, LandingRange, QueueState, UnitState } from "../queue/state.js";
import { compositionOf, isComposable, type Ground } from "./compose.js";
import { dropGroup, isOnItsWay, mapGroup } from "./groups.js";
import { snapshotOf, touchedBySettings, type PlanningContext } from "./snapshot.js";
import { underLanes } from "./targets.js";
import { isControl } from "./trunk.js";
import type { Unit } from "./unit.js";

/** Below this branch lie the commits that CI tests, one branch a slot; the staging branch is not for CI. */
export const groupBranch = (base: string, slot: number) => `drumline/${base}/${slot}`;
export const stagingBranch = (base: string, slot: number) => `drumline-staging/${base}/${slot}`;

/** Asking the planner again after each of its answers ends when it has nothing more to say, or here. */
const roundsMax = 1000;

export interface Planned {
  readonly state: QueueState;
  readonly effects: readonly LineEffect[];
}

export interface PlannedLine extends Planned {
  /** Why each queued change is where it is, as the planner sees it. */
  readonly reasons: ReadonlyMap<PrNumber, Reason>;
}

/**
 * Asks the planner what to do with the queue as it stands, and turns its answer into the next state and effects.
 * Unless the policy has lanes, every change is planned as overlapping every other: a commit can only be landed by a
 * fast-forward when it was built upon all that landed before it, so what lands is exactly what was tested.
 */
export function planLine(state: QueueState, { units, facts, settings, now }: PlanningContext): PlannedLine {
  const touched = touchedBySettings({ units, settings });
  const current = withoutStale(underLanes(state, settings.lanes), { facts, units, touched });
  const composed = settings.paused || current.stopped ? unchanged(current) : landComposed(current, { facts, touched });
  let next = composed.state;
  const effects: LineEffect[] = [...composed.effects];
  for (let round = 0; round < roundsMax && !next.stopped; round++) {
    const landing = next.groups.some((g) => isOnItsWay(g.phase));
    const answer = plan(snapshotOf(next, { units, facts, settings, now }));
    const before = next;
    if (!landing && answer.land.length > 0) {
      const landed = startLanding(next, answer, { facts, touched });
      next = landed.state;
      effects.push(...landed.effects);
    } else {
      next = eject(next, answer.reject, now);
      for (const id of answer.cancel) next = dropGroup(next, id);
      if (answer.control === true && !landing) next = startControl(next, { facts, settings, now });
      if (!landing && !settings.paused)
        for (const members of answer.start) next = startGroup(next, members, { units, facts, settings, now });
    }
    if (next === before) break;
  }
  const timed = next.stopped || settings.paused ? next : withLandingTimes(next, { units, facts, settings, now });
  const reasons = reasonsOf(snapshotOf(next, { units, facts, settings, now }), { numberOf: (id) => id });
  return {
    state: timed,
    effects: [...effects, ...buildEffects(next, { facts })],
    reasons: new Map(reasons.map(({ id, reason }) => [id, reason])),
  };
}

function unchanged(state: QueueState): Planned {
  return { state, effects: [] };
}

type TouchedUnits = ReturnType<typeof touchedBySettings>;

interface Landings {
  readonly facts: Facts;
  readonly touched: TouchedUnits;
}

/**
 * A group lands by fast-forward from where the base stands, or is composed upon it; what failed stays as evidence while
 * it is true.
 */
function withoutStale(state: QueueState, { facts, units, touched }: Landings & { units: readonly Unit[] }): QueueState {
  const heads = new Map(units.map((u) => [u.pull.number, u.pull.headSha]));
  const current = (m: GroupMember) =>
    state.units[m.number]?.place.kind === "landed" ||
    (state.units[m.number]?.place.kind === "queued" && heads.get(m.number) === m.headSha);
  const stale = state.groups.find(
    (g) =>
      !g.members.every(current) ||
      (!isControl(g) && g.members.every((m) => state.units[m.number]?.place.kind === "landed")) ||
      saysNothingOf(facts.repo.baseSha, { group: g, state }) ||
      !standsOn(g, { state, baseSha: facts.repo.baseSha, touched }),
  );
  return stale ? withoutStale(dropGroup(state, stale.id), { facts, units, touched }) : state;
}

/** Is what the group was built upon still what the base is, as far as the group's members can tell? */
function standsOn(group: GroupState, ground: Ground): boolean {
  const { phase, lineage } = group;
  if (phase.kind === "failed" || phase.kind === "landing") return true;
  if (phase.kind === "composing" || phase.kind === "composed")
    return phase.composition.onto === ground.baseSha && isComposable(group, ground);
  return lineage.includes(ground.baseSha) || isComposable(group, ground);
}

/** It failed on a red base that has moved on since. */
function saysNothingOf(baseSha: Sha, { group, state }: { group: GroupState; state: QueueState }): boolean {
  const { trunk } = state;
  if (!trunk || trunk.redUntil === null || trunk.sha === baseSha) return false;
  return group.phase.kind === "failed" && group.startedAt < trunk.redUntil;
}

/** Changes whose landing time is forecast, those that are let through first: later ones depend on what is to come. */
const forecastMax = 10;

/**
 * When the first of the queue are likely to land: an 80 % range each, by playing the planner on drawn futures. That
 * costs up to some hundred milliseconds and the answer is said in the check, so each is asked once, as it comes in, and
 * again when the pace of landings holds it otherwise than was said.
 */
function withLandingTimes(state: QueueState, context: PlanningContext): QueueState {
  const snapshot = snapshotOf(state, context);
  const held = heldUntil(snapshot);
  const units = { ...state.units };
  for (const { id } of snapshot.queue) {
    const unit = units[id];
    if (unit?.expected && isOutdated(unit.expected, { until: held.get(id), now: context.now }))
      units[id] = withdrawn(unit, unit.expected);
  }
  const opens = (c: QueuedChange<PrNumber>) => held.get(c.id) ?? 0;
  // When nobody can say until when it is held, nobody can say when it lands.
  const foreseen = snapshot.queue.filter((c) => held.get(c.id) !== null).sort((a, b) => opens(a) - opens(b));
  const queue = foreseen.slice(0, forecastMax);
  if (queue.every((c) => units[c.id]?.expected !== null)) return { ...state, units };
  for (const range of forecast({ ...snapshot, queue })) {
    const unit = units[range.id];
    const after = held.get(range.id);
    const expected = { from: Math.round(range.from * 60_000), to: Math.round(range.to * 60_000) };
    if (unit?.expected === null) units[range.id] = { ...unit, expected: { ...expected, ...(after && { after }) } };
  }
  return { ...state, units };
}

/** Whom the pace of landings holds, and when each is expected to be let through; null: nobody can say. */
function heldUntil({ controls, now }: PlanSnapshot<PrNumber, string>): ReadonlyMap<PrNumber, Instant | null> {
  const held = controls?.paced?.filter((p) => now < p.until) ?? [];
  return new Map(held.map((p) => [p.id, p.reason.until]));
}

/** Said while the pace held it until another moment; once that has come as it was said, it stands. */
function isOutdated(
  expected: ExpectedLanding,
  { until, now }: { readonly until: Instant | null | undefined; readonly now: Instant },
): boolean {
  return until === undefined ? (expected.after ?? now) > now : expected.after !== until;
}

function withdrawn(unit: UnitState, { from, to }: LandingRange): UnitState {
  return { ...unit, expected: null, expectedFirst: unit.expectedFirst ?? { from, to } };
}

/** The passed group that proves the landing: its undecided members are exactly those that land. */
function startLanding(state: QueueState, answer: PlanAnswer<PrNumber, string>, { facts, touched }: Landings): Planned {
  const ids = answer.land[0] ?? [];
  const group = state.groups.find((g) => {
    const open = g.members.filter((m) => state.units[m.number]?.place.kind === "queued").map((m) => m.number);
    return (
      g.phase.kind === "passed" && !isControl(g) && open.length === ids.length && ids.every((id) => open.includes(id))
    );
  });
  if (group?.phase.kind !== "passed") return unchanged(state);
  return group.lineage.includes(facts.repo.baseSha)
    ? landNow(state, { group, commit: group.phase, facts, touched })
    : startComposing(state, group, facts);
}

/** Merges onto the base what was tested on an earlier one; it lands once that is done. */
function startComposing(state: QueueState, group: GroupState, facts: Facts): Planned {
  const composition = compositionOf(group, { state, baseSha: facts.repo.baseSha });
  if (group.phase.kind !== "passed" || !composition) return unchanged(state);
  const { sha, tree, at } = group.phase;
  const effect: LineEffect = {
    kind: "compose",
    id: `compose:${group.id}:${composition.onto}`,
    group: group.id,
    staging: stagingBranch(facts.repo.base, group.slot),
    onto: composition.onto,
    members: group.members.filter((m) => state.units[m.number]?.place.kind !== "landed"),
    parts: composition.parts,
  };
  const composing = { kind: "composing", sha, tree, at, composition } as const;
  return { state: mapGroup(state, group.id, (g) => ({ ...g, phase: composing })), effects: [effect] };
}

function landComposed(state: QueueState, { facts, touched }: Landings): Planned {
  const group = state.groups.find((g) => g.phase.kind === "composed");
  if (group?.phase.kind !== "composed") return unchanged(state);
  return landNow(state, { group, commit: group.phase, facts, touched });
}

interface LandingNow extends Landings {
  readonly group: GroupState;
  readonly commit: Extract<GroupState["phase"], { kind: "passed" | "composed" }>;
}

function landNow(state: QueueState, { group, commit, facts, touched }: LandingNow): Planned {
  const { sha, tree } = commit;
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
  const known = group.members.flatMap(({ number }) => {
    const of = touched?.get(number);
    return of?.kind === "these" ? [[number, of.targets] as const] : [];
  });
  const phase: GroupState["phase"] = {
    ...{ kind: "landing", sha, tree },
    ...(commit.kind === "composed" && { composition: commit.composition }),
    ...(known.length > 0 && { touched: Object.fromEntries(known) }),
  };
  return { state: mapGroup(state, group.id, (g) => ({ ...g, phase })), effects: [effect] };
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
  { units, facts, settings, now }: PlanningContext,
): QueueState {
  const members = numbers.flatMap((number): GroupMember[] => {
    const pull = units.find((u) => u.pull.number === number)?.pull;
    return pull ? [{ number, headSha: pull.headSha, title: pull.title, headRef: pull.headRef }] : [];
  });
  const slot = freeSlot(state, settings.slots);
  if (slot === null || members.length !== numbers.length) return state;
  const follows = longestPrefix(members, { state, facts });
  const same = state.groups.filter((g) => sameMembers(g.members, members)).length;
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

/** The base by itself, once at a time. */
function startControl(state: QueueState, { facts, settings, now }: Omit<PlanningContext, "units">): QueueState {
  const slot = freeSlot(state, settings.slots);
  if (slot === null || state.groups.some(isControl)) return state;
  const group: GroupState = {
    id: `g${state.nextGroup}`,
    slot,
    branch: groupBranch(facts.repo.base, slot),
    members: [],
    base: state.landedCount,
    lineage: [facts.repo.baseSha],
    follows: null,
    startedAt: now,
    attempt: (state.trunk?.sha === facts.repo.baseSha ? state.trunk.failures : 0) + 1,
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
  const { phase } = group;
  // What is composed is made anew, and the commit that CI passed is what the lineage of those that follow names.
  if (phase.kind === "landing" && phase.composition) return null;
  return phase.kind === "testing" || phase.kind === "passed" || phase.kind === "composing" || phase.kind === "landing"
    ? phase.sha
    : null;
}

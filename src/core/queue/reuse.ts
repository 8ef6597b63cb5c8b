import type { Beliefs } from "./beliefs.js";
import { speaksAgainst } from "./beliefs.js";
import type { Holds } from "./controls.js";
import { arranged, groupKey, isOneWay, membersMax } from "./groups.js";
import type { Moves, Shop } from "./moves.js";
import { ejectable, landable } from "./settle.js";
import type { Id, QueuedChange } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/** Builds that only do work may take this part of the slots; proofs, which are short, have the rest. */
const workShare = 2 / 3;
/** A proof is grown as long as it is likelier than this to pass. */
const proofPassMin = 0.55;
const proofMembersMax = 8;
/**
 * A build that fails takes with it the work of the member it waited for. That member's proof is started this part of
 * its length before the work is expected to be done, so that the proof holds the work.
 */
const earlyPart = 0.2;
/** A build counts as short when every member's work is done within this part of its length, or a minute. */
const shortPart = 0.3;

/**
 * Where builds share their members' work: first each change's work is done once, in a build of its own where there
 * are slots and together with others where not; then proofs of small groups, which take a minute because the work is
 * there, find out which of them land. A build that does work need not pass to be useful: while it runs, others reuse
 * what its members have done. So its bad members are ejected only when nobody's work hangs on it any more.
 */
export function reuse<B extends Id>({ view, beliefs, holds, free: unused }: Shop<B>): Moves<B> {
  const none: Moves<B> = { land: [], reject: [], cancel: [], start: [] };
  const passed = landable(view, holds)[0];
  if (passed) return { ...none, land: [passed.open] };
  const site = siteOf(view, beliefs);
  const bad = new Set(ejectable(view, { beliefs, holds }));
  const reject = [...bad].find((c) => !carriesOthers(c, { ...site, bad }));
  if (reject !== undefined) return { ...none, reject: [reject] };
  const cancel = [
    ...view.useless,
    ...view.builds.filter((b) => b.status === "running" && b.open.every((c) => bad.has(c))).map((b) => b.id),
  ];
  const free = unused + cancel.length;
  const proofs = proofsToStart({ ...site, bad }, { view, holds }).slice(0, Math.max(0, free));
  const work = workToStart({ ...site, bad }, { view, holds, free: free - proofs.length });
  return { ...none, cancel, start: [...proofs, ...work] };
}

/** What stands where in the shop: whose work is done or being done, and where. */
interface Site {
  readonly view: View;
  readonly beliefs: Beliefs;
  /** For each change the running and passed builds that hold its work. */
  readonly holders: readonly (readonly BuildView[])[];
  /** When each change's work is expected to be done; infinite when nobody does it. */
  readonly readyAt: readonly number[];
  /** Probability of being good, the failed groups it was in counted. */
  readonly good: readonly number[];
  /** Running builds that will soon say something that can land. */
  readonly short: readonly BuildView[];
}

interface SiteWithBad extends Site {
  readonly bad: ReadonlySet<number>;
}

function siteOf<B extends Id>(view: View<Id, B>, beliefs: Beliefs): Site {
  const { now } = view.snapshot;
  const holders: BuildView[][] = view.changes.map(() => []);
  for (const b of view.builds) if (b.status !== "failed") for (const c of b.open) holders[c]?.push(b);
  const minutes = (c: number): number => (view.changes[c] as QueuedChange).expectedMinutes;
  const readyAt = holders.map((builds, c) =>
    builds.reduce((t, b) => Math.min(t, b.status === "passed" ? now : b.startedAt + 1 + minutes(c)), Infinity),
  );
  const isShort = (b: BuildView): boolean =>
    b.status === "running" &&
    !b.stale &&
    b.open.every((c) => (readyAt[c] as number) <= now + 1 + shortPart * minutes(c));
  return { view, beliefs, holders, readyAt, good: suspected(view, beliefs), short: view.builds.filter(isShort) };
}

/** Bayes' rule for one failed group after the other, members taken as independent. */
function suspected(view: View, beliefs: Beliefs): readonly number[] {
  const good = [...beliefs.good];
  for (const build of view.builds) {
    if (!speaksAgainst(build) || build.open.length < 2) continue;
    const passes = build.open.reduce((p, c) => p * (good[c] as number), 1 - view.snapshot.flakeProbability);
    const given = build.open.map((c) => ((good[c] as number) - passes) / (1 - passes));
    build.open.forEach((c, k) => {
      if (!beliefs.proven[c]) good[c] = Math.max(0.02, given[k] as number);
    });
  }
  return good;
}

/** Is there a build in which this change stands together with one whose work is held nowhere else? */
function carriesOthers(c: number, { holders, bad }: SiteWithBad): boolean {
  return (holders[c] ?? []).some((b) =>
    b.open.some((d) => d !== c && !bad.has(d) && (holders[d] ?? []).every((h) => h.open.includes(c))),
  );
}

interface Starting {
  readonly view: View;
  readonly holds: Holds;
}

/**
 * Groups of changes whose work is done, or about to be, and which no running build is about to decide. What overlaps
 * with a short build waits for it: whichever of the two lands first would make the other stale.
 */
function proofsToStart(site: SiteWithBad, { view, holds }: Starting): (readonly number[])[] {
  const { now, conflictProbability } = view.snapshot;
  const deciding = new Set(
    view.builds
      .filter((b) => b.status === "running" && !b.stale && (b.open.length === 1 || site.short.includes(b)))
      .flatMap((b) => b.open),
  );
  const failed = new Set(view.builds.filter((b) => speaksAgainst(b)).map((b) => groupKey(b.open)));
  const groups: { members: readonly number[]; pass: number }[] = [];
  view.changes.forEach((_, c) => {
    if (site.bad.has(c) || deciding.has(c) || holds.starting[c] || !(proofDue(site, c) <= now)) return;
    if (site.short.some((b) => b.open.some((d) => view.overlap(c, d)))) return;
    const good = site.good[c] as number;
    const joined = groups.find((g) => {
      if (g.members.length >= proofMembersMax) return false;
      const touching = g.members.filter((d) => view.overlap(c, d)).length;
      const pass = g.pass * good * Math.pow(1 - conflictProbability, touching);
      const members = arranged(view, [...g.members, c]);
      if (pass < proofPassMin || !members || failed.has(groupKey(members))) return false;
      g.members = members;
      g.pass = pass;
      return true;
    });
    const alone = joined ? null : arranged(view, [c]);
    if (alone && alone.every((d) => !holds.starting[d])) groups.push({ members: alone, pass: good });
  });
  return disjoint(groups.map((g) => g.members));
}

/** When a proof of this change may start. */
function proofDue({ view, holders, readyAt }: Site, c: number): number {
  const ready = readyAt[c] as number;
  const builds = holders[c] ?? [];
  const lastOfAll = builds.every((b) => b.status === "running" && b.open.every((d) => (readyAt[d] as number) <= ready));
  return lastOfAll ? ready - earlyPart * (view.changes[c] as QueuedChange).expectedMinutes : ready;
}

/** What a change needs may have brought it into two groups: the first has it. */
function disjoint(groups: readonly (readonly number[])[]): (readonly number[])[] {
  const taken = new Set<number>();
  return groups.filter((members) => {
    if (members.some((c) => taken.has(c))) return false;
    for (const c of members) taken.add(c);
    return true;
  });
}

/**
 * Builds for changes whose work nobody does: as many as slots for work are free, so alone in good times, together
 * when slots are scarce. Longest with longest, as a build takes as long as its longest member.
 */
function workToStart(site: SiteWithBad, { view, holds, free }: Starting & { free: number }): (readonly number[])[] {
  const running = view.snapshot.builds.filter((b) => b.status === "running").length;
  const working = running - site.short.length;
  const shared = view.snapshot.slots - (view.snapshot.slotsUsedElsewhere ?? 0);
  const slots = Math.min(free, Math.ceil(shared * workShare) - working);
  const waiting = view.changes.flatMap((_, c) =>
    site.readyAt[c] === Infinity && !site.bad.has(c) && !holds.starting[c] ? [c] : [],
  );
  if (slots <= 0 || waiting.length === 0) return [];
  const size = Math.min(view.snapshot.controls?.membersMax ?? membersMax, Math.ceil(waiting.length / slots));
  const doors = waiting.filter((c) => isOneWay(view, c));
  const rest = waiting.filter((c) => !isOneWay(view, c));
  if (size > 1) {
    const minutes = (c: number): number => (view.changes[c] as QueuedChange).expectedMinutes;
    rest.sort((a, b) => minutes(b) - minutes(a) || a - b);
  }
  const groups = together(rest, { size, limit: limitsAfterFailure(view) });
  const wished = [...groups, ...doors.map((c) => [c])].flatMap((g) => {
    const members = arranged(view, g);
    return members ? [members] : [];
  });
  return disjoint(wished).slice(0, slots);
}

/** A group that failed without anybody's work being kept is tried again by halves, down to each change alone. */
function limitsAfterFailure(view: View): ReadonlyMap<number, number> {
  const limits = new Map<number, number>();
  for (const build of view.builds) {
    if (!speaksAgainst(build) || build.open.length < 2) continue;
    for (const c of build.open) limits.set(c, Math.min(limits.get(c) ?? Infinity, build.open.length >> 1));
  }
  return limits;
}

function together(
  changes: readonly number[],
  { size, limit }: { size: number; limit: ReadonlyMap<number, number> },
): number[][] {
  const groups: { members: number[]; room: number }[] = [];
  for (const c of changes) {
    const room = Math.min(size, limit.get(c) ?? size);
    const open = groups.at(-1);
    if (open && open.members.length < Math.min(open.room, room)) {
      open.members.push(c);
      open.room = Math.min(open.room, room);
    } else groups.push({ members: [c], room });
  }
  return groups.map((g) => g.members.sort((a, b) => a - b));
}

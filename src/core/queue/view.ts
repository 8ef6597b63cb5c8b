import { inOrder } from "./order.js";
import type { Id, PlannedBuild, PlanSnapshot, QueuedChange, Target } from "./snapshot.js";

/**
 * How many changes beside those that are in builds one planning looks at; the rest wait for their turn. Where work is
 * shared, any number goes into one build; else only what the slots can soon take is worth a thought.
 */
const windowShared = 512;
const windowBesideSlots = 16;
const windowMax = 256;

/**
 * One snapshot, indexed. Changes are numbers here: their rank in the order of the queue, among the first of it and
 * all that a build holds. Everything else in this folder works on these.
 */
export interface View<C extends Id = Id, B extends Id = Id> {
  readonly snapshot: PlanSnapshot<C, B>;
  readonly changes: readonly QueuedChange<C>[];
  readonly indexOf: ReadonlyMap<C, number>;
  readonly overlap: (a: number, b: number) => boolean;
  /** Landed changes listed in the snapshot that share a target with this one. */
  readonly landedNear: (change: number) => number;
  /** Builds that can still say something about a queued change. */
  readonly builds: readonly BuildView<B>[];
  /** Running builds that no longer can: a member was ejected, or every member has been decided. */
  readonly useless: readonly B[];
}

export interface BuildView<B extends Id = Id> {
  readonly id: B;
  readonly status: PlannedBuild["status"];
  readonly failure: PlannedBuild["failure"] | undefined;
  readonly base: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Undecided members, in the build's order; never empty. */
  readonly open: readonly number[];
  /** For each of `open`: landed changes that share a target with it and that the build doesn't contain. */
  readonly missed: readonly number[];
  /** Something landed meanwhile that the build should have contained: a pass can't land it. */
  readonly stale: boolean;
}

export function viewOf<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): View<C, B> {
  const changes = looked(snapshot);
  const indexOf = new Map(changes.map((c, i) => [c.id, i]));
  const intern = interning();
  const targets = changes.map((c) => [...new Set(c.targets.map(intern))].sort((a, b) => a - b));
  const landedOn = landedByTarget(snapshot, intern);
  const landedIds = new Set(snapshot.landed.map((l) => l.id));
  const builds: BuildView<B>[] = [];
  const useless: B[] = [];
  for (const build of snapshot.builds) {
    const open = build.members.flatMap((m) => indexOf.get(m) ?? []);
    const gone = build.members.some((m) => !indexOf.has(m) && !landedIds.has(m));
    if (gone || open.length === 0) {
      if (build.status === "running" && build.members.length > 0) useless.push(build.id);
      continue;
    }
    const members = new Set<C>(build.members);
    const missed = open.map((c) => landedSince(targets[c] ?? [], { landedOn, base: build.base, members }));
    const { id, status, startedAt, finishedAt } = build;
    const failure = blameless(build, snapshot) ? "infrastructure" : build.failure;
    const stale = missed.some((n) => n > 0);
    builds.push({ id, status, failure, base: build.base, startedAt, finishedAt, open, missed, stale });
  }
  return {
    snapshot,
    changes,
    indexOf,
    overlap: (a, b) => share(targets[a] ?? [], targets[b] ?? []),
    landedNear: (c) => landedSince(targets[c] ?? [], { landedOn, base: 0, members: new Set() }),
    builds,
    useless,
  };
}

/** Failed while the branch itself was red: no fault of its members, as far as anybody can tell. */
function blameless({ status, startedAt, failure = "content" }: PlannedBuild, { trunk }: PlanSnapshot): boolean {
  if (status !== "failed" || failure !== "content" || !trunk) return false;
  return trunk.status === "red" || (trunk.redUntil !== undefined && startedAt < trunk.redUntil);
}

/** The changes that one planning looks at, in order. */
function looked<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): QueuedChange<C>[] {
  const ordered = inOrder(snapshot.queue, snapshot.now);
  let room = snapshot.sharedCache ? windowShared : Math.min(windowMax, windowBesideSlots + snapshot.slots);
  if (ordered.length <= room) return ordered;
  const inBuilds = new Set(snapshot.builds.flatMap((b) => b.members));
  return ordered.filter((c) => inBuilds.has(c.id) || room-- > 0);
}

function interning(): (target: Target) => number {
  const known = new Map<Target, number>();
  return (target) => {
    const found = known.get(target);
    if (found !== undefined) return found;
    known.set(target, known.size);
    return known.size - 1;
  };
}

interface LandedThere<C> {
  readonly id: C;
  readonly seq: number;
}

/** Landed changes by target, latest first. */
function landedByTarget<C extends Id>(
  snapshot: PlanSnapshot<C>,
  intern: (target: Target) => number,
): ReadonlyMap<number, readonly LandedThere<C>[]> {
  const out = new Map<number, LandedThere<C>[]>();
  for (const { id, seq, targets } of [...snapshot.landed].sort((a, b) => b.seq - a.seq)) {
    for (const target of targets) {
      const t = intern(target);
      const list = out.get(t);
      if (list) list.push({ id, seq });
      else out.set(t, [{ id, seq }]);
    }
  }
  return out;
}

interface Since<C> {
  readonly landedOn: ReadonlyMap<number, readonly LandedThere<C>[]>;
  readonly base: number;
  readonly members: ReadonlySet<C>;
}

/** How many changes landed on these targets from `base` on, those among `members` left out. */
function landedSince<C>(targets: readonly number[], { landedOn, base, members }: Since<C>): number {
  const found = new Set<C>();
  for (const target of targets) {
    for (const { id, seq } of landedOn.get(target) ?? []) {
      if (seq < base) break;
      if (!members.has(id)) found.add(id);
    }
  }
  return found.size;
}

/** Do two ascending lists share a number? */
function share(a: readonly number[], b: readonly number[]): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] as number;
    const y = b[j] as number;
    if (x === y) return true;
    if (x < y) i++;
    else j++;
  }
  return false;
}

import type { Id, PlannedBuild, PlanSnapshot, QueuedChange, Target } from "./snapshot.js";

/**
 * One snapshot, indexed: changes are numbers by their place in `snapshot.queue`, targets are numbers by first
 * appearance. Everything else in this folder works on these.
 */
export interface View<C extends Id = Id, B extends Id = Id> {
  readonly snapshot: PlanSnapshot<C, B>;
  readonly changes: readonly QueuedChange<C>[];
  readonly indexOf: ReadonlyMap<C, number>;
  /** A change's targets, ascending; the array is the change's own. */
  readonly targetsOf: (change: number) => readonly number[];
  readonly overlap: (a: number, b: number) => boolean;
  /** Builds that can still say something: those with a member that was ejected only as long as they run. */
  readonly builds: readonly BuildView<C, B>[];
}

export interface BuildView<C extends Id = Id, B extends Id = Id> {
  readonly build: PlannedBuild<C, B>;
  /** Undecided members, in the build's order. */
  readonly open: readonly number[];
  /** A member has left the queue without landing: what the build says is about a tree that will never be. */
  readonly gone: boolean;
  /** Is there a landed change that the build doesn't contain and that shares a target with this one? */
  readonly stale: (change: number) => boolean;
  /** Is any of the undecided members stale? Then a pass can't land it. */
  readonly anyStale: () => boolean;
}

export function viewOf<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): View<C, B> {
  const changes = snapshot.queue;
  const indexOf = new Map<C, number>();
  for (let i = 0; i < changes.length; i++) indexOf.set((changes[i] as QueuedChange<C>).id, i);
  const intern = interning();
  const cached = new Array<readonly number[] | undefined>(changes.length);
  const targetsOf = (i: number): readonly number[] =>
    (cached[i] ??= (changes[i]?.targets ?? []).map(intern).sort((a, b) => a - b));
  const landedOn = landedByTarget(snapshot, intern);
  const landedIds = new Set(snapshot.landed.map((l) => l.id));
  const builds = snapshot.builds.map((build): BuildView<C, B> => {
    const open: number[] = [];
    let gone = false;
    for (const member of build.members) {
      const i = indexOf.get(member);
      if (i !== undefined) open.push(i);
      else if (!landedIds.has(member)) gone = true;
    }
    const members = new Set<C>(build.members);
    const stale = (change: number): boolean =>
      targetsOf(change).some((t) => missed(landedOn.get(t), { since: build.base, members }));
    let any: boolean | null = null;
    return { build, open, gone, stale, anyStale: () => (any ??= open.some(stale)) };
  });
  const overlap = (a: number, b: number): boolean => share(targetsOf(a), targetsOf(b));
  return { snapshot, changes, indexOf, targetsOf, overlap, builds };
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
  const latestFirst = [...snapshot.landed].sort((a, b) => b.seq - a.seq);
  for (const { id, seq, targets } of latestFirst) {
    for (const target of targets) {
      const t = intern(target);
      const list = out.get(t);
      if (list) list.push({ id, seq });
      else out.set(t, [{ id, seq }]);
    }
  }
  return out;
}

function missed<C>(
  there: readonly LandedThere<C>[] | undefined,
  { since, members }: { since: number; members: ReadonlySet<C> },
): boolean {
  for (const { id, seq } of there ?? []) {
    if (seq < since) return false;
    if (!members.has(id)) return true;
  }
  return false;
}

/** Do two ascending lists share a number? */
export function share(a: readonly number[], b: readonly number[]): boolean {
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

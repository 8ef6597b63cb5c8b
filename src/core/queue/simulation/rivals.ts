import type { PlanAnswer, PlannedBuild, PlanSnapshot } from "../snapshot.js";
import type { Strategy } from "./run.js";
import type { WorldChange } from "./world.js";

/**
 * What the field runs today, each in its plainest form, to compare with; and an oracle that knows every outcome and
 * runs the one build that each change needs, in order of arrival. All of them settle alike: land what is proven good,
 * eject what has failed alone.
 */
type Snapshot = PlanSnapshot<number, number>;
type Build = PlannedBuild<number, number>;

/** bors: one change of a lane at a time. */
export const singleQueue: Strategy = (snapshot) =>
  settled(snapshot) ?? realized(snapshot, lanes(snapshot, { aheadOf: (ahead) => (ahead.length === 0 ? [] : null) }));

/** Zuul, GitHub's merge queue, Mergify: each change on top of all before it that it overlaps with. */
export const optimisticChain: Strategy = (snapshot) =>
  settled(snapshot) ??
  realized(
    snapshot,
    lanes(snapshot, {
      aheadOf: (ahead) => ahead,
      leaves: (wish) => about(snapshot, wish).some((b) => b.status === "failed"),
    }),
  );

/** Knows every outcome. */
export function oracle(world: readonly WorldChange[]): Strategy {
  const fates = new Map<number, boolean>();
  for (const c of world) fates.set(c.id, c.good && ![...c.clashes].some((o) => o < c.id && fates.get(o) === true));
  const lands = (id: number): boolean => fates.get(id) === true;
  return (snapshot) =>
    settled(snapshot, lands) ??
    realized(
      snapshot,
      lanes(snapshot, { aheadOf: (ahead) => ahead, leaves: (wish) => !lands(wish.at(-1) ?? -1) }),
      lands,
    );
}

interface LaneRule {
  /** What a change is built on, given those ahead that it overlaps with; null: not yet. */
  readonly aheadOf: (ahead: readonly number[]) => readonly number[] | null;
  /** Is the wish's last change left out by those behind it? */
  readonly leaves?: (wish: readonly number[]) => boolean;
}

function lanes(snapshot: Snapshot, { aheadOf, leaves = () => false }: LaneRule): number[][] {
  const wishes: number[][] = [];
  const ahead: Snapshot["queue"][number][] = [];
  for (const change of snapshot.queue) {
    const touching = ahead.filter((a) => a.targets.some((t) => change.targets.includes(t))).map((a) => a.id);
    const on = aheadOf(touching);
    const wish = on ? [...on, change.id] : null;
    if (wish) wishes.push(wish);
    if (!wish || !leaves(wish)) ahead.push(change);
    if (wishes.length > 3 * snapshot.slots) break;
  }
  return wishes;
}

const nothing: PlanAnswer<number, number> = { land: [], reject: [], cancel: [], start: [] };

function settled(
  snapshot: Snapshot,
  innocent: (id: number) => boolean = () => false,
): PlanAnswer<number, number> | null {
  const reject: number[] = [];
  for (const build of snapshot.builds) {
    const open = openOf(snapshot, build);
    if (build.status === "running" || isGone(snapshot, build) || open.length === 0) continue;
    if (build.status === "passed" && open.every((c) => covers(snapshot, build, c))) return { ...nothing, land: [open] };
    if (build.status === "failed" && open.length === 1 && !innocent(open[0] as number)) reject.push(open[0] as number);
  }
  return reject.length > 0 ? { ...nothing, reject: [...new Set(reject)] } : null;
}

/** Runs the wished-for builds in order of preference, drops running ones that nobody wishes for. */
function realized(
  snapshot: Snapshot,
  wishes: readonly (readonly number[])[],
  innocent: (id: number) => boolean = () => false,
): PlanAnswer<number, number> {
  const wanted = new Set<number>();
  const start: (readonly number[])[] = [];
  let free = snapshot.slots;
  for (const wish of wishes) {
    if (free <= 0) break;
    const known = about(snapshot, wish).filter((b) => !(b.status === "failed" && innocent(wish.at(-1) as number)));
    const running = known.find((b) => b.status === "running");
    if (running) wanted.add(running.id);
    else if (known.length === 0) start.push(wish);
    else continue;
    free--;
  }
  const cancel = snapshot.builds.filter((b) => b.status === "running" && !wanted.has(b.id)).map((b) => b.id);
  return { ...nothing, cancel, start };
}

/** Builds that speak about exactly these undecided changes and are not stale for the last. */
function about(snapshot: Snapshot, wish: readonly number[]): Build[] {
  const last = wish.at(-1) as number;
  return snapshot.builds.filter((b) => {
    const open = openOf(snapshot, b);
    return (
      open.length === wish.length &&
      open.every((c) => wish.includes(c)) &&
      !isGone(snapshot, b) &&
      covers(snapshot, b, last)
    );
  });
}

const queuedOf = new WeakMap<Snapshot, Map<number, Snapshot["queue"][number]>>();

function queued(snapshot: Snapshot): Map<number, Snapshot["queue"][number]> {
  const known = queuedOf.get(snapshot) ?? new Map(snapshot.queue.map((c) => [c.id, c]));
  queuedOf.set(snapshot, known);
  return known;
}

function openOf(snapshot: Snapshot, build: Build): number[] {
  return build.members.filter((m) => queued(snapshot).has(m));
}

function isGone(snapshot: Snapshot, build: Build): boolean {
  return build.members.some((m) => !queued(snapshot).has(m) && !snapshot.landed.some((l) => l.id === m));
}

function covers(snapshot: Snapshot, build: Build, change: number): boolean {
  const targets = queued(snapshot).get(change)?.targets ?? [];
  return snapshot.landed.every(
    (l) => l.seq < build.base || build.members.includes(l.id) || !l.targets.some((t) => targets.includes(t)),
  );
}

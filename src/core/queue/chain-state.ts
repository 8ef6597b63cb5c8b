import { priorsOf } from "./beliefs.js";
import type { Holds } from "./controls.js";
import { isOneWay } from "./groups.js";
import { minutesFor } from "./minutes.js";
import type { Id, QueuedChange } from "./snapshot.js";
import type { Suspicion } from "./suspicion.js";
import type { BuildView, View } from "./view.js";

/**
 * Up to so many queued changes for each slot a chain decides soonest; where more wait, groups of several do. It depends
 * on how many are bad: groups of nearly always good changes pass, and cost a fraction of the builds. Measured on the
 * queue bench's world, on one lane: docs/planner.md.
 */
const chainedPerSlot = { whereMostPass: 1, else: 4 } as const;
/** Most pass where the median change is bad with less than this probability. */
const mostPass = 0.025;
/** A change that is at least so probably good is built upon; another is tested by itself first. */
export const relyMin = 0.8;
/** A running build is given up when it passes with less than this probability. */
export const keepMin = 0.3;

/** What choosing builds along a chain needs, made once a planning. */
export interface Chain<B extends Id = Id> {
  readonly view: View<Id, B>;
  readonly holds: Holds;
  readonly suspicion: Suspicion;
  /** Of the changes that it is about, all of one lane. */
  readonly lane: readonly number[];
  /** Running or passed builds that can still land their members: all relied upon, nothing landed beside them. */
  readonly sound: readonly BuildView<B>[];
  /** What deciding a change now is worth: grows with the square of its waiting, in typical builds. */
  readonly weight: (change: number) => number;
}

/**
 * The lanes, where each is a chain: all of its changes overlap with each other, and none is a one-way door or a hotfix,
 * which go their own ways. Null where builds have to be chosen otherwise.
 */
export function chainsOf(view: View): number[][] | null {
  const { sharedCache, queue, slots } = view.snapshot;
  if (sharedCache || queue.length > perSlot(view) * slots) return null;
  if (view.changes.some((c, i) => c.hotfix === true || isOneWay(view, i))) return null;
  const lanes: number[][] = [];
  for (let c = 0; c < view.changes.length; c++) {
    const near = lanes.filter((lane) => lane.some((o) => view.overlap(o, c)));
    if (near.length > 1 || near[0]?.some((o) => !view.overlap(o, c))) return null;
    if (near[0]) near[0].push(c);
    else lanes.push([c]);
  }
  return lanes;
}

/** By the median change's chance of being bad, as far as what it was told, what landed and what waits beside it say. */
function perSlot(view: View): number {
  const good = [...priorsOf(view).good].sort((a, b) => a - b);
  const median = good[good.length >> 1] ?? 1;
  const beside = Math.pow(1 - view.snapshot.conflictProbability, (good.length - 1) / 2);
  return 1 - median * beside < mostPass ? chainedPerSlot.whereMostPass : chainedPerSlot.else;
}

/** What is known of one lane; `holds` and `suspicion` are those of the whole view. */
export function chainOn<B extends Id>(
  view: View<Id, B>,
  { holds, suspicion, lane }: Pick<Chain, "holds" | "suspicion" | "lane">,
): Chain<B> {
  const lengths = lane.map((c) => minutesFor(view, [c])).sort((a, b) => a - b);
  const typical = lengths[lengths.length >> 1] ?? 1;
  const { now } = view.snapshot;
  const within = new Set(lane);
  const relied = (c: number): boolean => (suspicion.good[c] as number) >= relyMin;
  const sound = view.builds.filter(
    (b) =>
      b.status !== "failed" &&
      !b.stale &&
      b.open.every((c) => within.has(c) && relied(c)) &&
      suspicion.passes(b.open) >= keepMin,
  );
  const weight = (c: number): number =>
    1 + Math.pow(Math.max(0, now - (view.changes[c] as QueuedChange).arrivedAt) / typical, 2);
  return { view, holds, suspicion, lane, sound, weight };
}

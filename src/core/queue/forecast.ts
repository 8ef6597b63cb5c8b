import { plan } from "./plan.js";
import { randomWords } from "./random.js";
import { quantile, runLine } from "./simulation/run.js";
import { drawWorld, type Load } from "./simulation/world.js";
import type { Id, PlanSnapshot, QueuedChange } from "./snapshot.js";

/** Possible futures played for a forecast: enough for an 80 % range, few enough to answer while somebody waits. */
const futures = 20;
/** The first of the queue are forecast; what stands further back depends on what has yet to arrive. */
const changesMax = 60;
/** How far a build's length strays from what was expected: standard deviation of its logarithm. */
const lengthSigma = 0.25;
const msPerMinute = 60_000;

export interface Forecast<C extends Id = Id> {
  readonly id: C;
  /** Share of the played futures in which it lands. */
  readonly lands: number;
  /** When its fate is decided: an 80 % range and its middle, minutes as the snapshot's `now`. */
  readonly from: number;
  readonly likely: number;
  readonly to: number;
}

/**
 * When each change will be decided, as ranges: the planner itself is played on worlds drawn from what the snapshot
 * tells, seeded by it. What the pace of landings holds begins so that its work ends when it is let through, and lands no
 * earlier. Simplified: what a running build has done counts as work done by its members, its proof is played again;
 * arrivals to come, the other controls and dependencies are left out.
 */
export function forecast<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): Forecast<C>[] {
  const queue = snapshot.queue.slice(0, changesMax);
  const played = inOrderOfStart(queue, snapshot);
  const decided: number[][] = played.map(() => []);
  const landed = played.map(() => 0);
  for (let future = 0; future < futures; future++) {
    const load = loadOf(snapshot, played, future);
    const random = randomWords(load.seed ^ 0x9e3779b9);
    const world = drawWorld(load).map((drawn, i) => {
      const { change } = played[i] as Played<C>;
      const minutes = minutesLeft(snapshot, change) * Math.exp(lengthSigma * (2 * random.uniform() - 1) * Math.sqrt(3));
      const good = random.uniform() < change.passProbability;
      return { ...drawn, minutes, good, told: { passProbability: change.passProbability, minutes } };
    });
    const outcome = runLine(world, load, plan);
    outcome.decidedAt.forEach((at, i) => decided[i]?.push(Math.max(at, played[i]?.opensIn ?? 0)));
    for (const i of outcome.landedIds) landed[i] = (landed[i] ?? 0) + 1;
  }
  const found = played.map(({ change }, i): Forecast<C> => {
    const at = (decided[i] ?? []).sort((a, b) => a - b);
    const [from = 0, likely = 0, to = 0] = [0.1, 0.5, 0.9].map((part) => snapshot.now + quantile(at, part));
    return { id: change.id, lands: (landed[i] ?? 0) / futures, from, likely, to };
  });
  const place = new Map(queue.map((c, i) => [c.id, i]));
  return found.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}

interface Played<C extends Id> {
  readonly change: QueuedChange<C>;
  /** Minutes from now until it is let through, and until it may start before that. */
  readonly opensIn: number;
  readonly startsIn: number;
}

function inOrderOfStart<C extends Id>(
  queue: readonly QueuedChange<C>[],
  { controls, now }: PlanSnapshot<C>,
): Played<C>[] {
  const until = new Map(controls?.paced?.map((p) => [p.id, (p.reason.until ?? p.until * msPerMinute) / msPerMinute]));
  return queue
    .map((change) => {
      const opensIn = Math.max(0, (until.get(change.id) ?? now) - now);
      return { change, opensIn, startsIn: Math.max(0, opensIn - change.expectedMinutes) };
    })
    .sort((a, b) => a.startsIn - b.startsIn);
}

function loadOf<C extends Id>(snapshot: PlanSnapshot<C>, played: readonly Played<C>[], future: number): Load {
  const { conflictProbability, conflictHorizonMinutes, flakeProbability, sharedCache, landedCount } = snapshot;
  return {
    seed: future * 7919 + landedCount * 31 + played.length,
    changes: played.length,
    slots: Math.max(1, snapshot.slots),
    arrivals: { kind: "trace", changes: played.map((p) => ({ at: p.startsIn, targets: p.change.targets })) },
    medianMinutes: 1,
    sigma: 0,
    targets: 1,
    targetsPerChange: 1,
    conflictProbability,
    conflictHorizonMinutes,
    pass: [[1, 0.5]],
    flakeProbability,
    sharedCache,
    noise: { pass: 0, minutes: 0 },
  };
}

/** A change's work, less what a running build has done of it. */
function minutesLeft<C extends Id>(snapshot: PlanSnapshot<C>, change: QueuedChange<C>): number {
  const started = snapshot.builds
    .filter((b) => b.status === "running" && b.members.includes(change.id))
    .reduce((first, b) => Math.min(first, b.startedAt), snapshot.now);
  return Math.max(1, change.expectedMinutes - (snapshot.now - started));
}

import { randomWords } from "../random.js";
import type { Controls, Target } from "../snapshot.js";

/** A load to simulate. Times in minutes. */
export interface Load {
  readonly seed: number;
  readonly changes: number;
  readonly slots: number;
  /** Mean arrivals an hour (Poisson), or so many at once again and again, or a trace with its own targets. */
  readonly arrivals:
    | { readonly kind: "steady"; readonly perHour: number }
    | { readonly kind: "burst"; readonly every: number; readonly size: number }
    | { readonly kind: "trace"; readonly changes: readonly Arrival[] };
  /** Build durations are lognormal: their median, and the standard deviation of their logarithm. */
  readonly medianMinutes: number;
  readonly sigma: number;
  /** What drawn changes touch: so many targets in all and for each (mean), popular ones more often (Zipf, 0.8). */
  readonly targets: number;
  readonly targetsPerChange: number;
  readonly conflictProbability: number;
  readonly conflictHorizonMinutes: number;
  /** Mixture of own success probabilities: share of changes, probability. */
  readonly pass: readonly (readonly [share: number, probability: number])[];
  readonly flakeProbability: number;
  readonly sharedCache: boolean;
  /** How far what the queue is told strays from the truth: standard deviation of the logit, and of the log of minutes. */
  readonly noise: { readonly pass: number; readonly minutes: number };
  /** Left out: everything is allowed, always. */
  readonly controls?: Controls<number>;
  /** Minutes since 1970 UTC at the load's minute 0, for calendars; left out: 0. */
  readonly startsAt?: number;
}

export interface Arrival {
  readonly at: number;
  readonly targets: readonly Target[];
  /** What its own checks are known to have said in the end; absent: drawn. */
  readonly good?: boolean;
}

/** A change with its truth, which the queue is not told. */
export interface WorldChange {
  readonly id: number;
  readonly arrivedAt: number;
  readonly targets: readonly Target[];
  readonly minutes: number;
  readonly good: boolean;
  /** Changes, earlier and later, that it truly can't stand together with. */
  readonly clashes: ReadonlySet<number>;
  readonly told: { readonly passProbability: number; readonly minutes: number };
}

const zipfExponent = 0.8;

/** Draws the changes of a load; the same seed gives the same changes. */
export function drawWorld(load: Load): WorldChange[] {
  const random = randomWords(load.seed);
  const doubt = randomWords(load.seed ^ 0x2545f491);
  const gauss = (uniform: () => number): number =>
    Math.sqrt(-2 * Math.log(Math.max(uniform(), 1e-12))) * Math.cos(2 * Math.PI * uniform());
  const popular = zipf(load.targets);
  const times = arrivalTimes(load, random.uniform);
  const clashes: Set<number>[] = times.map(() => new Set());
  const onTarget = new Map<Target, number[]>();
  return times.map((arrival, id) => {
    const minutes = load.medianMinutes * Math.exp(load.sigma * gauss(random.uniform));
    const pass = drawPass(givenOutcome(load.pass, arrival.good), random.uniform());
    const drawn = random.uniform() < pass;
    const good = arrival.good ?? drawn;
    const targets = arrival.targets ?? drawTargets(load.targetsPerChange, popular, random.uniform);
    const near = new Set<number>();
    for (const target of targets) {
      const there = onTarget.get(target) ?? [];
      for (let k = there.length - 1; k >= 0; k--) {
        const other = there[k] as number;
        if (arrival.at - (times[other]?.at ?? 0) >= load.conflictHorizonMinutes) break;
        near.add(other);
      }
      onTarget.set(target, [...there, id]);
    }
    for (const other of [...near].sort((a, b) => a - b)) {
      if (random.uniform() >= load.conflictProbability) continue;
      clashes[id]?.add(other);
      clashes[other]?.add(id);
    }
    const logit = Math.log(pass / (1 - pass)) + load.noise.pass * gauss(doubt.uniform);
    const told = {
      passProbability: 1 / (1 + Math.exp(-logit)),
      minutes: minutes * Math.exp(load.noise.minutes * gauss(doubt.uniform)),
    };
    return { id, arrivedAt: arrival.at, targets, minutes, good, clashes: clashes[id] ?? new Set(), told };
  });
}

interface DrawnArrival {
  readonly at: number;
  readonly targets: readonly Target[] | null;
  readonly good: boolean | null;
}

function arrivalTimes(load: Load, uniform: () => number): DrawnArrival[] {
  const { arrivals } = load;
  if (arrivals.kind === "trace") {
    const taken = arrivals.changes.slice(0, load.changes);
    return taken.map(({ at, targets, good }) => ({ at, targets, good: good ?? null }));
  }
  let t = 0;
  return Array.from({ length: load.changes }, (_, id) => {
    if (arrivals.kind === "burst") t = Math.floor(id / arrivals.size) * arrivals.every;
    else t += (-Math.log(Math.max(uniform(), 1e-12)) * 60) / arrivals.perHour;
    return { at: t, targets: null, good: null };
  });
}

/** The mixture among changes of a known outcome (Bayes): those that failed were likelier to be of the doubtful kind. */
function givenOutcome(mixture: Load["pass"], good: boolean | null): Load["pass"] {
  if (good === null) return mixture;
  const weighed = mixture.map(([share, p]) => [share * (good ? p : 1 - p), p] as const);
  const sum = weighed.reduce((total, [weight]) => total + weight, 0);
  return sum > 0 ? weighed.map(([weight, p]) => [weight / sum, p] as const) : mixture;
}

function drawPass(mixture: Load["pass"], uniform: number): number {
  let left = uniform;
  for (const [share, probability] of mixture) {
    if (left < share) return probability;
    left -= share;
  }
  return mixture.at(-1)?.[1] ?? 1;
}

/** Gives, for a uniform number, a rank by Zipf's law. */
function zipf(count: number): (uniform: number) => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sums.push((sum += Math.pow(rank, -zipfExponent)));
  return (uniform) => {
    const wanted = uniform * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function drawTargets(mean: number, popular: (uniform: number) => number, uniform: () => number): number[] {
  const count = 1 + Math.floor(-Math.log(Math.max(uniform(), 1e-12)) * (mean - 1));
  const drawn = new Set<number>();
  for (let i = 0; i < count; i++) drawn.add(popular(uniform()));
  return [...drawn].sort((a, b) => a - b);
}

/**
 * Since when a series has been what it is now. A station's pace changes when people come and go, and averages over
 * a change say nothing about either side of it. The series is split where a likelihood-ratio statistic for a shift
 * in its mean is largest (Hawkins 1977, "Testing a sequence of observations for a shift in location"; the bound
 * is set high, since every split of every day is a test), and split again after it.
 */
export interface Sample {
  readonly at: number;
  readonly x: number;
}

/** Standard errors by which two sides must differ. */
const bound = 3.9;
/** A shift smaller than this (in the units of the series; logarithms here, so about a tenth) changes no verdict. */
const smallest = 0.1;
const fewest = 6;
/** Standard errors by which two sides must differ at a moment at which something else is known to have shifted. */
const boundWhenTold = 2.5;
const leastVariance = 1e-4;

/**
 * @param told moments at which something else in the chain has shifted
 * @returns the moment from which the samples (in order of time) are of one piece; -Infinity when all of them are.
 */
export function steadySince(samples: readonly Sample[], told: readonly number[] = []): number {
  let from = 0;
  for (let split = shiftIn(samples, from); split !== null; split = shiftIn(samples, from)) from = split;
  for (const moment of [...told].sort((a, b) => a - b)) {
    const split = samples.findIndex((s) => s.at >= moment);
    if (split > from && differAt(samples, { from, split })) from = split;
  }
  return from === 0 ? -Infinity : (samples[from]?.at ?? -Infinity);
}

/** Whether the two sides of one moment differ: asked once, so by less than where any moment may be the one. */
function differAt(samples: readonly Sample[], of: { readonly from: number; readonly split: number }): boolean {
  const before = samples.slice(of.from, of.split);
  const after = samples.slice(of.split);
  if (before.length < fewest || after.length < fewest) return false;
  const sides = [before, after].map((side) => {
    const mean = side.reduce((a, s) => a + s.x, 0) / side.length;
    return { mean, count: side.length, squares: side.reduce((a, s) => a + (s.x - mean) ** 2, 0) };
  });
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const variance = Math.max((a.squares + b.squares) / (a.count + b.count - 2), leastVariance);
  return Math.abs(a.mean - b.mean) > boundWhenTold * Math.sqrt(variance * (1 / a.count + 1 / b.count));
}

function shiftIn(samples: readonly Sample[], from: number): number | null {
  const n = samples.length - from;
  if (n < 2 * fewest) return null;
  let sum = 0;
  let squares = 0;
  for (let i = from; i < samples.length; i++) {
    const { x } = samples[i] as Sample;
    sum += x;
    squares += x * x;
  }
  let best: { score: number; at: number } | null = null;
  let before = 0;
  for (let i = from; i < samples.length - fewest; i++) {
    before += (samples[i] as Sample).x;
    const k = i + 1 - from;
    if (k < fewest) continue;
    const meanBefore = before / k;
    const meanAfter = (sum - before) / (n - k);
    const within = Math.max(squares - k * meanBefore ** 2 - (n - k) * meanAfter ** 2, 0) / (n - 2);
    const difference = Math.abs(meanAfter - meanBefore);
    const score = difference / Math.sqrt((Math.max(within, leastVariance) * n) / (k * (n - k)));
    if (difference > smallest && score > bound && score > (best?.score ?? 0)) best = { score, at: i + 1 };
  }
  return best?.at ?? null;
}

/** Events counted on one day, and the time in which they could have come. */
export interface DayCount {
  readonly day: number;
  readonly count: number;
  readonly exposure: number;
}

/** Twice the log likelihood that a shift must gain. */
const rateBound = 16;

/**
 * The same for rates: the day from which a Poisson stream has run at one pace (likelihood ratio of two rates
 * against one).
 * @param clump how many come at once; they count as one
 */
export function steadyRateSince(days: readonly DayCount[], clump: number): number {
  let from = 0;
  for (;;) {
    const split = rateShiftIn(days.slice(from), clump);
    if (split === null) return from === 0 ? -Infinity : (days[from]?.day ?? -Infinity);
    from += split;
  }
}

function rateShiftIn(days: readonly DayCount[], clump: number): number | null {
  const all = total(days);
  let best: { score: number; at: number } | null = null;
  for (let k = 1; k < days.length; k++) {
    const before = total(days.slice(0, k));
    const after = { count: all.count - before.count, exposure: all.exposure - before.exposure };
    if (before.exposure <= 0 || after.exposure <= 0) continue;
    const score = (2 * (loglik(before) + loglik(after) - loglik(all))) / clump;
    if (score > rateBound && score > (best?.score ?? 0)) best = { score, at: k };
  }
  return best?.at ?? null;
}

interface Total {
  readonly count: number;
  readonly exposure: number;
}

function total(days: readonly DayCount[]): Total {
  return days.reduce((sum, d) => ({ count: sum.count + d.count, exposure: sum.exposure + d.exposure }), {
    count: 0,
    exposure: 0,
  });
}

function loglik({ count, exposure }: Total): number {
  return count > 0 ? count * Math.log(count / exposure) - count : 0;
}

/** Log likelihood that a shift must gain. */
const likelihoodBound = 8;

/**
 * The same for what has a likelihood: the days are split where two rates explain them clearly better than one.
 * @param days for each day, the log likelihood of each of the same rates
 * @returns their sums over the days since the last shift
 */
export function likeliestSince(days: readonly Float64Array[]): Float64Array {
  for (let rest = days; ;) {
    const all = sumOf(rest);
    const split = likelihoodShiftIn(rest, all);
    if (split === null) return all;
    rest = rest.slice(split);
  }
}

function sumOf(days: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(days[0]?.length ?? 0);
  for (const day of days) addTo(sum, day);
  return sum;
}

function addTo(sum: Float64Array, day: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (day[i] ?? 0);
}

function likelihoodShiftIn(days: readonly Float64Array[], all: Float64Array): number | null {
  const before = new Float64Array(all.length);
  const one = Math.max(...all);
  let best: { score: number; at: number } | null = null;
  for (let k = 1; k < days.length; k++) {
    addTo(before, days[k - 1] as Float64Array);
    const after = all.map((x, i) => x - (before[i] ?? 0));
    const score = Math.max(...before) + Math.max(...after) - one;
    if (score > likelihoodBound && score > (best?.score ?? 0)) best = { score, at: k };
  }
  return best?.at ?? null;
}

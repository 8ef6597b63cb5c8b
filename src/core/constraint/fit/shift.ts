/**
 * Since when a stream has been what it is now. What comes changes when people come and go, and averages over a change
 * say nothing about either side of it. A series is split where a likelihood-ratio statistic for a shift is largest
 * (Hawkins 1977, "Testing a sequence of observations for a shift in location"; the bound is set high, since every
 * split of every day is a test), and split again after it. Paces of work are judged together: rearranged.ts.
 */

/** Events counted on one day, and the time in which they could have come. */
export interface DayCount {
  readonly day: number;
  readonly count: number;
  readonly exposure: number;
}

/** Twice the log likelihood that a shift must gain. */
const rateBound = 16;

/**
 * For rates: the day from which a Poisson stream has run at one pace (likelihood ratio of two rates
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

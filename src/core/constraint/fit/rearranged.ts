/**
 * Since when the paces of a chain are what they are now, judged together. People come and go, a runner is bought, a
 * suite is split: what is rearranged in one place is often rearranged in others on the same day, and each pace alone
 * would take weeks to show what all of them show in days. So a day on which the chain was rearranged is looked for in
 * all series at once: on it each of them may have shifted or not. Its chance is weighed by Bayes' rule (one change
 * point at a time, the last one first, as in Fearnhead 2006, "Exact and efficient Bayesian inference for multiple
 * changepoint problems"; one that is certain cuts the series that shifted there, and the rest is asked again).
 */
export interface Shifts {
  /** What was before this moment is of another pace for certain; -Infinity: nothing is. */
  readonly since: number;
  /** Moments after it at which the pace may have shifted. Chances add up to one at most. */
  readonly perhaps: readonly Perhaps[];
}

/** A logarithm of working minutes, and when the work was done. */
export interface Sample {
  readonly at: number;
  readonly x: number;
}

export interface Perhaps {
  readonly at: number;
  readonly chance: number;
}

/** Chance that a chain is rearranged on a given day: every two months. */
const rearrangedOnDay = 1 / 60;
/** Chance that it touches any one pace. */
const touches = 0.6;
/** How far a pace shifts then, as a standard deviation of its logarithm: by half, more or less. */
export const usualShift = 0.4;
/** Beyond this nothing is doubted any more. */
const certain = 0.98;
/** Chances below this are not followed. */
const negligible = 0.005;
const mostRearrangements = 4;
/** Standard deviations beyond which a sample is an oddity: it counts as one at this distance. */
const odd = 2.5;
/** Variance of the logarithm of working times, assumed and worth as many samples as this. */
const usualVariance = 0.4;
const usualWeight = 4;

/**
 * @param series logarithms of working times, each series in order of time
 * @param days moments that are asked about, in order
 */
export function shiftsOf(series: readonly (readonly Sample[])[], days: readonly number[]): Shifts[] {
  const all = series.map(tamed);
  const since = series.map(() => -Infinity);
  const rearranged = days.map(() => 0);
  for (let round = 0; round < mostRearrangements; round++) {
    const evidence = all.map((s, i) => evidenceOf(s, { days, since: since[i] as number }));
    const chances = chancesOf(evidence, days.length);
    chances.forEach((chance, k) => (rearranged[k] = Math.min(1, (rearranged[k] ?? 0) + chance)));
    if (chances.reduce((a, b) => a + b, 0) < certain) break;
    let cut = false;
    evidence.forEach((logs, i) => {
      const own = weights(logs, chances);
      const best = own.indexOf(Math.max(...own));
      if (own.reduce((a, b) => a + b, 0) < certain || best < 0) return;
      since[i] = days[best] as number;
      cut = true;
    });
    if (!cut) break;
  }
  return all.map((s, i) => {
    const from = since[i] as number;
    const own = weights(evidenceOf(s, { days, since: from }), rearranged);
    const total = Math.max(
      1,
      own.reduce((a, b) => a + b, 0),
    );
    const perhaps = own
      .map((weight, k) => ({ at: days[k] as number, chance: weight / total }))
      .filter(({ at, chance }) => at > from && chance > negligible);
    return { since: from, perhaps };
  });
}

/** Chance that one series shifted on each day, given the chance that the chain was rearranged on it. */
function weights(evidence: Float64Array, chances: readonly number[]): number[] {
  return chances.map((chance, k) => {
    const ratio = Math.exp(Math.min(evidence[k] ?? 0, 500)) * touches;
    return (chance * ratio) / (1 - touches + ratio);
  });
}

/**
 * Chance for each day that the chain was rearranged on it, the last time. What is left to one: it never was. Days of
 * which no series says anything are left out.
 */
function chancesOf(evidence: readonly Float64Array[], count: number): number[] {
  const scores = Array.from({ length: count }, (_, k) =>
    evidence.some((logs) => logs[k] !== 0)
      ? evidence.reduce((sum, logs) => sum + logMix(logs[k] ?? 0), Math.log(rearrangedOnDay))
      : -Infinity,
  );
  const most = Math.max(0, ...scores);
  const total = scores.reduce((sum, s) => sum + Math.exp(s - most), Math.exp(-most));
  return scores.map((s) => Math.exp(s - most) / total);
}

const logMix = (log: number): number =>
  log > 30 ? log + Math.log(touches) : Math.log(1 - touches + touches * Math.exp(log));

interface Tamed {
  readonly at: readonly number[];
  readonly x: readonly number[];
  readonly variance: number;
}

/** Oddities drawn in. The variance is that from one sample to the next, which no shift inflates. */
function tamed(samples: readonly Sample[]): Tamed {
  const steps = samples.slice(1).map((s, i) => (s.x - (samples[i] as Sample).x) ** 2 / 2);
  const variance = (steps.reduce((a, b) => a + b, 0) + usualWeight * usualVariance) / (steps.length + usualWeight);
  const sorted = samples.map((s) => s.x).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const reach = odd * Math.sqrt(variance);
  const x = samples.map((s) => Math.min(middle + reach, Math.max(middle - reach, s.x)));
  return { at: samples.map((s) => s.at), x, variance };
}

/**
 * For each day the logarithm of how much better a shift on it explains the series than none: the means of both sides
 * differ by chance alone, or by a shift of the usual size besides.
 */
function evidenceOf({ at, x, variance }: Tamed, of: { readonly days: readonly number[]; readonly since: number }) {
  const logs = new Float64Array(of.days.length);
  let first = 0;
  while (first < at.length && (at[first] as number) < of.since) first++;
  const total = x.slice(first).reduce((a, b) => a + b, 0);
  let split = first;
  let before = 0;
  of.days.forEach((day, k) => {
    while (split < at.length && (at[split] as number) < day) before += x[split++] as number;
    const counts = [split - first, at.length - split] as const;
    if (day <= of.since || counts[0] === 0 || counts[1] === 0) return;
    const difference = (total - before) / counts[1] - before / counts[0];
    const chance = variance * (1 / counts[0] + 1 / counts[1]);
    const shifted = chance + usualShift ** 2;
    logs[k] = 0.5 * (Math.log(chance / shifted) + difference ** 2 * (1 / chance - 1 / shifted));
  });
  return logs;
}

/** Figures of a ranking and of probabilities; see docs/risk.md for what they mean. */
export interface Judged {
  readonly score: number;
  readonly bad: boolean;
}

/** Probability that a bad change scores above a good one; ties count half. NaN when either is missing. */
export function auc(all: readonly Judged[]): number {
  const sorted = [...all].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let i = 0; i < sorted.length;) {
    let j = i;
    while (j < sorted.length && sorted[j]?.score === sorted[i]?.score) j++;
    const rank = (i + 1 + j) / 2;
    for (let k = i; k < j; k++) if (sorted[k]?.bad) rankSum += rank;
    i = j;
  }
  const bad = all.filter((c) => c.bad).length;
  return (rankSum - (bad * (bad + 1)) / 2) / (bad * (all.length - bad));
}

/** Share of the bad changes among the `share` highest scores; equal scores keep their order. */
export function recallAt(all: readonly Judged[], share: number): number {
  const sorted = [...all].sort((a, b) => b.score - a.score);
  const looked = sorted.slice(0, Math.round(all.length * share));
  return looked.filter((c) => c.bad).length / all.filter((c) => c.bad).length;
}

export function brier(all: readonly Judged[]): number {
  return all.reduce((sum, c) => sum + (c.score - Number(c.bad)) ** 2, 0) / all.length;
}

export interface Bin {
  readonly count: number;
  readonly predicted: number;
  readonly happened: number;
}

/** Ten bins of equal count, lowest scores first. */
export function reliability(all: readonly Judged[], bins = 10): Bin[] {
  const sorted = [...all].sort((a, b) => a.score - b.score);
  return Array.from({ length: bins }, (_, i) => {
    const part = sorted.slice(Math.floor((i * all.length) / bins), Math.floor(((i + 1) * all.length) / bins));
    const mean = (of: (c: Judged) => number) => part.reduce((sum, c) => sum + of(c), 0) / Math.max(1, part.length);
    return { count: part.length, predicted: mean((c) => c.score), happened: mean((c) => Number(c.bad)) };
  });
}

/** Expected calibration error: mean distance of predicted and happened over the bins, weighted by count. */
export function calibrationError(all: readonly Judged[]): number {
  const bins = reliability(all);
  return bins.reduce((sum, b) => sum + b.count * Math.abs(b.predicted - b.happened), 0) / all.length;
}

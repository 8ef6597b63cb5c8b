/**
 * How likely a change is to pass in the queue by itself, learned from what became of earlier ones: logistic regression
 * with a Gaussian belief about each weight, moved by one outcome at a time (MacKay 1992, "The evidence framework applied
 * to classification networks": the probability is moderated by how unsure the weights are). A young repository's
 * beliefs are the field's; each outcome shrinks them towards its own.
 */
export interface PassModel {
  /** By sign, in the order of `presumed`. */
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** What is known of a change before it is tested in the queue. */
export interface PassSigns {
  /** Written by a bot or an agent. */
  readonly machine: boolean;
  /** Lines added and deleted; null: not known. */
  readonly lines: number | null;
  /** What CI said of the change by itself; `unknown` while it runs, or when there is none. */
  readonly ownChecks: "passed" | "failed" | "unknown";
  readonly finding: boolean;
  /** It was ejected before. */
  readonly failedBefore: boolean;
}

/**
 * The log-odds that a weight adds, and its variance, before anything was learned: of the changes that enter a queue about
 * 95 in 100 pass, of those whose own checks failed about 40; nothing is presumed of the other signs.
 */
const presumed = [
  { mean: 3.3, variance: 0.5 },
  { mean: 0, variance: 0.25 },
  { mean: 0, variance: 0.1 },
  { mean: 0, variance: 0.25 },
  { mean: -3.8, variance: 0.5 },
  { mean: 0, variance: 0.25 },
  { mean: 0, variance: 0.5 },
] as const;

export const presumedPass: PassModel = {
  mean: presumed.map((p) => p.mean),
  variance: presumed.map((p) => p.variance),
};

/** Never believed for certain. */
const doubtMin = 0.005;

/** Probability, 0 to 1. */
export function passProbability({ mean, variance }: PassModel, signs: PassSigns): number {
  const x = vectorOf(signs);
  const logit = x.reduce((sum, v, i) => sum + v * (mean[i] ?? 0), 0);
  const spread = x.reduce((sum, v, i) => sum + v * v * (variance[i] ?? 0), 0);
  const p = sigmoid(logit / Math.sqrt(1 + (Math.PI * spread) / 8));
  return Math.min(1 - doubtMin, Math.max(doubtMin, p));
}

/** The model after one more outcome. */
export function afterOutcome(model: PassModel, signs: PassSigns, outcome: "passed" | "failed"): PassModel {
  const x = vectorOf(signs);
  const p = passProbability(model, signs);
  const missed = (outcome === "passed" ? 1 : 0) - p;
  const variance = model.variance.map((v, i) => 1 / (1 / v + p * (1 - p) * (x[i] ?? 0) ** 2));
  const mean = model.mean.map((m, i) => m + (variance[i] ?? 0) * (x[i] ?? 0) * missed);
  return { mean, variance };
}

/** A change of so many lines adds nothing for its size; ten times as many count 1. */
const usualLines = 30;

function vectorOf({ machine, lines, ownChecks, finding, failedBefore }: PassSigns): number[] {
  const size = lines === null ? 0 : Math.log10((1 + lines) / (1 + usualLines));
  const flag = (is: boolean) => (is ? 1 : 0);
  return [
    1,
    flag(machine),
    size,
    flag(ownChecks === "passed"),
    flag(ownChecks === "failed"),
    flag(finding),
    flag(failedBefore),
  ];
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

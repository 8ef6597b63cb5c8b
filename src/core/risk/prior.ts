import { features } from "./features.js";
import type { Trees } from "./trees.js";

/**
 * What was learned offline from the development histories (`npm run bench -- risk-train`): where every installation
 * starts. Both parts answer log-odds relative to the repository's base rate, and their mean is used: the line is
 * steady, the trees know interactions.
 */
export interface RiskPrior {
  readonly line: Line;
  readonly trees: Trees;
  /** Trees are several fits of different seeds; their sum is divided by this. */
  readonly forests: number;
}

/** log-odds = bias + Σ weight · clip((value − mean) / scale). In the order of `features`. */
export interface Line {
  readonly bias: number;
  readonly weights: readonly number[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
}

/** A prior as it is stored, with the features' names so that coefficients can't be read for the wrong ones. */
export interface StoredPrior extends RiskPrior {
  readonly features: readonly string[];
}

/** @throws Error when the coefficients were trained for other features than this program has. */
export function readPrior(text: string): RiskPrior {
  const stored = JSON.parse(text) as StoredPrior;
  const names = features.map((f) => f.name);
  if (stored.features.join() !== names.join()) {
    throw new Error("the risk coefficients are of other features than these: train them again");
  }
  return stored;
}

/** Values further out than this many standard deviations say no more than this. */
const clipAt = 4;

/** One longer than the values: the last is the bias's constant 1. */
export function standardised(
  values: ArrayLike<number>,
  { means, scales }: Pick<Line, "means" | "scales">,
): Float64Array {
  const out = new Float64Array(means.length + 1);
  for (let j = 0; j < means.length; j++) {
    const z = ((values[j] ?? 0) - (means[j] ?? 0)) / (scales[j] ?? 1);
    out[j] = Math.max(-clipAt, Math.min(clipAt, z));
  }
  out[means.length] = 1;
  return out;
}

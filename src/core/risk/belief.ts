/**
 * Beliefs about the weights of a logistic model, learned one change at a time. Two kinds, each with a normal prior
 * around 0, that is around what was learned offline:
 * - `Corrections`: of the features' weights, few and correlated, so with their full covariance;
 * - `Marks`: of words, authors and folders, many and rare, so each by itself.
 */
export interface Corrections {
  readonly mean: Float64Array;
  /** Row by row, `mean.length` squared. */
  readonly covariance: Float64Array;
}

export type Marks = Map<string, Mark>;

export interface Mark {
  mean: number;
  /** 1 / variance. */
  precision: number;
}

/** What one change taught: outcome minus what was expected, and the variance p · (1 − p) of that expectation. */
export interface Surprise {
  readonly error: number;
  readonly information: number;
}

/** `precision`: how much evidence (Fisher information) it takes to move a weight half-way. */
export function noCorrections(size: number, { precision }: { precision: number }): Corrections {
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++) covariance[i * size + i] = 1 / precision;
  return { mean: new Float64Array(size), covariance };
}

export function correctionOf({ mean }: Corrections, inputs: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < mean.length; j++) sum += (mean[j] ?? 0) * (inputs[j] ?? 0);
  return sum;
}

/**
 * One step of online Bayesian logistic regression (Laplace's approximation at each change, as in Spiegelhalter &
 * Lauritzen 1990): the covariance shrinks along the inputs by the Sherman–Morrison formula, the mean moves by the
 * error along what is still uncertain. In place; costs `inputs.length` squared.
 */
export function correct(
  { mean, covariance }: Corrections,
  { inputs, surprise }: { inputs: Float64Array; surprise: Surprise },
): void {
  const size = mean.length;
  const along = new Float64Array(size);
  let spread = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += (covariance[i * size + k] as number) * (inputs[k] as number);
    along[i] = sum;
    spread += sum * (inputs[i] as number);
  }
  const known = 1 + surprise.information * spread;
  for (let i = 0; i < size; i++) {
    const scale = (surprise.information * (along[i] as number)) / known;
    for (let k = 0; k < size; k++) {
      covariance[i * size + k] = (covariance[i * size + k] as number) - scale * (along[k] as number);
    }
    mean[i] = (mean[i] as number) + (surprise.error / known) * (along[i] as number);
  }
}

export function markOf(marks: Marks, names: readonly string[]): number {
  let sum = 0;
  for (const name of names) sum += marks.get(name)?.mean ?? 0;
  return sum;
}

export function mark(
  marks: Marks,
  { names, surprise, precision }: { names: readonly string[]; surprise: Surprise; precision: number },
): void {
  for (const name of names) {
    let belief = marks.get(name);
    if (!belief) {
      belief = { mean: 0, precision };
      // Rare words and gone authors teach nothing more: the oldest make room.
      const oldest = marks.size >= marksMax ? marks.keys().next().value : undefined;
      if (oldest !== undefined) marks.delete(oldest);
      marks.set(name, belief);
    }
    belief.precision += surprise.information;
    belief.mean += surprise.error / belief.precision;
  }
}

const marksMax = 200_000;

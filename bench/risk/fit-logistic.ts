import type { Line } from "../../src/core/risk/prior.js";
import { standardised } from "../../src/core/risk/prior.js";
import type { Sample } from "./fit-trees.js";

/** Ridge-penalised logistic regression by Newton's method; the bias is not penalised. */
export function fitLogistic(sample: Sample, { ridge, rounds = 8 }: { ridge: number; rounds?: number }): Line {
  const { means, scales } = standard(sample.rows);
  const width = means.length;
  const rows = sample.rows.map((row) => standardised(row, { means, scales }));
  const beta = new Float64Array(width + 1);
  for (let round = 0; round < rounds; round++) {
    const gradient = new Float64Array(width + 1);
    const hessian = Array.from({ length: width + 1 }, () => new Float64Array(width + 1));
    rows.forEach((row, i) => accumulate({ row, beta, gradient, hessian }, { sample, i }));
    for (let j = 0; j < width; j++) {
      gradient[j] = (gradient[j] as number) - ridge * (beta[j] as number);
      const line = hessian[j] as Float64Array;
      line[j] = (line[j] as number) + ridge;
    }
    solve(hessian, gradient).forEach((step, j) => (beta[j] = (beta[j] as number) + step));
  }
  return { bias: beta[width] as number, weights: [...beta.slice(0, width)], means, scales };
}

function standard(rows: readonly Float64Array[]): { means: number[]; scales: number[] } {
  const width = rows[0]?.length ?? 0;
  const means = Array.from({ length: width }, (_, j) => rows.reduce((s, r) => s + (r[j] as number), 0) / rows.length);
  const scales = means.map((mean, j) => {
    const variance = rows.reduce((s, r) => s + ((r[j] as number) - mean) ** 2, 0) / rows.length;
    return Math.sqrt(variance) || 1;
  });
  return { means, scales };
}

function accumulate(
  {
    row,
    beta,
    gradient,
    hessian,
  }: { row: Float64Array; beta: Float64Array; gradient: Float64Array; hessian: Float64Array[] },
  { sample, i }: { sample: Sample; i: number },
): void {
  let logit = sample.offset[i] ?? 0;
  for (let j = 0; j < row.length; j++) logit += (row[j] as number) * (beta[j] as number);
  const p = 1 / (1 + Math.exp(-logit));
  const w = sample.weights[i] ?? 1;
  const residual = w * ((sample.labels[i] ?? 0) - p);
  const curve = w * p * (1 - p);
  for (let j = 0; j < row.length; j++) {
    const x = row[j] as number;
    gradient[j] = (gradient[j] as number) + residual * x;
    if (x === 0) continue;
    const line = hessian[j] as Float64Array;
    for (let k = 0; k < row.length; k++) line[k] = (line[k] as number) + curve * x * (row[k] as number);
  }
}

/** Gaussian elimination with pivoting; the matrix is symmetric and positive definite by the ridge. */
function solve(matrix: Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  const a = matrix.map((row, i) => Float64Array.from([...row, right[i] as number]));
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(at(a, r, i)) > Math.abs(at(a, pivot, i))) pivot = r;
    const swapped = a[i] as Float64Array<ArrayBuffer>;
    a[i] = a[pivot] as Float64Array<ArrayBuffer>;
    a[pivot] = swapped;
    for (let r = i + 1; r < n; r++) {
      const factor = at(a, r, i) / at(a, i, i);
      if (factor === 0) continue;
      const line = a[r] as Float64Array;
      for (let c = i; c <= n; c++) line[c] = (line[c] as number) - factor * at(a, i, c);
    }
  }
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(a, i, n);
    for (let c = i + 1; c < n; c++) sum -= at(a, i, c) * (x[c] as number);
    x[i] = sum / at(a, i, i);
  }
  return x;
}

function at(a: readonly Float64Array[], row: number, column: number): number {
  return a[row]?.[column] as number;
}

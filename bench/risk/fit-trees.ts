import type { Trees } from "../../src/core/risk/trees.js";
import type { Random } from "../../src/sandbox/random.js";

/** What is learned from: one row a change. `offset` is the log-odds that the trees correct. */
export interface Sample {
  readonly rows: readonly Float64Array[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly offset: readonly number[];
}

export interface TreeSettings {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Added to the sum of second derivatives in a leaf: how much evidence a leaf needs. */
  readonly ridge: number;
  /** Least sum of second derivatives in a leaf. */
  readonly leafMin: number;
  readonly rowShare: number;
  readonly columnShare: number;
}

const binsMax = 32;

interface Binned {
  /** Per feature: upper edges; a value falls in the first bin whose edge is not below it. */
  readonly edges: readonly number[][];
  /** Per feature: the bin of every row. */
  readonly bins: readonly Uint8Array[];
}

/** Gradient boosting on the logistic loss with second-order leaves and histogram splits (as XGBoost, Chen & Guestrin 2016). */
export function fitTrees(sample: Sample, { settings, random }: { settings: TreeSettings; random: Random }): Trees {
  const binned = bin(sample.rows);
  const logit = Float64Array.from(sample.offset);
  const trees = { feature: [] as number[], threshold: [] as number[], left: [] as number[], roots: [] as number[] };
  for (let t = 0; t < settings.trees; t++) {
    const gradient = new Float64Array(logit.length);
    const curvature = new Float64Array(logit.length);
    for (let i = 0; i < logit.length; i++) {
      const p = 1 / (1 + Math.exp(-(logit[i] ?? 0)));
      const w = sample.weights[i] ?? 1;
      gradient[i] = w * ((sample.labels[i] ?? 0) - p);
      curvature[i] = w * p * (1 - p);
    }
    const rows = Uint32Array.from(sample.rows.keys()).filter(() => random() < settings.rowShare);
    const columns = [...binned.edges.keys()].filter(
      (f) => (binned.edges[f]?.length ?? 0) > 0 && random() < settings.columnShare,
    );
    const root = grow({ binned, gradient, curvature, columns, settings, trees }, rows);
    trees.roots.push(root);
    const one: Trees = { ...trees, roots: [root] };
    for (let i = 0; i < logit.length; i++) logit[i] = (logit[i] ?? 0) + walk(one, sample.rows[i]);
  }
  return trees;
}

interface Growing {
  readonly binned: Binned;
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  readonly columns: readonly number[];
  readonly settings: TreeSettings;
  readonly trees: { feature: number[]; threshold: number[]; left: number[]; roots: number[] };
}

function grow(g: Growing, rows: Uint32Array): number {
  const { trees } = g;
  const root = push(trees);
  const open: Array<{ node: number; rows: Uint32Array; depth: number }> = [{ node: root, rows, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const split = next.depth < g.settings.depth ? bestSplit(g, next.rows) : null;
    if (!split) {
      trees.threshold[next.node] = leafValue(g, next.rows);
      continue;
    }
    const bins = g.binned.bins[split.feature] as Uint8Array;
    const left = push(trees);
    push(trees);
    trees.feature[next.node] = split.feature;
    trees.threshold[next.node] = g.binned.edges[split.feature]?.[split.bin] ?? 0;
    trees.left[next.node] = left;
    const below = next.rows.filter((i) => (bins[i] ?? 0) <= split.bin);
    const above = next.rows.filter((i) => (bins[i] ?? 0) > split.bin);
    open.push(
      { node: left, rows: below, depth: next.depth + 1 },
      { node: left + 1, rows: above, depth: next.depth + 1 },
    );
  }
  return root;
}

function push(trees: Growing["trees"]): number {
  trees.feature.push(-1);
  trees.threshold.push(0);
  return trees.left.push(0) - 1;
}

function leafValue({ gradient, curvature, settings }: Growing, rows: Uint32Array): number {
  let g = 0;
  let h = 0;
  for (const i of rows) {
    g += gradient[i] ?? 0;
    h += curvature[i] ?? 0;
  }
  return (settings.rate * g) / (h + settings.ridge);
}

function bestSplit(g: Growing, rows: Uint32Array): { feature: number; bin: number } | null {
  const { ridge, leafMin } = g.settings;
  const sums = new Float64Array(binsMax);
  const curves = new Float64Array(binsMax);
  let best: { feature: number; bin: number } | null = null;
  let bestGain = 1e-9;
  for (const feature of g.columns) {
    const bins = g.binned.bins[feature] as Uint8Array;
    sums.fill(0);
    curves.fill(0);
    for (const i of rows) {
      const b = bins[i] as number;
      sums[b] = (sums[b] as number) + (g.gradient[i] as number);
      curves[b] = (curves[b] as number) + (g.curvature[i] as number);
    }
    const total = sums.reduce((s, x) => s + x, 0);
    const curve = curves.reduce((s, x) => s + x, 0);
    let left = 0;
    let leftCurve = 0;
    for (let b = 0; b < (g.binned.edges[feature]?.length ?? 0); b++) {
      left += sums[b] as number;
      leftCurve += curves[b] as number;
      const right = total - left;
      const rightCurve = curve - leftCurve;
      if (leftCurve < leafMin || rightCurve < leafMin) continue;
      const gain = left ** 2 / (leftCurve + ridge) + right ** 2 / (rightCurve + ridge) - total ** 2 / (curve + ridge);
      if (gain > bestGain) {
        bestGain = gain;
        best = { feature, bin: b };
      }
    }
  }
  return best;
}

/** Edges at quantiles; the last bin is open. */
function bin(rows: readonly Float64Array[]): Binned {
  const width = rows[0]?.length ?? 0;
  const edges: number[][] = [];
  const bins: Uint8Array[] = [];
  for (let f = 0; f < width; f++) {
    const sorted = Float64Array.from(rows, (r) => r[f] ?? 0).sort();
    const cuts = Array.from(
      { length: binsMax - 1 },
      (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / binsMax)] ?? 0,
    );
    const last = sorted[sorted.length - 1] ?? 0;
    const distinct = [...new Set(cuts.map(rounded))].filter((c) => c < last);
    edges.push(distinct);
    bins.push(Uint8Array.from(rows, (r) => binOf(distinct, r[f] ?? 0)));
  }
  return { edges, bins };
}

/** Four digits are enough for an edge and keep the shipped file small. */
function rounded(x: number): number {
  return Number(x.toPrecision(4));
}

function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((edges[mid] as number) < value) low = mid + 1;
    else high = mid;
  }
  return low;
}

function walk({ feature, threshold, left, roots }: Trees, values: Float64Array | undefined): number {
  let node = roots[0] ?? 0;
  for (let asked = feature[node] as number; asked >= 0; asked = feature[node] as number) {
    node = (left[node] as number) + Number((values?.[asked] ?? 0) > (threshold[node] as number));
  }
  return threshold[node] as number;
}

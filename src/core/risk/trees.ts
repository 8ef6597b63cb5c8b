/**
 * A boosted ensemble of small regression trees on log-odds (Friedman 2001), flat arrays so that it evaluates without
 * a single allocation. Node `i` asks `values[feature[i]] <= threshold[i]`: yes goes to `left[i]`, no to `left[i] + 1`.
 * `feature[i] < 0` is a leaf that answers `threshold[i]`.
 */
export interface Trees {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  /** Index of each tree's first node. */
  readonly roots: readonly number[];
}

/** The sum of the trees' answers: log-odds to add to the base rate's. */
export function treesLogit({ feature, threshold, left, roots }: Trees, values: ArrayLike<number>): number {
  let sum = 0;
  for (const root of roots) {
    let node = root;
    for (let asked = feature[node] ?? -1; asked >= 0; asked = feature[node] ?? -1) {
      node = (left[node] ?? 0) + Number((values[asked] ?? 0) > (threshold[node] ?? 0));
    }
    sum += threshold[node] ?? 0;
  }
  return sum;
}

import { expect, test } from "@jest/globals";
import { treesLogit } from "../../src/core/risk/trees.js";
import { fitLogistic } from "./fit-logistic.js";
import { fitTrees } from "./fit-trees.js";
import { seededRandom } from "../../src/sandbox/random.js";

/** Bad when the first value is high; the second is noise. */
const random = seededRandom(1);
const rows = Array.from({ length: 600 }, () => Float64Array.from([random(), random()]));
const sample = {
  rows,
  labels: rows.map((r) => Number((r[0] ?? 0) > 0.7)),
  weights: rows.map(() => 1),
  offset: rows.map(() => -1),
};
const settings = { trees: 20, depth: 2, rate: 0.2, ridge: 1, leafMin: 1, rowShare: 0.8, columnShare: 1 };

test("trees find the value that matters and where it turns", () => {
  const trees = fitTrees(sample, { settings, random: seededRandom(2) });
  expect(treesLogit(trees, [0.9, 0.5])).toBeGreaterThan(2);
  expect(treesLogit(trees, [0.5, 0.5])).toBeLessThan(0);
  expect(Math.abs(treesLogit(trees, [0.9, 0.1]) - treesLogit(trees, [0.9, 0.9]))).toBeLessThan(0.5);
});

test("the same seed gives the same trees, another seed others", () => {
  const fit = (seed: number) => fitTrees(sample, { settings, random: seededRandom(seed) });
  expect(fit(2)).toEqual(fit(2));
  expect(fit(2)).not.toEqual(fit(3));
});

test("the line leans on the value that matters; more ridge leans less", () => {
  const line = fitLogistic(sample, { ridge: 1 });
  const [first = 0, second = 0] = line.weights;
  expect(first).toBeGreaterThan(1);
  expect(Math.abs(second)).toBeLessThan(first / 5);
  expect(fitLogistic(sample, { ridge: 100 }).weights[0]).toBeLessThan(first);
});

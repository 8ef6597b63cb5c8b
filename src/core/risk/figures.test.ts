import { describe, expect, test } from "@jest/globals";
import type { Judged } from "./figures.js";
import { auc, brier, calibrationError, recallAt, reliability } from "./figures.js";

const of = (...pairs: ReadonlyArray<readonly [number, boolean]>): Judged[] =>
  pairs.map(([score, bad]) => ({ score, bad }));

describe("AUC", () => {
  test.each<readonly [string, Judged[], number]>([
    ["all bad above all good", of([0.1, false], [0.2, false], [0.9, true]), 1],
    ["all bad below", of([0.1, true], [0.2, false], [0.9, false]), 0],
    ["ties count half", of([0.5, true], [0.5, false], [0.5, false]), 0.5],
    ["one pair of two right", of([0.1, false], [0.5, true], [0.9, false]), 0.5],
  ])("%s", (_what, judged, expected) => {
    expect(auc(judged)).toBeCloseTo(expected, 12);
  });

  test("is no number when there is nothing to tell apart", () => {
    expect(auc(of([0.5, false]))).toBeNaN();
  });
});

test("recall counts the bad among the highest scores", () => {
  const judged = of([0.9, true], [0.8, false], [0.7, true], [0.1, false], [0, true]);
  expect(recallAt(judged, 0.2)).toBeCloseTo(1 / 3, 12);
  expect(recallAt(judged, 0.6)).toBeCloseTo(2 / 3, 12);
  expect(recallAt(judged, 1)).toBe(1);
});

test("calibration: a 25 % that happens one time in four is no error", () => {
  const right = Array.from({ length: 40 }, (_, i) => ({ score: 0.25, bad: i % 4 === 0 }));
  expect(calibrationError(right)).toBeCloseTo(0, 12);
  expect(brier(right)).toBeCloseTo(0.25 * 0.75, 12);
  const wrong = right.map((j) => ({ ...j, score: 0.5 }));
  expect(calibrationError(wrong)).toBeCloseTo(0.25, 12);
});

test("the bins hold everything once", () => {
  const judged = Array.from({ length: 23 }, (_, i) => ({ score: i / 23, bad: false }));
  expect(reliability(judged).reduce((sum, b) => sum + b.count, 0)).toBe(23);
});

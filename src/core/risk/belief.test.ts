import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { correct, correctionOf, mark, markOf, noCorrections } from "./belief.js";
import type { Marks } from "./belief.js";

const surprised = { error: 0.9, information: 0.09 };

describe("corrections", () => {
  test("start at nothing and move towards what surprised", () => {
    const corrections = noCorrections(3, { precision: 10 });
    const inputs = Float64Array.from([1, -2, 0]);
    expect(correctionOf(corrections, inputs)).toBe(0);
    correct(corrections, { inputs, surprise: surprised });
    expect(correctionOf(corrections, inputs)).toBeGreaterThan(0);
    expect(corrections.mean[2]).toBeCloseTo(0, 12);
  });

  test("one input alone: precision adds up, the mean moves by the error over it", () => {
    const corrections = noCorrections(1, { precision: 10 });
    correct(corrections, { inputs: Float64Array.from([2]), surprise: surprised });
    const precision = 10 + 0.09 * 4;
    expect(corrections.covariance[0]).toBeCloseTo(1 / precision, 12);
    expect(corrections.mean[0]).toBeCloseTo((0.9 * 2) / precision, 12);
  });

  test("the covariance stays symmetric and never grows", () => {
    const step = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const corrections = noCorrections(4, { precision: 300 });
        for (const s of steps) correct(corrections, { inputs: Float64Array.from(s), surprise: surprised });
        for (let i = 0; i < 4; i++) {
          expect(corrections.covariance[i * 5]).toBeGreaterThan(0);
          expect(corrections.covariance[i * 5]).toBeLessThanOrEqual(1 / 300 + 1e-12);
          for (let k = 0; k < 4; k++) {
            expect(corrections.covariance[i * 4 + k]).toBeCloseTo(corrections.covariance[k * 4 + i] ?? NaN, 9);
          }
        }
      }),
    );
  });
});

test("marks are learned each by itself; what was never seen says nothing", () => {
  const marks: Marks = new Map();
  mark(marks, { names: ["w queue"], surprise: surprised, precision: 20 });
  expect(markOf(marks, ["w queue", "w other"])).toBeCloseTo(0.9 / 20.09, 12);
  expect(markOf(marks, [])).toBe(0);
});

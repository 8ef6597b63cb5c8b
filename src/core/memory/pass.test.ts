import { describe, expect, test } from "@jest/globals";
import { afterOutcome, passProbability, presumedPass, type PassModel, type PassSigns } from "./pass.js";

const plain: PassSigns = { machine: false, lines: 30, ownChecks: "unknown", finding: false, failedBefore: false };

/** A repository in which machines' and large changes fail more often, and own checks tell most of it. */
function trueProbability({ machine, lines, ownChecks, failedBefore }: PassSigns): number {
  const own = { passed: 1, failed: -3, unknown: 0 }[ownChecks];
  const logit = 1.6 - (machine ? 1.2 : 0) - 0.6 * Math.log10((1 + (lines ?? 30)) / 31) + own - (failedBefore ? 1 : 0);
  return 1 / (1 + Math.exp(-logit));
}

/** The linear congruential generator of Numerical Recipes. */
function draws(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

function drawn(uniform: () => number): PassSigns {
  return {
    machine: uniform() < 0.4,
    lines: Math.floor(Math.pow(10, 3 * uniform())),
    ownChecks: uniform() < 0.6 ? "passed" : uniform() < 0.3 ? "failed" : "unknown",
    finding: uniform() < 0.2,
    failedBefore: uniform() < 0.1,
  };
}

function learned(
  count: number,
  seed: number,
): { model: PassModel; told: { p: number; truth: number; passed: number }[] } {
  const uniform = draws(seed);
  let model = presumedPass;
  const told = Array.from({ length: count }, () => {
    const signs = drawn(uniform);
    const truth = trueProbability(signs);
    const passed = uniform() < truth;
    const p = passProbability(model, signs);
    model = afterOutcome(model, signs, passed ? "passed" : "failed");
    return { p, truth, passed: passed ? 1 : 0 };
  });
  return { model, told };
}

describe("how likely a change is to pass", () => {
  test("is the field's share before anything was learned", () => {
    expect(passProbability(presumedPass, plain)).toBeCloseTo(0.95, 1);
    expect(passProbability(presumedPass, { ...plain, ownChecks: "failed" })).toBeCloseTo(0.4, 1);
  });

  test("moves little with one outcome, and the right way", () => {
    const after = passProbability(afterOutcome(presumedPass, plain, "failed"), plain);
    expect(after).toBeLessThan(passProbability(presumedPass, plain));
    expect(after).toBeGreaterThan(0.85);
  });

  test.each([1, 2, 3])("is calibrated: of changes told alike about so many pass (seed %d)", (seed) => {
    const { told } = learned(3000, seed);
    const late = told.slice(1000);
    for (const [from, to] of [
      [0, 0.4],
      [0.4, 0.7],
      [0.7, 0.9],
      [0.9, 1],
    ] as const) {
      const bin = late.filter((t) => t.p >= from && t.p < to);
      const mean = (of: (t: (typeof bin)[number]) => number) => bin.reduce((sum, t) => sum + of(t), 0) / bin.length;
      if (bin.length > 100) expect(Math.abs(mean((t) => t.p) - mean((t) => t.passed))).toBeLessThan(0.06);
    }
  });

  test("tells more than one rate for all: its squared error is smaller", () => {
    const late = learned(3000, 5).told.slice(1000);
    const rate = late.reduce((sum, t) => sum + t.passed, 0) / late.length;
    const error = (of: (t: (typeof late)[number]) => number) =>
      late.reduce((sum, t) => sum + (of(t) - t.passed) ** 2, 0) / late.length;
    expect(error((t) => t.p)).toBeLessThan(0.9 * error(() => rate));
    expect(error((t) => t.p)).toBeLessThan(1.05 * error((t) => t.truth));
  });

  test("is never certain", () => {
    let model = presumedPass;
    for (let i = 0; i < 5000; i++) model = afterOutcome(model, plain, "passed");
    expect(passProbability(model, plain)).toBeLessThan(1);
    expect(passProbability(model, { ...plain, failedBefore: true, ownChecks: "failed" })).toBeGreaterThan(0);
  });
});

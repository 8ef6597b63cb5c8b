import { describe, expect, test } from "@jest/globals";
import { paceOf } from "./pace-of.js";
import { normal } from "../finder/random.js";

const times = (n: number, of: { from: number; mean: number; seed: number }) =>
  Array.from({ length: n }, (_, i) => ({
    at: of.from + i,
    work: of.mean * Math.exp(0.5 * normal(of.seed, i, 1) - 0.125),
  }));
const before = times(100, { from: 0, mean: 60, seed: 1 });
const after = times(40, { from: 100, mean: 30, seed: 2 });
const meanOf = (of: readonly { work: number }[]) => of.reduce((a, s) => a + s.work, 0) / of.length;
const shifts = (perhaps: { at: number; chance: number }[], since = -Infinity) => ({ since, perhaps });

describe("a pace", () => {
  test("without shifts is the mean, with its standard error", () => {
    const { figure, variation, count } = paceOf({ samples: before, shifts: shifts([]) });
    expect(figure.mean).toBeCloseTo(meanOf(before), 6);
    expect(figure.error / figure.mean).toBeCloseTo(variation / 10, 6);
    expect(count).toBe(100);
  });

  test("after a certain shift is the mean since", () => {
    const pace = paceOf({ samples: [...before, ...after], shifts: shifts([], 100) });
    expect(pace.figure.mean).toBeCloseTo(meanOf(after), 6);
  });

  test("after a likely shift lies near the mean since, and in doubt between, with a larger error", () => {
    const at = (chance: number) => paceOf({ samples: [...before, ...after], shifts: shifts([{ at: 100, chance }]) });
    const likely = at(0.97).figure;
    const doubted = at(0.3).figure;
    expect(likely.mean / meanOf(after)).toBeGreaterThan(0.98);
    expect(likely.mean / meanOf(after)).toBeLessThan(1.1);
    expect(doubted.mean).toBeGreaterThan(likely.mean);
    expect(doubted.mean).toBeLessThan(meanOf(before));
    expect(doubted.error).toBeGreaterThan(likely.error);
  });

  test("of which nothing was seen since a shift keeps its mean, and doubts it by the usual shift", () => {
    const pace = paceOf({ samples: before, shifts: shifts([{ at: 100, chance: 0.5 }]) });
    expect(pace.figure.mean).toBeCloseTo(meanOf(before), 6);
    expect(pace.figure.error / pace.figure.mean).toBeGreaterThan(0.25);
  });

  test.each([[[]], [[{ at: 100, chance: 0.6 }]]])("of nothing is one minute, unknown, shifted or not", (perhaps) => {
    const pace = paceOf({ samples: [], shifts: shifts(perhaps) });
    expect(pace).toMatchObject({ count: 0, figure: { mean: 1 } });
    expect(pace.figure.error).toBeGreaterThan(0);
    expect(Number.isFinite(pace.figure.error)).toBe(true);
  });
});

test("a few very long times hardly move the variation, and the other times show it", () => {
  const even = times(200, { from: 0, mean: 60, seed: 3 });
  const odd = even.map((s, i) => (i % 70 === 0 ? { ...s, work: 60 * 40 } : s));
  const plain = paceOf({ samples: even, shifts: shifts([]) }).variation;
  expect(plain).toBeGreaterThan(0.45);
  expect(plain).toBeLessThan(0.65);
  expect(paceOf({ samples: odd, shifts: shifts([]) }).variation / plain).toBeLessThan(1.2);
});

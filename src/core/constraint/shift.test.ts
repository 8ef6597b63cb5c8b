import { describe, expect, test } from "@jest/globals";
import { normal } from "./random.js";
import { steadyRateSince, steadySince } from "./shift.js";

const noise = (n: number, of: { from: number; mean: number; seed: number }) =>
  Array.from({ length: n }, (_, i) => ({ at: of.from + i, x: of.mean + 0.5 * normal(of.seed, i, 1) }));

describe("steadySince", () => {
  test("a series of one piece has no shift", () => {
    for (let seed = 1; seed <= 30; seed++) expect(steadySince(noise(150, { from: 0, mean: 3, seed }))).toBe(-Infinity);
  });

  test("a doubled pace is dated to within a few samples", () => {
    const series = [...noise(80, { from: 0, mean: 3, seed: 1 }), ...noise(25, { from: 80, mean: 4.2, seed: 7 })];
    expect(Math.abs(steadySince(series) - 80)).toBeLessThanOrEqual(6);
  });

  test("of two shifts the later counts", () => {
    const series = [
      ...noise(60, { from: 0, mean: 3, seed: 1 }),
      ...noise(60, { from: 60, mean: 5, seed: 2 }),
      ...noise(60, { from: 120, mean: 3, seed: 3 }),
    ];
    expect(Math.abs(steadySince(series) - 120)).toBeLessThanOrEqual(3);
  });

  describe("told of a moment at which something else shifted", () => {
    const small = [...noise(80, { from: 0, mean: 3, seed: 1 }), ...noise(40, { from: 80, mean: 3.3, seed: 2 })];

    test("believes a shift there that is too small to be found alone", () => {
      expect(steadySince(small)).toBe(-Infinity);
      expect(steadySince(small, [80])).toBe(80);
    });

    test("is not talked into one that is not there", () => {
      const even = Array.from({ length: 30 }, (_, i) => noise(150, { from: 0, mean: 3, seed: i + 1 }));
      expect(even.filter((series) => steadySince(series, [80]) === 80).length).toBeLessThanOrEqual(1);
    });

    test("keeps a later shift of its own, and asks nothing of a handful", () => {
      const later = [...noise(80, { from: 0, mean: 3, seed: 1 }), ...noise(40, { from: 80, mean: 5, seed: 7 })];
      expect(steadySince(later, [40])).toBeGreaterThan(70);
      expect(steadySince(small, [117])).toBe(-Infinity);
    });
  });

  test("nothing and too little are of one piece", () => {
    expect(steadySince([])).toBe(-Infinity);
    expect(steadySince(noise(5, { from: 0, mean: 1, seed: 1 }))).toBe(-Infinity);
  });
});

describe("steadyRateSince", () => {
  const days = (counts: readonly number[]) => counts.map((count, day) => ({ day, count, exposure: 1 }));
  const cases: [string, number[], number, number][] = [
    ["an even stream", [20, 24, 18, 22, 25, 19, 21], 1, -Infinity],
    ["a halved stream", [24, 22, 26, 23, 9, 11, 10], 1, 4],
    ["a stream that begins", [0, 0, 0, 30, 33], 1, 3],
    ["clumps of ten vary more", [30, 10, 20, 40, 10, 20], 10, -Infinity],
  ];
  test.each(cases)("%s", (_, counts, clump, since) => {
    expect(steadyRateSince(days(counts), clump)).toBe(since);
  });

  test("a day without time to show anything shows nothing", () => {
    const blind = [...days([20, 22, 21]), { day: 3, count: 0, exposure: 0 }];
    expect(steadyRateSince(blind, 1)).toBe(-Infinity);
  });
});

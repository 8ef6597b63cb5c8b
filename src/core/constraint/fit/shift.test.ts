import { describe, expect, test } from "@jest/globals";
import { steadyRateSince } from "./shift.js";

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

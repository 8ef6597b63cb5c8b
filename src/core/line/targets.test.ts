import { describe, expect, test } from "@jest/globals";
import { namesMax, plannedTargets } from "./targets.js";

const share = (a: readonly unknown[] = [], b: readonly unknown[] = []): boolean => a.some((t) => b.includes(t));
const names = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `t${from + i}`);

describe("targets as the planner compares them", () => {
  test("named ones overlap where they share a name; what touches everything overlaps all, and only for itself", () => {
    const [web, api, both, all, allToo] = plannedTargets([["web"], ["api"], ["api", "web"], null, null]);
    expect(share(web, api)).toBe(false);
    expect([share(web, both), share(api, both)]).toEqual([true, true]);
    for (const other of [web, api, both, allToo]) expect(share(all, other)).toBe(true);
  });

  test("where nothing is told apart there is one lane", () => {
    expect(plannedTargets([null, null])).toEqual([["*"], ["*"]]);
    expect(plannedTargets([])).toEqual([]);
  });

  test("more names than are looked at: the change that would bring them touches everything", () => {
    const planned = plannedTargets([names(0, namesMax - 1), names(5000, 2), names(0, 3), names(6000, 1)]);
    expect(share(planned[1], planned[0]) && share(planned[1], planned[3])).toBe(true);
    expect(planned[2]).toEqual(names(0, 3));
    expect(share(planned[2], planned[3])).toBe(false);
    expect(planned[3]).toEqual(["t6000"]);
  });
});

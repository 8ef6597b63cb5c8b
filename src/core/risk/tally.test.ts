import { expect, test } from "@jest/globals";
import { dayMs } from "./change.js";
import type { Tallies } from "./tally.js";
import { changesAt, countChange, countHarm, excessHarm } from "./tally.js";

const key = "src/a.ts";

test("what happened a half-life ago weighs half", () => {
  const tallies: Tallies = new Map();
  countChange(tallies, key, { at: 0, author: "a" });
  expect(changesAt(tallies.get(key), 365 * dayMs)).toBeCloseTo(0.5, 10);
  countChange(tallies, key, { at: 365 * dayMs, author: "b" });
  expect(changesAt(tallies.get(key), 365 * dayMs)).toBeCloseTo(1.5, 10);
  expect(tallies.get(key)).toMatchObject({ total: 2, authorSwitches: 1, lastAuthor: "b" });
});

test("a key's own rate is shrunk towards the base rate", () => {
  const tallies: Tallies = new Map();
  const by = { now: 0, baseRate: 0.01, strength: 40 };
  expect(excessHarm(tallies.get(key), by)).toBe(0);
  countChange(tallies, key, { at: 0, author: "a" });
  expect(excessHarm(tallies.get(key), by)).toBeCloseTo(-Math.log(41 / 40), 10);
  countHarm(tallies, key, 0);
  // One harm in one change is not a rate of 100 %: (1 + 0.4) / (0.01 + 0.4) times the base rate.
  expect(excessHarm(tallies.get(key), by)).toBeCloseTo(Math.log(1.4 / 0.41), 10);
});

test("harm to what was never counted is no harm", () => {
  const tallies: Tallies = new Map();
  countHarm(tallies, key, 0);
  expect(tallies.size).toBe(0);
});

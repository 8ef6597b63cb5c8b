import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PacedClass } from "../model/classification.js";
import { prNumber } from "../model/ids.js";
import { absorbedOf, limitOf, windowsNeeded } from "./absorption.js";
import { harmAtMost } from "./autonomy.js";
import type { PacingWindow } from "./windows.js";

const day = 24 * 60 * 60_000;
const now = 100 * day;

/** Windows of one class that held so many each; harm comes the day after. */
function windows(of: PacedClass, held: readonly number[], { harmed = [] as readonly number[], at = 50 } = {}) {
  return held.map((n, i): PacingWindow => ({
    at: at * day,
    rolledBackAt: harmed.includes(i) ? (at + 1) * day : null,
    landed: Array.from({ length: n }, (_, k) => ({
      ...{ number: prNumber(1000 * i + k + 1), at: at * day, sha: null, class: of, harmedAt: null },
    })),
  }));
}

const times = (n: number, held: number): number[] => Array.from({ length: n }, () => held);

describe("what production absorbs", () => {
  test.each<[string, PacedClass, number[], number[], number | null, number | null]>([
    ["nothing landed: one-way changes go one at a time", "irreversible", [], [], null, 1],
    ["nothing landed: recoverable ones as they come", "recoverable", [], [], null, null],
    ["24 windows prove nothing of one-way changes", "irreversible", times(24, 3), [], null, 1],
    ["25 without harm prove what they held, and one more is tried", "irreversible", times(25, 3), [], 3, 4],
    ["eight prove nothing of recoverable ones", "recoverable", times(8, 5), [], null, null],
    ["nine prove what they held", "recoverable", times(9, 5), [], 5, 6],
    ["the largest that enough windows held", "recoverable", [...times(9, 2), ...times(8, 6)], [], 2, 3],
    ["larger ones speak for smaller ones", "recoverable", [...times(5, 2), ...times(4, 6)], [], 2, 3],
    ["one of ten that went wrong is too many", "recoverable", times(10, 3), [0], 0, 1],
    ["one of twenty is not", "recoverable", times(20, 3), [0], 3, 4],
    ["harm at five leaves two", "recoverable", [...times(12, 2), ...times(3, 5)], [12, 13], 0, 1],
    [
      "harm at five leaves two, with enough that went well",
      "recoverable",
      [...times(40, 2), ...times(3, 5)],
      [40, 41],
      2,
      3,
    ],
  ])("%s", (_, of, held, harmed, rate, limit) => {
    const absorbed = absorbedOf(of, windows(of, held, { harmed }), now);
    expect(absorbed.rate).toBe(rate);
    expect(limitOf(of, absorbed, null)).toBe(limit);
  });

  test("a window counts as gone well after a week, as gone wrong at once, and then nothing more is tried for a month", () => {
    const young = windows("recoverable", times(20, 3), { at: 94 });
    expect(absorbedOf("recoverable", young, now)).toMatchObject({ windows: 0, rate: null });
    const old = windows("recoverable", times(30, 3));
    const wrong = windows("recoverable", [3], { at: 98, harmed: [0] });
    const absorbed = absorbedOf("recoverable", [...old, ...wrong], now);
    expect(absorbed).toMatchObject({ windows: 31, harmed: 1, rate: 3, lately: true });
    expect(limitOf("recoverable", absorbed, null)).toBe(3);
  });

  test("the policy's own number stands in place of what was measured", () => {
    const absorbed = absorbedOf("irreversible", windows("irreversible", times(40, 1)), now);
    expect([limitOf("irreversible", absorbed, 7), limitOf("irreversible", absorbed, null)]).toEqual([7, 2]);
  });

  test("as many windows are needed as the bound says", () => {
    const bound = { irreversible: 0.1, recoverable: 0.25 };
    for (const of of ["irreversible", "recoverable"] as const) {
      expect(harmAtMost({ landed: windowsNeeded[of], harmed: 0 })).toBeLessThanOrEqual(bound[of]);
      expect(harmAtMost({ landed: windowsNeeded[of] - 1, harmed: 0 })).toBeGreaterThan(bound[of]);
    }
  });

  test("harm never raises the rate", () => {
    const held = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(held, fc.nat(), (counts, which) => {
        const well = absorbedOf("recoverable", windows("recoverable", counts), now).rate ?? 0;
        const harmed = [which % counts.length];
        const badly = absorbedOf("recoverable", windows("recoverable", counts, { harmed }), now).rate ?? 0;
        expect(badly).toBeLessThanOrEqual(well);
      }),
    );
  });
});

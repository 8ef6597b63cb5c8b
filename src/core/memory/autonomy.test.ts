import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { autonomyOf, changeClass, harmAtMost, type ClassOutcomes } from "./autonomy.js";

const day = 24 * 60 * 60_000;
const now = 100 * day;
const of = changeClass({ kind: "agent", reversibility: "reversible", risk: "low" });

function level(outcomes: Partial<ClassOutcomes>, which = of): string {
  const known = { [which]: { landed: 0, harmed: 0, harmedAt: [], ...outcomes } };
  return autonomyOf(which, { known, now }).level;
}

describe("autonomy", () => {
  test.each<[string, Partial<ClassOutcomes>, string]>([
    ["nothing landed", {}, "none"],
    ["eight landed well", { landed: 8 }, "none"],
    ["nine landed well", { landed: 9 }, "watched"],
    ["fifty-one landed well", { landed: 51 }, "watched"],
    ["fifty-two landed well", { landed: 52 }, "earned"],
    ["one of a thousand went wrong, long ago", { landed: 1000, harmed: 1, harmedAt: [now - 40 * day] }, "earned"],
    ["one of a thousand went wrong, yesterday", { landed: 1000, harmed: 1, harmedAt: [now - day] }, "watched"],
    ["two of a thousand went wrong lately", { landed: 1000, harmed: 2, harmedAt: [now - day, now - 2 * day] }, "none"],
    ["every third goes wrong, long ago", { landed: 90, harmed: 30, harmedAt: [1] }, "none"],
  ])("after %s", (_, outcomes, expected) => {
    expect(level(outcomes)).toBe(expected);
  });

  test("a class that nobody has seen has earned nothing, whatever it is called", () => {
    expect(autonomyOf("constructor", { known: {}, now })).toMatchObject({ level: "none", outcomes: { landed: 0 } });
  });

  test.each(["irreversible", "unknown"] as const)("what is %s stays with people", (reversibility) => {
    expect(level({ landed: 10_000 }, changeClass({ kind: "human", reversibility, risk: "low" }))).toBe("none");
  });

  test("the bound lies above the share, and falls with every good outcome", () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), fc.nat({ max: 50 }), (landed, harmed) => {
        const bound = harmAtMost({ landed, harmed });
        expect(bound).toBeGreaterThanOrEqual(harmed / Math.max(1, landed, harmed) - 1e-12);
        expect(bound).toBeLessThanOrEqual(1 + 1e-12);
        const better = harmAtMost({ landed: Math.max(landed, harmed) + 1, harmed });
        expect(better).toBeLessThanOrEqual(bound + 1e-12);
      }),
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import { prNumber, sha } from "../model/ids.js";
import { isAudited } from "./audit-draw.js";
import { auditsOf } from "./audits.js";
import { dayMs } from "./change.js";
import type { Followed } from "./followed.js";

const landed = (n: number) => ({
  repo: "acme/shop",
  number: prNumber(n),
  head: sha("a".repeat(40)),
  landed: sha(n.toString(16).padStart(40, "0")),
});

describe("the draw", () => {
  test("takes about its share, none of 0 and all of 1", () => {
    const drawn = (share: number) => Array.from({ length: 20_000 }, (_, n) => isAudited(landed(n + 1), share));
    const share = drawn(0.02).filter(Boolean).length / 20_000;
    expect(share).toBeGreaterThan(0.016);
    expect(share).toBeLessThan(0.024);
    expect(drawn(0).some(Boolean)).toBe(false);
    expect(drawn(1).every(Boolean)).toBe(true);
  });

  test("is the same every time, and hangs on the commit that nobody knows before", () => {
    expect(isAudited(landed(7), 0.5)).toBe(isAudited(landed(7), 0.5));
    const others = Array.from({ length: 50 }, (_, n) => isAudited({ ...landed(7), landed: landed(n + 1).landed }, 0.5));
    expect(new Set(others).size).toBe(2);
  });
});

const now = 100 * dayMs;
function followed(over: Partial<Followed>): Followed {
  return {
    ...{ id: "1", at: 10 * dayMs, score: 0.01, counted: true, moved: "auto" },
    ...{ auditShare: null, harmedAt: null, answer: null },
    ...over,
  };
}

describe("what audits say", () => {
  test("nothing before the first answer", () => {
    expect(auditsOf([followed({}), followed({ auditShare: 0.02 })], now)).toEqual({
      ...{ landed: 2, harmed: 0, drawn: 1, answered: 0, found: 0 },
      rate: null,
    });
  });

  test("harm that an auditor found and harm that was taken out both count, once", () => {
    const drawn = { auditShare: 0.02 };
    const audits = auditsOf(
      [
        followed({ ...drawn, answer: "harm", harmedAt: 11 * dayMs }),
        followed({ ...drawn, answer: "fine", harmedAt: 12 * dayMs }),
        ...Array.from({ length: 8 }, () => followed({ ...drawn, answer: "fine" })),
        followed({ harmedAt: 12 * dayMs }),
        followed({ moved: "judged", harmedAt: 12 * dayMs }),
      ],
      now,
    );
    expect(audits).toMatchObject({ landed: 11, harmed: 3, drawn: 10, answered: 10, found: 1 });
    expect(audits.rate?.rate).toBeCloseTo(0.2);
    // Wilson's interval for 2 of 10, from the tables.
    expect(audits.rate?.low).toBeCloseTo(0.0567, 3);
    expect(audits.rate?.high).toBeCloseTo(0.5098, 3);
  });

  test("young changes are not counted as well landed", () => {
    expect(auditsOf([followed({ at: now - 13 * dayMs })], now).landed).toBe(0);
  });
});

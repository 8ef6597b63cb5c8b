import { describe, expect, test } from "@jest/globals";
import { timeoutMinutes } from "./timeout.js";

const twenty = Array.from({ length: 20 }, (_, i) => i + 1);

describe("timeoutMinutes", () => {
  test.each<[string, number[], number]>([
    ["nothing known: what policy says", [], 60],
    ["too little known: what policy says", twenty.slice(1), 60],
    ["one and a half times the P95 and five minutes", twenty, 1.5 * 19 + 5],
    ["in any order", [...twenty].reverse(), 1.5 * 19 + 5],
    ["one that hung for hours changes little", [...twenty.slice(0, 19), 900], 1.5 * 19 + 5],
    ["never more than policy says", twenty.map((m) => 10 * m), 60],
    ["builds of seconds keep room for a slow start", twenty.map(() => 0.1), 0.15 + 5],
  ])("%s", (_, past, expected) => {
    expect(timeoutMinutes(past, { most: 60 })).toBeCloseTo(expected);
  });
});

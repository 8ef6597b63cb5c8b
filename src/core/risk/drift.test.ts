import { describe, expect, test } from "@jest/globals";
import { dayMs } from "./change.js";
import { driftOf } from "./drift.js";
import type { Followed } from "./followed.js";

const now = 600 * dayMs;

/** One change every quarter of a day; every `harmEvery`th comes to harm, and `score` is what was said of it. */
function landings(
  { from, to, harmEvery }: { from: number; to: number; harmEvery: number },
  score: (harmed: boolean, i: number) => number,
): Followed[] {
  return Array.from({ length: (to - from) * 4 }, (_, i): Followed => {
    const at = (from + i / 4) * dayMs;
    const harmed = i % harmEvery === 0;
    return {
      ...{ id: `${from} ${i}`, at, score: score(harmed, i), counted: true, moved: "judged", auditShare: null },
      ...{ harmedAt: harmed ? at + dayMs : null, answer: null },
    };
  });
}

const honest = (harmed: boolean, i: number) => (harmed ? 0.04 : i % 3 === 0 ? 0.05 : 0.01);
const calm = landings({ from: 150, to: 490, harmEvery: 40 }, honest);

describe("drift", () => {
  test("a repository that goes on as before is steady", () => {
    const drift = driftOf([...calm, ...landings({ from: 490, to: 590, harmEvery: 40 }, honest)], now);
    expect(drift.state).toBe("steady");
    expect(drift.why).toEqual([]);
  });

  test("four times the harm that was said is drift, and is said in figures", () => {
    const drift = driftOf([...calm, ...landings({ from: 490, to: 590, harmEvery: 10 }, honest)], now);
    expect(drift.state).toBe("drifted");
    expect(drift.why.join()).toMatch(/\d+ of \d+ changes came to harm where risk said \d+\.\d/);
  });

  test("a score that no longer tells harm apart is drift though it is calibrated", () => {
    const drift = driftOf(
      [...calm, ...landings({ from: 490, to: 590, harmEvery: 25 }, (h) => (h ? 0.005 : 0.04))],
      now,
    );
    expect(drift.why.join()).toMatch(/^AUC fell from 0\.\d\d to 0\.00$/);
  });

  test("changes too young to be judged do not count, so fresh harm is no alarm and fresh calm no comfort", () => {
    const young = landings({ from: 588, to: 599, harmEvery: 1 }, honest);
    expect(driftOf([...calm, ...young], now)).toEqual(driftOf(calm, now));
  });

  test("few changes say nothing", () => {
    expect(driftOf(landings({ from: 500, to: 510, harmEvery: 2 }, honest), now).state).toBe("too-few");
  });
});

import { describe, expect, test } from "@jest/globals";
import { forecast, shareHeld } from "./forecast.js";
import { reasonsOf } from "./reasons.js";
import type { PlannedBuild, PlanSnapshot, QueuedChange } from "./snapshot.js";

function change(id: string, given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return { id, arrivedAt: 0, targets: ["app"], passProbability: 0.95, expectedMinutes: 10, ...given };
}

function snapshot(given: Partial<PlanSnapshot<string, number>>): PlanSnapshot<string, number> {
  return {
    now: 100,
    slots: 4,
    conflictProbability: 0.01,
    conflictHorizonMinutes: 120,
    flakeProbability: 0.02,
    sharedCache: false,
    landedCount: 0,
    queue: [],
    landed: [],
    builds: [],
    ...given,
  };
}

function build(id: number, members: string[], status: PlannedBuild["status"]): PlannedBuild<string, number> {
  return { id, members, base: 0, startedAt: 95, finishedAt: status === "running" ? null : 99, status };
}

describe("reasonsOf", () => {
  const reason = (given: Partial<PlanSnapshot<string, number>>, id = "a") =>
    reasonsOf(snapshot({ queue: [change("a"), change("b")], ...given })).find((r) => r.id === id)?.reason;

  test("says the one thing that says most", () => {
    expect(reason({ controls: { paused: true } })).toEqual({ code: "held", hold: { kind: "paused" } });
    expect(reason({ builds: [build(1, ["a", "b"], "running")] })).toEqual({
      code: "testing",
      build: 1,
      with: ["b"],
      expectedAt: 106,
    });
    expect(reason({ builds: [build(1, ["a"], "failed")] })).toMatchObject({ code: "failed-alone", failures: 1 });
    expect(reason({ builds: [build(1, ["a", "b"], "failed")] })).toMatchObject({ code: "suspected", with: ["b"] });
    const landed = [{ id: "x", at: 98, seq: 0, targets: ["app"] }];
    expect(reason({ builds: [build(1, ["a"], "passed")], landed, landedCount: 1 })).toEqual({
      code: "passed-but-stale",
      build: 1,
      missed: 1,
    });
    expect(reason({}, "b")).toEqual({ code: "waits-for-slot", ahead: 1 });
  });
});

describe("forecast", () => {
  const given = snapshot({ queue: [change("a"), change("b"), change("c", { expectedMinutes: 40 })] });

  test("is the same for the same snapshot, ordered, and not before the work can be done", () => {
    const first = forecast(given);
    expect(forecast(given)).toEqual(first);
    for (const f of first) {
      expect(f.from).toBeLessThanOrEqual(f.likely);
      expect(f.likely).toBeLessThanOrEqual(f.to);
      expect(f.lands).toBeGreaterThan(0.5);
    }
    expect(first[0]?.from).toBeGreaterThan(105);
    expect(first[2]?.likely).toBeGreaterThan(first[0]?.likely ?? Infinity);
  });

  test("counts how many ranges held", () => {
    expect(shareHeld([])).toBe(0);
    expect(
      shareHeld([
        { from: 1, to: 3, at: 2 },
        { from: 1, to: 3, at: 4 },
      ]),
    ).toBe(0.5);
  });
});

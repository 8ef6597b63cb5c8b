import { describe, expect, test } from "@jest/globals";
import { planSnapshot, queued as change } from "../../../test/build/planner.js";
import { prNumber } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { forecast } from "./forecast.js";
import { reasonsOf } from "./reasons.js";
import type { PlannedBuild, PlanSnapshot } from "./snapshot.js";

function snapshot(given: Partial<PlanSnapshot<string, number>>): PlanSnapshot<string, number> {
  return planSnapshot({ flakeProbability: 0.02, ...given });
}

function build(id: number, members: string[], status: PlannedBuild["status"]): PlannedBuild<string, number> {
  return { id, members, base: 0, startedAt: 95, finishedAt: status === "running" ? null : 99, status };
}

describe("reasonsOf", () => {
  const numbers = new Map([...["a", "b", "x"].entries()].map(([i, id]) => [id, prNumber(i + 1)]));
  const numberOf = (id: string) => numbers.get(id) ?? prNumber(99);
  const reason = (given: Partial<PlanSnapshot<string, number>>, id = "a") =>
    reasonsOf(snapshot({ queue: [change("a"), change("b")], ...given }), { numberOf }).find((r) => r.id === id)?.reason;
  const landed = [{ id: "x", at: 98, seq: 0, targets: ["app"] }];
  const span = { days: [], hours: null, from: "2999-01-01", to: null, zone: "UTC" };
  const minute = 60_000;

  test.each<[string, Partial<PlanSnapshot<string, number>>, Reason]>([
    ["paused", { controls: { paused: { by: "ann", why: "fire" } } }, { code: "paused", by: "ann", why: "fire" }],
    ["draining", { controls: { drain: true } }, { code: "draining" }],
    ["frozen", { controls: { freezes: [{ name: "release" }] } }, { code: "frozen", name: "release" }],
    ["out of hours", { controls: { windows: [{ span }] } }, { code: "window-closed", until: null }],
    [
      "throttled",
      { controls: { throttles: [{ perHour: 1 }] }, landed, landedCount: 1 },
      { code: "throttled", perHour: 1, until: 158 * minute },
    ],
    ["cheap checks run", { queue: [change("a", { ownChecks: "running" })] }, { code: "checks-pending", names: [] }],
    [
      "needs what is queued",
      { queue: [change("a", { dependsOn: ["b"] }), change("b", { ownChecks: "failed" })] },
      { code: "depends-on", number: prNumber(2), state: "open" },
    ],
    [
      "needs what nobody knows",
      { queue: [change("a", { dependsOn: ["z"] })] },
      { code: "depends-on", number: prNumber(99), state: "unknown" },
    ],
    ["the branch is red", { trunk: { status: "red", at: 90 } }, { code: "branch-red", since: 90 * minute }],
    [
      "outage",
      { builds: [{ ...build(1, ["a"], "failed"), failure: "timeout" }] },
      { code: "retry-later", why: "timeout", until: 101 * minute },
    ],
    [
      "tested",
      { builds: [build(1, ["a", "b"], "running")] },
      { code: "testing", group: "1", with: [prNumber(2)], attempt: 1, until: 106 * minute },
    ],
    [
      "failed alone",
      { builds: [build(1, ["a"], "failed")] },
      { code: "failed-alone", group: "1", failures: 1, more: 1 },
    ],
    [
      "failed alone, the branch not looked at",
      { builds: [build(1, ["a"], "failed")], trunk: { status: "unknown", at: 0 } },
      { code: "branch-unproven", group: "1" },
    ],
    [
      "passed, then something landed",
      { builds: [build(1, ["a"], "passed")], landed, landedCount: 1 },
      { code: "overtaken", group: "1", by: 1 },
    ],
    ["nothing yet", {}, { code: "waits-for-slot", ahead: 0 }],
  ])("%s", (_, given, expected) => {
    expect(reason(given)).toEqual(expected);
  });

  test("a suspect is told how likely it is at fault", () => {
    const found = reason({ builds: [build(1, ["a", "b"], "failed")] });
    expect(found).toMatchObject({ code: "suspected", group: "1", with: [2] });
    // Either of two equals: a little under even, as the failure may be a flake.
    expect(found?.code === "suspected" && found.good).toBeCloseTo(0.58, 1);
  });

  test("a one-way door waits for what overlaps with it", () => {
    const queue = [change("a"), change("b", { reversibility: "irreversible" })];
    expect(reason({ queue }, "b")).toEqual({ code: "waits-alone", behind: [1] });
  });

  test("says of how many it stands behind", () => {
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

  test("what the pace of landings holds is let through first, and the others don't wait for it", () => {
    const day = given.now + 1440;
    const reason = { code: "deploy-full", how: "held", waiting: 3, takes: 3, until: day * 60_000, latest: 0 } as const;
    const paced = [{ id: "a", until: day, reason }];
    const [a, b, c] = forecast({ ...given, controls: { ...given.controls, paced } });
    expect(a?.id).toBe("a");
    expect(a?.from).toBeGreaterThanOrEqual(day);
    expect(a?.to).toBeLessThan(day + 60);
    for (const other of [b, c]) expect(other?.to).toBeLessThan(day);
  });
});

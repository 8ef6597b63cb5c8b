import { describe, expect, test } from "@jest/globals";
import { localTime } from "./controls.js";
import { plan } from "./plan.js";
import type { Controls, PlannedBuild, PlanSnapshot, QueuedChange } from "./snapshot.js";

function change(id: string, given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return { id, arrivedAt: 0, targets: [id], passProbability: 0.95, expectedMinutes: 10, ...given };
}

function snapshot(given: Partial<PlanSnapshot<string, number>>): PlanSnapshot<string, number> {
  return {
    now: 100,
    slots: 4,
    conflictProbability: 0.01,
    conflictHorizonMinutes: 120,
    flakeProbability: 0,
    sharedCache: false,
    landedCount: 0,
    queue: [],
    landed: [],
    builds: [],
    ...given,
  };
}

function build(id: number, members: string[], given: Partial<PlannedBuild<string, number>> = {}) {
  return { id, members, base: 0, startedAt: 80, finishedAt: 99, status: "passed" as const, ...given };
}

/** Minutes since 1970 of an instant written in ISO form. */
const at = (iso: string): number => Date.parse(iso) / 60_000;

describe.each([true, false])("controls, work shared: %s", (sharedCache) => {
  const landing = (controls: Controls<string>, given: Partial<QueuedChange<string>> = {}, now = 100) =>
    plan(snapshot({ now, sharedCache, controls, queue: [change("a", given)], builds: [build(1, ["a"])] })).land;
  const started = (controls: Controls<string>, given: Partial<QueuedChange<string>> = {}) =>
    plan(snapshot({ sharedCache, controls, queue: [change("a", given)] })).start;

  test("paused: nothing starts, nothing lands, what runs goes on", () => {
    const builds = [build(1, ["a"]), build(2, ["b"], { status: "running", finishedAt: null })];
    const queue = [change("a"), change("b"), change("c")];
    expect(plan(snapshot({ sharedCache, controls: { paused: true }, queue, builds }))).toEqual({
      land: [],
      reject: [],
      cancel: [],
      start: [],
    });
  });

  test("drain: what is proven lands, what is new is not started", () => {
    expect(landing({ drain: true })).toEqual([["a"]]);
    expect(started({ drain: true })).toEqual([]);
  });

  test("a freeze holds all, a lane, or a class, with exceptions, and lets hotfixes pass unless it says no", () => {
    const doors = { reversibility: "irreversible" } as const;
    expect(landing({ freezes: [{}] })).toEqual([]);
    expect(landing({ freezes: [{ lane: "web" }] }, { lane: "web" })).toEqual([]);
    expect(landing({ freezes: [{ lane: "web" }] }, { lane: "api" })).toEqual([["a"]]);
    expect(landing({ freezes: [doors] }, doors)).toEqual([]);
    expect(landing({ freezes: [doors] })).toEqual([["a"]]);
    expect(landing({ freezes: [{ except: ["a"] }] })).toEqual([["a"]]);
    expect(landing({ freezes: [{}] }, { hotfix: true })).toEqual([["a"]]);
    expect(landing({ freezes: [{ hotfixPasses: false }] }, { hotfix: true })).toEqual([]);
  });

  test("a window opens and closes by the clock of its place, also past midnight", () => {
    const office = { zone: "Europe/Berlin", days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60 };
    const night = { zone: "Europe/Berlin", days: [5], from: 22 * 60, to: 2 * 60 };
    // 2026-11-20 is a Friday; Berlin is an hour ahead of UTC then, and two on 2026-06-19.
    expect(landing({ windows: [office] }, {}, at("2026-11-20T08:00Z"))).toEqual([["a"]]);
    expect(landing({ windows: [office] }, {}, at("2026-11-20T07:59Z"))).toEqual([]);
    expect(landing({ windows: [office] }, {}, at("2026-06-19T07:00Z"))).toEqual([["a"]]);
    expect(landing({ windows: [office] }, {}, at("2026-11-20T16:00Z"))).toEqual([]);
    expect(landing({ windows: [office] }, {}, at("2026-11-21T10:00Z"))).toEqual([]);
    expect(landing({ windows: [office, night] }, {}, at("2026-11-21T00:30Z"))).toEqual([["a"]]);
    expect(landing({ windows: [night] }, {}, at("2026-11-21T01:30Z"))).toEqual([]);
    expect(landing({ windows: [{ ...office, reversibility: "irreversible" }] }, {}, at("2026-11-21T10:00Z"))).toEqual([
      ["a"],
    ]);
    expect(landing({ windows: [office] }, { hotfix: true }, at("2026-11-21T10:00Z"))).toEqual([["a"]]);
  });

  test("a window in an unknown zone never opens", () => {
    expect(localTime("Nowhere/Land", 0)).toBeNull();
    expect(landing({ windows: [{ zone: "Nowhere/Land", days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 }] })).toEqual(
      [],
    );
  });

  test("what nobody knows is not started, and neither is what needs it", () => {
    expect(started({}, { dependsOn: ["gone"] })).toEqual([]);
    const queue = [change("a", { dependsOn: ["gone"] }), change("b", { dependsOn: ["a"] }), change("c")];
    expect(plan(snapshot({ sharedCache, queue })).start.flat()).toEqual(["c"]);
  });

  test("a dependency is built before what needs it, or in the same build before it", () => {
    const queue = [change("b", { dependsOn: ["a"] }), change("a")];
    const { start } = plan(snapshot({ sharedCache, queue }));
    expect(start.flat()).toContain("a");
    for (const members of start) {
      const b = members.indexOf("b");
      if (b >= 0) expect(members.slice(0, b)).toContain("a");
    }
  });

  test("a change does not land before what it needs", () => {
    const queue = [change("a"), change("b", { dependsOn: ["a"] })];
    expect(plan(snapshot({ sharedCache, queue, builds: [build(1, ["b"])] })).land).toEqual([]);
    expect(plan(snapshot({ sharedCache, queue, builds: [build(1, ["a", "b"])] })).land).toEqual([["a", "b"]]);
  });

  test("a one-way door is built alone, or last behind only what it needs", () => {
    const door = change("door", { targets: ["x"], reversibility: "unknown", dependsOn: ["need"] });
    const queue = [change("need", { targets: ["x"] }), door, change("c", { targets: ["x"] })];
    for (const members of plan(snapshot({ sharedCache, slots: 1, queue })).start) {
      if (members.includes("door")) expect(members).toEqual(["need", "door"]);
    }
  });

  test.each(["infrastructure", "timeout", "flake", "policy"] as const)(
    "a failure of kind %s ejects nobody",
    (failure) => {
      const builds = [1, 2, 3].map((id) => build(id, ["a"], { status: "failed", failure }));
      expect(plan(snapshot({ sharedCache, queue: [change("a")], builds })).reject).toEqual([]);
    },
  );

  test("an outage is retried later, not at once", () => {
    const outage = [build(1, ["a"], { status: "failed", failure: "infrastructure" })];
    const queue = [change("a")];
    expect(plan(snapshot({ sharedCache, queue, builds: outage })).start).toEqual([]);
    expect(plan(snapshot({ sharedCache, queue, builds: outage, now: 102 })).start).toEqual([["a"]]);
  });

  test("a conflict ejects at once, however flaky the builds", () => {
    const builds = [build(1, ["a"], { status: "failed", failure: "conflict" })];
    const flakeProbability = 0.2;
    expect(plan(snapshot({ sharedCache, flakeProbability, queue: [change("a")], builds })).reject).toEqual(["a"]);
  });

  test("a likely flake is tried again before anybody is ejected", () => {
    const builds = [build(1, ["a"], { status: "failed" })];
    const answer = plan(snapshot({ sharedCache, flakeProbability: 0.05, queue: [change("a")], builds }));
    expect(answer.reject).toEqual([]);
    expect(answer.start).toContainEqual(["a"]);
  });
});

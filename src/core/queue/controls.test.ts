import { describe, expect, test } from "@jest/globals";
import { planSnapshot as snapshot, queued } from "../../../test/build/planner.js";
import { plan } from "./plan.js";
import type { Controls, PlannedBuild, QueuedChange } from "./snapshot.js";

function change(id: string, given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return queued(id, { targets: [id], ...given });
}

function build(id: number, members: string[], given: Partial<PlannedBuild<string, number>> = {}) {
  return { id, members, base: 0, startedAt: 80, finishedAt: 99, status: "passed" as const, ...given };
}

const span = { days: [], hours: null, from: null, to: null, zone: "UTC" };

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

  const door = { reversibility: "irreversible" } as const;
  const nextYear = { ...span, from: "2027-01-01" };
  test.each<[string, Controls<string>, Partial<QueuedChange<string>>, "lands" | "waits"]>([
    ["a freeze of everything", { freezes: [{}] }, {}, "waits"],
    ["a freeze of its lane", { freezes: [{ lane: "web" }] }, { lane: "web" }, "waits"],
    ["a freeze of another lane", { freezes: [{ lane: "web" }] }, { lane: "api" }, "lands"],
    ["a freeze of a lane, itself in none", { freezes: [{ lane: "web" }] }, {}, "lands"],
    ["a freeze of its class", { freezes: [door] }, door, "waits"],
    ["a freeze of another class", { freezes: [door] }, {}, "lands"],
    ["a freeze of its lane and another class", { freezes: [{ ...door, lane: "web" }] }, { lane: "web" }, "lands"],
    ["a freeze that excepts it", { freezes: [{ except: ["a"] }] }, {}, "lands"],
    ["a freeze that excepts another", { freezes: [{ except: ["b"] }] }, {}, "waits"],
    ["a freeze, itself a hotfix", { freezes: [{}] }, { hotfix: true }, "lands"],
    ["a freeze for hotfixes too", { freezes: [{ hotfixPasses: false }] }, { hotfix: true }, "waits"],
    ["a freeze that has not begun", { freezes: [{ span: nextYear }] }, {}, "lands"],
    ["a freeze in force", { freezes: [{ span: { ...span, to: "2026-12-31" } }] }, {}, "waits"],
    ["a freeze in no known place", { freezes: [{ span: { ...nextYear, zone: "No/Where" } }] }, {}, "waits"],
    ["two freezes, one of them over", { freezes: [{ span: nextYear }, {}] }, {}, "waits"],
    ["a window in no known place", { windows: [{ span: { ...span, zone: "No/Where" } }] }, {}, "waits"],
    ["a shut window", { windows: [{ span: nextYear }] }, {}, "waits"],
    ["a shut window and an open one", { windows: [{ span: nextYear }, { span }] }, {}, "lands"],
    ["a shut window for its class", { windows: [{ span }, { span: nextYear, ...door }] }, door, "lands"],
    ["only a shut window for another class", { windows: [{ span: nextYear, ...door }] }, {}, "lands"],
    ["a shut window, itself a hotfix", { windows: [{ span: nextYear }] }, { hotfix: true }, "lands"],
    ["drain, proven", { drain: true }, {}, "lands"],
    ["pause by a person", { paused: { by: "ann", why: "release" } }, {}, "waits"],
    ["pause taken back", { paused: false }, {}, "lands"],
    ["pause, itself a hotfix", { paused: true }, { hotfix: true }, "waits"],
  ])("%s", (_, controls, given, fate) => {
    expect(landing(controls, given, at("2026-11-20T12:00Z"))).toEqual(fate === "lands" ? [["a"]] : []);
  });

  test("a window opens and closes by the clock of its place, also past midnight", () => {
    const berlin = { ...span, zone: "Europe/Berlin" };
    const office = { span: { ...berlin, days: [1, 2, 3, 4, 5], hours: { from: 9 * 60, to: 17 * 60 } } };
    const night = { span: { ...berlin, days: [5], hours: { from: 22 * 60, to: 2 * 60 } } };
    // 2026-11-20 is a Friday; Berlin is an hour ahead of UTC then, and two on 2026-06-19.
    expect(landing({ windows: [office] }, {}, at("2026-11-20T08:00Z"))).toEqual([["a"]]);
    expect(landing({ windows: [office] }, {}, at("2026-11-20T07:59Z"))).toEqual([]);
    expect(landing({ windows: [office] }, {}, at("2026-06-19T07:00Z"))).toEqual([["a"]]);
    expect(landing({ windows: [office] }, {}, at("2026-11-20T16:00Z"))).toEqual([]);
    expect(landing({ windows: [office, night] }, {}, at("2026-11-21T00:30Z"))).toEqual([["a"]]);
    expect(landing({ windows: [night] }, {}, at("2026-11-21T01:30Z"))).toEqual([]);
  });

  test("what may not land is not started", () => {
    expect(started({ freezes: [{}] })).toEqual([]);
    expect(started({ windows: [{ span: { ...span, from: "2999-01-01" } }] })).toEqual([]);
  });

  test.each([
    ["passed", [["a"]]],
    ["running", []],
    ["failed", []],
  ] as const)("its own cheap checks have %s", (ownChecks, starts) => {
    expect(started({}, { ownChecks })).toEqual(starts);
  });

  test.each([1, 2, 3])("a build upon no other holds at most %i", (membersMax) => {
    const queue = Array.from({ length: 12 }, (_, i) => change(`c${i}`, { targets: ["x"], passProbability: 0.99 }));
    const { start } = plan(snapshot({ sharedCache, slots: 1, queue, controls: { membersMax } }));
    expect(start.map((g) => g.length)).toEqual([membersMax]);
  });

  const [a, ab, abc] = ["a", "a,b", "a,b,c"];
  test.each([
    { running: [], most: 1, starts: a },
    { running: [a], most: 1, starts: ab },
    { running: [a, ab], most: 1, starts: abc },
    { running: [ab], most: 1, starts: abc },
    // What another build holds beside is no beginning: a,b,c would add two.
    { running: ["c"], most: 1, starts: "c,a" },
    // More may be added than a chain's links do.
    { running: [a], most: 2, starts: ab },
  ])("$running run, each build adds at most $most: $starts", ({ running, most, starts }) => {
    if (sharedCache) return;
    const queue = [a, "b", "c"].map((id) => change(id, { targets: ["x"], passProbability: 0.99 }));
    const builds = running.map((of, i) => build(i, of.split(","), { startedAt: 99, status: "running", finishedAt: null })); // prettier-ignore
    const controls = { membersMax: most, twice: false, startsMax: 1 };
    const { start, cancel } = plan(snapshot({ slots: 4, queue, builds, controls }));
    expect(cancel).toEqual([]);
    expect(start.map((g) => g.join())).toEqual([starts]);
  });

  test.each([
    [0, 0, 4],
    [3, 0, 1],
    [4, 0, 0],
    [9, 0, 0],
    [1, 3, 0],
  ])("of 4 slots others use %i and %i are busy: %i may start", (slotsUsedElsewhere, busy, most) => {
    const queue = Array.from({ length: 8 }, (_, i) => change(`c${i}`));
    const builds = queue.slice(0, busy).map((c, i) => build(i, [c.id], { status: "running", finishedAt: null }));
    const { start, cancel } = plan(snapshot({ sharedCache, slotsUsedElsewhere, queue, builds }));
    expect(cancel).toEqual([]);
    expect(start.length).toBeLessThanOrEqual(most);
    expect(start.length > 0).toBe(most > 0);
  });

  test("builds shorter than a second are started too", () => {
    const queue = [change("a", { expectedMinutes: 0.01 }), change("b", { expectedMinutes: 0 })];
    expect(plan(snapshot({ sharedCache, queue })).start.length).toBeGreaterThan(0);
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

  test.each([
    // flake rate, retries that policy allows, failures so far, is it ejected?
    [0.05, undefined, 1, false],
    [0.05, 0, 1, true],
    [0.05, 1, 1, false],
    [0.05, 1, 2, true],
    [0.5, undefined, 3, false],
    [0.5, undefined, 6, true],
    [0.5, 2, 2, false],
    [0.5, 2, 3, true],
    // Overwhelming evidence needs no further retry, whatever policy allows.
    [0, 5, 1, true],
    [0.0004, 5, 1, true],
  ])("flakes at %d, %s retries allowed, failed %i times: ejected %s", (flakeProbability, retries, times, ejected) => {
    const builds = Array.from({ length: times }, (_, id) => build(id, ["a"], { status: "failed" }));
    const controls = retries === undefined ? {} : { flakeRetries: retries };
    const answer = plan(snapshot({ sharedCache, flakeProbability, controls, queue: [change("a")], builds }));
    expect(answer.reject).toEqual(ejected ? ["a"] : []);
  });

  test("a likely flake is tried again before anybody is ejected", () => {
    const builds = [build(1, ["a"], { status: "failed" })];
    const answer = plan(snapshot({ sharedCache, flakeProbability: 0.05, queue: [change("a")], builds }));
    expect(answer.reject).toEqual([]);
    expect(answer.start).toContainEqual(["a"]);
  });
});

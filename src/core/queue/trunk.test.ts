import { describe, expect, test } from "@jest/globals";
import { planSnapshot, queued } from "../../../test/build/planner.js";
import { plan } from "./plan.js";
import type { PlannedBuild, PlanSnapshot, QueuedChange, Trunk } from "./snapshot.js";

function change(id: string, given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return queued(id, { targets: ["x"], ...given });
}

function build(id: number, members: string[], given: Partial<PlannedBuild<string, number>> = {}) {
  return { id, members, base: 0, startedAt: 80, finishedAt: 99, status: "failed" as const, ...given };
}

function snapshot(given: Partial<PlanSnapshot<string, number>>): PlanSnapshot<string, number> {
  return planSnapshot({ conflictProbability: 0, queue: [change("a")], ...given });
}

describe.each([true, false])("the branch by itself, work shared: %s", (sharedCache) => {
  // A change failed by itself in a build that ran from 80 to 99.
  test.each<[string, Trunk | undefined, { reject: boolean; control: boolean }]>([
    ["can't be built", undefined, { reject: true, control: false }],
    ["nobody has looked", { status: "unknown", at: 90 }, { reject: false, control: true }],
    ["is being looked at", { status: "running", at: 100 }, { reject: false, control: false }],
    ["was green before", { status: "green", at: 79 }, { reject: false, control: true }],
    ["is green since", { status: "green", at: 80 }, { reject: true, control: false }],
    ["is red, seen just now", { status: "red", at: 99 }, { reject: false, control: false }],
    ["is red, seen 2 minutes ago", { status: "red", at: 98 }, { reject: false, control: true }],
    ["is red, seen 4 times", { status: "red", at: 90, failures: 4 }, { reject: false, control: false }],
    ["is red, seen 4 times, 16 minutes ago", { status: "red", at: 84, failures: 4 }, { reject: false, control: true }],
    ["is green, and was red then", { status: "green", at: 95, redUntil: 90 }, { reject: false, control: false }],
    ["is green, and was red before", { status: "green", at: 95, redUntil: 79 }, { reject: true, control: false }],
  ])("%s", (_, trunk, { reject, control }) => {
    const answer = plan(snapshot({ sharedCache, builds: [build(1, ["a"])], ...(trunk && { trunk }) }));
    expect(answer.reject).toEqual(reject ? ["a"] : []);
    expect(answer.control ?? false).toBe(control);
  });

  test("what passed or landed since the failed build began vouches for it", () => {
    const trunk: Trunk = { status: "unknown", at: 0 };
    const queue = [change("a"), change("b", { targets: ["y"] })];
    const passed = build(2, ["b"], { status: "passed", startedAt: 70, finishedAt: 85 });
    const held = { freezes: [{ lane: "never" }, { except: ["a"] }] };
    const builds = [build(1, ["a"]), passed];
    expect(plan(snapshot({ sharedCache, trunk, queue, builds, controls: held })).reject).toEqual(["a"]);
    const landed = [{ id: "l", at: 81, seq: 0, targets: ["y"] }];
    expect(
      plan(snapshot({ sharedCache, trunk, landed, landedCount: 1, builds: [build(1, ["a"], { base: 1 })] })).reject,
    ).toEqual(["a"]);
  });

  test("a landing that was composed of parts vouches for nothing, nor does what passed without it", () => {
    const trunk: Trunk = { status: "unknown", at: 0 };
    const landed = (composed: boolean) => [{ id: "l", at: 81, seq: 0, targets: ["y"], composed }];
    const failed = build(1, ["a"], { base: 1, startedAt: 82 });
    const passed = (base: number) => build(2, ["b"], { status: "passed", base, startedAt: 70, finishedAt: 90 });
    const queue = [change("a"), change("b", { targets: ["z"] })];
    const controls = { freezes: [{ except: ["a"] }] };
    const told = (composed: boolean, base: number) =>
      plan(
        snapshot({
          ...{ sharedCache, trunk, queue, controls, landedCount: 1, landed: landed(composed) },
          builds: [failed, passed(base)],
        }),
      );
    expect(told(false, 0)).toMatchObject({ reject: ["a"] });
    expect(told(true, 1)).toMatchObject({ reject: ["a"] });
    expect(told(true, 0)).toMatchObject({ reject: [], control: true });
    const early = build(1, ["a"], { base: 1, startedAt: 80 });
    const alone = { sharedCache, trunk, landedCount: 1, builds: [early] };
    expect(plan(snapshot({ ...alone, landed: landed(true) }))).toMatchObject({ reject: [], control: true });
    expect(plan(snapshot({ ...alone, landed: landed(false) }))).toMatchObject({ reject: ["a"] });
  });

  test("a conflict needs no control", () => {
    const builds = [build(1, ["a"], { failure: "conflict" })];
    const answer = plan(snapshot({ sharedCache, trunk: { status: "unknown", at: 0 }, builds }));
    expect(answer).toMatchObject({ reject: ["a"] });
    expect(answer.control).toBeUndefined();
  });

  test("while it is red only hotfixes and what mends it is started", () => {
    const trunk: Trunk = { status: "red", at: 99 };
    const queue = [change("a"), change("fix", { mends: true, targets: ["y"] }), change("hot", { hotfix: true })];
    const started = plan(snapshot({ sharedCache, trunk, queue })).start.flat();
    expect(started).toContain("fix");
    expect(started).not.toContain("a");
    expect(plan(snapshot({ sharedCache, trunk })).start).toEqual([]);
  });

  test.each<[string, Partial<PlannedBuild<string, number>>, boolean]>([
    ["tested on the branch as it stands, said since", { base: 1, finishedAt: 99 }, true],
    ["tested on the branch as it stands, said before it was red", { base: 1, finishedAt: 94 }, false],
    ["tested on the branch as it stood before", { base: 0, finishedAt: 99 }, false],
  ])("while it is red, what passed lands only if %s", (_, given, lands) => {
    const landed = [{ id: "l", at: 50, seq: 0, targets: ["elsewhere"] }];
    const builds = [build(1, ["a"], { status: "passed", ...given })];
    const trunk: Trunk = { status: "red", at: 95 };
    expect(plan(snapshot({ sharedCache, trunk, landed, landedCount: 1, builds })).land).toEqual(lands ? [["a"]] : []);
  });

  test("a control build takes a slot before all others, and waits for one", () => {
    const trunk: Trunk = { status: "unknown", at: 0 };
    const builds = [build(1, ["a"])];
    const queue = [change("a"), change("b", { targets: ["y"] })];
    expect(plan(snapshot({ sharedCache, trunk, queue, builds, slots: 1 }))).toMatchObject({ control: true, start: [] });
    const busy = build(2, ["b"], { status: "running", finishedAt: null });
    expect(plan(snapshot({ sharedCache, trunk, queue, builds: [...builds, busy], slots: 1 })).control).toBeUndefined();
  });
});

import { describe, expect, test } from "@jest/globals";
import { planSnapshot, queued as change } from "../../../test/build/planner.js";
import { plan } from "./plan.js";
import type { PlannedBuild, PlanSnapshot, QueuedChange } from "./snapshot.js";

const at = { base: 0, startedAt: 95, finishedAt: null };

function build(id: number, members: readonly string[], given: Partial<PlannedBuild<string, number>> = {}) {
  return { id, members, status: "running" as const, ...at, ...given };
}

function planned(
  queue: readonly QueuedChange<string>[],
  builds: readonly PlannedBuild<string, number>[],
  given: Partial<PlanSnapshot<string, number>> = {},
) {
  return plan(planSnapshot({ slots: 2, flakeProbability: 0.02, queue, builds, ...given }));
}

describe.each([false, true])("hotfixes, work shared between builds: %s", (sharedCache) => {
  const hotfix = change("fix", { arrivedAt: 99, hotfix: true });
  const others = [change("a"), change("b"), change("c")];

  test("the next free slot is theirs, and they share it with nobody", () => {
    expect(planned([...others, hotfix], [build(1, ["a"])], { sharedCache }).start[0]).toEqual(["fix"]);
  });

  test("what they need comes with them", () => {
    const needing = change("fix", { hotfix: true, dependsOn: ["c"] });
    expect(planned([...others, needing], [], { sharedCache }).start[0]).toEqual(["c", "fix"]);
  });

  test("running builds are spared", () => {
    const builds = [build(1, ["a"]), build(2, ["a", "b"])];
    expect(planned([...others, hotfix], builds, { sharedCache })).toMatchObject({ cancel: [], start: [] });
  });

  test("while one is tested, nothing lands that would make its test worthless; what doesn't overlap does", () => {
    const passed = build(2, ["a"], { status: "passed", finishedAt: 99 });
    const overlapping = planned([...others, hotfix], [build(1, ["fix"]), passed], { sharedCache });
    expect(overlapping.land).toEqual([]);
    const elsewhere = [change("a", { targets: ["docs"] }), hotfix];
    expect(planned(elsewhere, [build(1, ["fix"]), passed], { sharedCache }).land).toEqual([["a"]]);
  });

  test("two that fail together are tested one by one", () => {
    const both = [hotfix, change("fix2", { hotfix: true, arrivedAt: 99 })];
    expect(planned(both, [], { sharedCache }).start[0]).toEqual(["fix", "fix2"]);
    const failed = build(1, ["fix", "fix2"], { status: "failed", finishedAt: 99 });
    expect(planned(both, [failed], { sharedCache }).start[0]).toEqual(["fix"]);
  });
});

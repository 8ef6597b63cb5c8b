import { describe, expect, test } from "@jest/globals";
import { planSnapshot as snapshot, queued } from "../../../test/build/planner.js";
import { plan } from "./plan.js";
import type { PlanAnswer, PlannedBuild, PlanSnapshot, QueuedChange } from "./snapshot.js";

type Seen = readonly [members: string, status: PlannedBuild["status"], given?: Partial<PlannedBuild<string, number>>];

/** One lane, four slots, minutes around 100; builds take about 20. Each letter is a change, in order of arrival. */
function planned(
  letters: string,
  builds: readonly Seen[],
  { changes = {}, ...given }: Partial<PlanSnapshot<string, number>> & { changes?: Changes } = {},
): PlanAnswer<string, number> {
  return plan(
    snapshot({
      now: 100,
      slots: 4,
      flakeProbability: 0.02,
      conflictProbability: 0.001,
      queue: [...letters].map((id, i) =>
        queued(id, { targets: ["app"], arrivedAt: 80 + i, expectedMinutes: 19, passProbability: 0.97, ...changes[id] }),
      ),
      builds: builds.map(([members, status, more], id) => ({
        id,
        base: 0,
        members: [...members],
        status,
        startedAt: status === "running" ? 95 : 75,
        finishedAt: status === "running" ? null : 98,
        ...more,
      })),
      ...given,
    }),
  );
}

type Changes = Readonly<Record<string, Partial<QueuedChange<string>>>>;

const words = (groups: readonly (readonly string[])[]): string[] => groups.map((g) => g.join(""));

describe("a chain", () => {
  test.each<[string, string, readonly Seen[], string[]]>([
    ["each change is tested on top of all before it", "abc", [], ["a", "ab", "abc"]],
    [
      "it goes on from the longest build that runs",
      "abcd",
      [
        ["a", "running"],
        ["ab", "running"],
      ],
      ["abc", "abcd"],
    ],
    ["one that failed is tested by itself, the others go on without it", "abc", [["a", "failed"]], ["a", "b", "bc"]],
    ["a failed pair: both are in doubt", "abc", [["ab", "failed"]], ["a", "b", "c"]],
    [
      "a running build that will tell is not repeated",
      "abc",
      [
        ["ab", "failed"],
        ["a", "running"],
      ],
      ["b", "c"],
    ],
  ])("%s", (_, letters, builds, expected) => {
    expect(words(planned(letters, builds).start)).toEqual(expected);
  });

  test("what is told to be doubtful is tested beside the chain", () => {
    const { start } = planned("abc", [], { changes: { b: { passProbability: 0.6 } } });
    expect(words(start)).toEqual(["b", "a", "ac"]);
  });

  test("a chain is no longer than it may be expected to pass", () => {
    const letters = "abcdefghijklmnop";
    const changes = Object.fromEntries([...letters].map((c) => [c, { passProbability: 0.85 }]));
    const { start } = planned(letters, [], { slots: 16, changes });
    // 0.85^5 is 0.44, 0.85^6 is 0.38.
    expect(Math.max(...start.map((g) => g.length))).toBe(5);
  });

  test("builds on top of a failed link are given up", () => {
    const builds: readonly Seen[] = [
      ["a", "failed"],
      ["ab", "running"],
      ["abc", "running"],
    ];
    // The shorter still tells of a; the longer tells nothing more.
    expect(planned("abc", builds, { changes: { a: { passProbability: 0.9 } } }).cancel).toEqual([2]);
  });

  test("a landing that keeps the chain is made at once", () => {
    expect(
      words(
        planned("ab", [
          ["a", "passed"],
          ["ab", "running"],
        ]).land,
      ),
    ).toEqual(["a"]);
  });

  test("a landing that would cost the chain more than it gives is held while the proof is young", () => {
    const half: Partial<PlannedBuild<string, number>> = { startedAt: 82 };
    const builds: readonly Seen[] = [
      ["z", "passed"],
      ["abcd", "running", half],
    ];
    const young = planned("abcdz", builds);
    expect(young.land).toEqual([]);
    const old = planned("abcdz", [["z", "passed", { startedAt: 15, finishedAt: 35 }], ...builds.slice(1)]);
    expect(words(old.land)).toEqual(["z"]);
  });

  test("what has waited long lands though the chain pays", () => {
    const builds: readonly Seen[] = [
      ["z", "passed"],
      ["abcd", "running", { startedAt: 82 }],
    ];
    expect(words(planned("abcdz", builds, { changes: { z: { arrivedAt: 20 } } }).land)).toEqual(["z"]);
  });

  test("two lanes are two chains, and share the slots in turns", () => {
    const changes: Changes = { c: { targets: ["web"] }, d: { targets: ["web"] } };
    expect(words(planned("abcd", [], { changes, slots: 3 }).start)).toEqual(["a", "c", "ab"]);
  });

  test("two failures by itself eject", () => {
    expect(
      planned("ab", [
        ["a", "failed"],
        ["a", "failed"],
      ]).reject,
    ).toEqual(["a"]);
    expect(planned("ab", [["a", "failed"]]).reject).toEqual([]);
  });

  test("a failure by itself that a later pass clears ejects nobody", () => {
    const { reject, land } = planned("a", [
      ["a", "failed"],
      ["a", "failed"],
      ["a", "passed"],
    ]);
    expect(reject).toEqual([]);
    expect(words(land)).toEqual(["a"]);
  });
});

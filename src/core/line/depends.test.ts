import { describe, expect, test } from "@jest/globals";
import { aPullRequest, facts } from "../../../test/build/queue.js";
import { commit } from "../../../test/build/facts.js";
import { read } from "../model/read.js";
import { emptyQueueState } from "../queue/state.js";
import { dependenciesNamed, dependencyReasons, stackedOn } from "./depends.js";

describe("dependencies", () => {
  test.each<[string, number[]]>([
    ["Depends-On: #12", [12]],
    ["depends on #12, #13", [12, 13]],
    ["It depends-on: #12", []],
    ["Depends-On: #12\nDepends-On: #12", [12]],
    ["Depends-On: other/repo#3", []],
    ["", []],
  ])("%j names %j", (body, numbers) => {
    expect(dependenciesNamed(body)).toEqual(numbers);
  });

  test("what is named must land first, whatever became of it", () => {
    const pull = aPullRequest({ number: 5, body: "Depends-On: #1, #2, #3, #4" });
    const others = [
      aPullRequest({ number: 1 }),
      aPullRequest({ number: 2, state: "merged" }),
      aPullRequest({ number: 3, state: "closed" }),
    ];
    const reasons = dependencyReasons(pull, { facts: facts({ pulls: [...others, pull] }), state: emptyQueueState });
    expect(reasons).toEqual([
      { code: "depends-on", number: 1, state: "open" },
      { code: "depends-on", number: 3, state: "unknown" },
      { code: "depends-on", number: 4, state: "unknown" },
    ]);
  });

  test("a stack hangs on the nearest open change below", () => {
    const low = aPullRequest({ number: 1 });
    const commits = read(
      [low.headSha, commit(77)].map((sha) => ({
        sha,
        author: null,
        committer: null,
        coAuthors: [],
        verified: false,
        message: "",
      })),
    );
    const high = aPullRequest({ number: 2, headSha: commit(77), commits });
    const based = aPullRequest({ number: 3, baseRef: "branch-2" });
    const state = { facts: facts({ pulls: [low, high, based] }), state: emptyQueueState };
    expect(stackedOn(low, state)).toBeNull();
    expect(stackedOn(high, state)).toBe(1);
    expect(stackedOn(based, state)).toBe(2);
  });

  test("a base that no queue governs is said", () => {
    const stray = aPullRequest({ number: 1, baseRef: "experiment" });
    expect(dependencyReasons(stray, { facts: facts({ pulls: [stray] }), state: emptyQueueState })).toEqual([
      { code: "other-base", base: "experiment" },
    ]);
  });
});

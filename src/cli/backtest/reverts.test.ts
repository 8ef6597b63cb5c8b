import { describe, expect, test } from "@jest/globals";
import type { LandedCommit } from "./landed.js";
import { labelReverts } from "./reverts.js";

let made = 0;
function aCommit(over: Partial<LandedCommit> = {}): LandedCommit {
  made++;
  return {
    sha: (0x1000000 + made).toString(16).padEnd(40, "0"),
    at: made * 3600,
    author: "ann",
    isBot: false,
    title: `Change ${made}`,
    body: "",
    pulls: [],
    files: [{ path: "a.ts", added: 1, deleted: 0, status: "modified" }],
    fileCount: 1,
    added: 1,
    deleted: 0,
    did: `did-${made}`,
    undid: `undid-${made}`,
    ...over,
  };
}

describe("a revert is found", () => {
  const target = aCommit({ title: "Add a queue (#12)", pulls: [12] });
  const cases: ReadonlyArray<readonly [string, Partial<LandedCommit>]> = [
    ["sha", { title: "Back to normal", body: `This reverts commit ${target.sha}.` }],
    ["sha", { title: "Back to normal", body: `This reverts commit ${target.sha.slice(0, 9)}, which broke main.` }],
    ["diff", { title: "Oops", undid: target.did }],
    ["pull", { title: 'Revert "Add a queue" (#15)', pulls: [15], body: "Reverts owner/name#12" }],
    ["pull", { title: "Revert #12 (#15)", pulls: [15] }],
    ["pull", { title: 'Revert "Add a queue (#12)" (#15)', pulls: [15] }],
    ["title", { title: 'Revert "Add a queue" (#15)', pulls: [15] }],
    ["title", { title: "revert: add a queue" }],
  ];
  test.each(cases)("by %s: %j", (how, over) => {
    const { commits, unresolved } = labelReverts([target, aCommit(), aCommit(over)]);
    expect(commits[0]).toMatchObject({ revertedBy: { index: 2, how }, revertDepth: 0 });
    expect(commits[2]).toMatchObject({ revertDepth: 1 });
    expect(unresolved).toBe(0);
  });
});

describe("no revert", () => {
  const target = aCommit({ title: "Add a queue (#12)", pulls: [12] });
  test.each<readonly [string, Partial<LandedCommit>]>([
    ["another change of the same title", { title: "Add a queue" }],
    ["a mention of the pull request", { title: "Follow up on #12" }],
    ["too short an id", { body: `This reverts commit ${target.sha.slice(0, 6)}` }],
    [
      "nothing in common",
      {
        body: `This reverts commit ${target.sha}`,
        files: [{ path: "b.ts", added: 1, deleted: 0, status: "modified" }],
      },
    ],
  ])("%s", (_what, over) => {
    expect(labelReverts([target, aCommit(over)]).commits[0]?.revertedBy).toBeNull();
  });

  test("a revert without a target is counted as unresolved", () => {
    const { commits, unresolved } = labelReverts([aCommit(), aCommit({ title: "Revert to version 3" })]);
    expect(unresolved).toBe(1);
    expect(commits[1]?.revertDepth).toBe(1);
  });

  test("changes that touch nothing are not each other's opposite", () => {
    const empty = { did: "", undid: "", files: [] };
    expect(labelReverts([aCommit(empty), aCommit(empty)]).commits[0]?.revertedBy).toBeNull();
  });
});

test("a revert of a revert lands again: it is no revert, and the revert's own target stays taken out", () => {
  const first = aCommit();
  const revert = aCommit({ body: `This reverts commit ${first.sha}` });
  const again = aCommit({ body: `This reverts commit ${revert.sha}` });
  const { commits } = labelReverts([first, revert, again]);
  expect(commits.map((c) => c.revertDepth)).toEqual([0, 1, 2]);
  expect(commits.map((c) => c.revertedBy?.index ?? null)).toEqual([1, 2, null]);
});

test("the first of several reverts counts", () => {
  const first = aCommit();
  const by = () => aCommit({ body: `This reverts commit ${first.sha}` });
  expect(labelReverts([first, by(), by()]).commits[0]?.revertedBy?.index).toBe(1);
});

import { expect, test } from "@jest/globals";
import { prNumber } from "../model/ids.js";
import type { PolicyProposal } from "../line/proposal.js";
import { proposalAnnotations, proposalLines } from "./proposal.js";

const path = ".github/drumline.yml";
const fine: Extract<PolicyProposal, { kind: "read" }> = {
  kind: "read",
  path,
  valid: true,
  rules: 2,
  automatic: 1,
  problems: [],
  tests: { run: 0, failed: [] },
  replay: { units: 0, since: null, differing: 0, different: [] },
};
const one = {
  number: prNumber(7),
  title: "Drop | @all",
  was: "review",
  permitted: false,
  is: "auto",
  permits: true,
} as const;

test.each<[string, PolicyProposal, string]>([
  ["its removal", { kind: "removed" }, "the safe default would hold"],
  ["what could not be read", { kind: "unreadable", why: "503" }, "It could not be read (503)."],
  ["its rules", fine, "It is valid: 2 rules, 1 of them automatic."],
  ["that it is broken", { ...fine, valid: false }, "**It is not valid**, so this change cannot land"],
  ["that it has no tests", fine, "It has no tests of its own"],
  ["that all pass", { ...fine, tests: { run: 2, failed: [] } }, "All of its 2 tests pass."],
  [
    "which fail",
    { ...fine, tests: { run: 2, failed: [{ name: "docs", line: 3, differs: ["expected auto; got review"] }] } },
    "Test “docs” fails: expected auto; got review",
  ],
  ["that there is no history", fine, "No change has been decided here yet"],
  [
    "that nothing differs",
    { ...fine, replay: { units: 3, since: 0, differing: 0, different: [] } },
    "the last 3 changes decided here, since 1970-01-01 00:00 UTC: every one would have come out the same.",
  ],
  [
    "what differs, with titles made harmless",
    { ...fine, replay: { units: 3, since: 0, differing: 1, different: [one] } },
    "| #7 Drop \\| @\u200ball | review | auto, may land |",
  ],
])("says %s", (_, proposal, expected) => {
  expect(proposalLines(proposal).join("\n")).toContain(expected);
});

test("annotates the lines of the proposed text, and no other's", () => {
  const problem = { line: 4, col: 1, message: "no such word", severity: "error" } as const;
  const annotations = proposalAnnotations({
    ...fine,
    problems: [
      { ...problem, path, hint: "did you mean `when`?" },
      { ...problem, path: "acme/.github" },
    ],
    tests: { run: 1, failed: [{ name: "docs", line: 9, differs: ["expected auto; got review"] }] },
  });
  expect(annotations.map((a) => [a.path, a.line, a.level, a.message])).toEqual([
    [path, 4, "failure", "no such word\ndid you mean `when`?"],
    [path, 9, "failure", "expected auto; got review"],
  ]);
});

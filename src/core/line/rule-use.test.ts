import { describe, expect, test } from "@jest/globals";
import { aFile } from "../../../test/build/facts.js";
import { aPullRequest, facts } from "../../../test/build/queue.js";
import { changesNeeded, removalLines, type RuleUse } from "../constraint/accounts/rule-account.js";
import type { PullFacts } from "../facts/facts.js";
import { read } from "../model/read.js";
import { parsePolicy } from "../policy/parse.js";
import { emptyQueueState } from "../queue/state.js";
import { ruleAccountOf } from "./rule-use.js";

const { policy } = parsePolicy(
  `
always: { approvals: 1 }
rules:
  - { name: Docs move, why: w, owner: "@carol", when: { paths: { only: ["docs/**"] } }, then: auto, downgrade: review, trips: { reverts: 2, days: 30 } }
  - { name: One anyway, why: w, owner: "@carol", when: { paths: { any: ["src/**"] } }, then: review, needs: { approvals: 1 } }
  - { name: Two for payments, why: w, owner: "@carol", when: { paths: { any: ["src/pay/**"] } }, then: review, needs: { approvals: 2 } }
  - { name: Of another age, why: w, owner: "@carol", when: { paths: { any: ["legacy/**"] } }, then: refuse }
`,
  { path: "p.yml", extended: {} },
);

function change(number: number, path: string, of: Partial<PullFacts> = {}): PullFacts {
  const file = aFile(path, { added: 1, deleted: 0, patch: { state: "text", text: "@@ -0,0 +1 @@\n+a();\n" } });
  return aPullRequest({ number, files: read([file]), ...of });
}

function review(state: "approved" | "changes-requested"): PullFacts["reviews"] {
  return read([{ id: 1, by: "ben", state, headSha: null, diffDigest: null, at: 5 }]);
}

function usesOf(pulls: readonly PullFacts[]): Record<string, Partial<RuleUse>> {
  if (!policy) throw new Error("the policy is not valid");
  const run = { at: 1000, facts: facts({ pulls }), next: emptyQueueState, numbers: pulls.map((p) => p.number) };
  const { rules } = ruleAccountOf([run], policy);
  return Object.fromEntries(
    rules.map(({ name, applied, mattered, judged, changed }) => [name, { applied, mattered, judged, changed }]),
  );
}

test("a rule matters where the outcome, or who is asked, would have been another without it", () => {
  const none = { applied: 0, mattered: 0, judged: 0, changed: 0 };
  expect(
    usesOf([
      change(1, "docs/a.md"),
      change(2, "src/a.ts", { reviews: review("approved") }),
      change(3, "src/pay/a.ts", { reviews: review("changes-requested") }),
      change(4, "src/pay/b.ts", { reviews: review("approved") }),
    ]),
  ).toEqual({
    "Docs move": { ...none, applied: 1, mattered: 1 },
    "One anyway": { ...none, applied: 3 },
    "Two for payments": { applied: 2, mattered: 2, judged: 2, changed: 1 },
    "Of another age": none,
  });
});

describe("listed for removal", () => {
  const used: RuleUse = { name: "R", applied: 20, mattered: 20, judged: 10, changed: 0, evidence: false };
  test.each<[string, Partial<RuleUse>, number, string | null]>([
    ["a rule that never applied", { applied: 0 }, 40, "applied to none of 40 changes"],
    ["one that made no difference", { mattered: 0 }, 40, "made no difference to any"],
    ["not one that waits for evidence", { mattered: 0, evidence: true }, 40, null],
    ["approvals that always came", {}, 40, "of 10 judgments that it asked for, every one was given without any change"],
    ["not approvals that changed something once", { changed: 1 }, 40, null],
    ["not after few judgments", { judged: 9 }, 40, null],
    ["nothing after few changes", { applied: 0 }, changesNeeded - 1, null],
  ])("%s", (_what, of, changes, words) => {
    const [first, last] = removalLines({ changes, since: 0, rules: [{ ...used, ...of }] });
    if (words === null) expect(first).toBeUndefined();
    else expect(first).toContain(words);
    expect(last).toEqual(words === null ? undefined : expect.stringContaining("a rule that deters shows no effect"));
  });
});

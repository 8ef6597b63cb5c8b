import { describe, expect, test } from "@jest/globals";
import { aFile, aPull, aRepo } from "../../../test/build/facts.js";
import type { Facts, PullFacts } from "../facts/facts.js";
import { absent, read, unreadable } from "../model/read.js";
import { prNumber } from "../model/ids.js";
import { parsePolicy } from "../policy/parse.js";
import { emptyQueueState } from "../queue/state.js";
import { policyProposal, proposalFault } from "./proposal.js";
import { rehearse } from "./rehearse.js";

const path = ".github/drumline.yml";

function proposing(text: string): PullFacts {
  return aPull({
    proposedPolicy: { text: read({ path, text, digest: "d" }), extended: {}, replay: null },
  });
}

const docs = `
automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: docs
    why: w
    when: { paths: { only: "docs/**" } }
    then: auto
tests:
  - { name: docs move, change: { files: [docs/a.md] }, expect: auto }
  - { name: code moves, change: { files: [src/a.ts] }, expect: auto }
`;

const contradicting = `
automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - { name: docs, when: { paths: { only: docs/ } }, then: auto }
  - { name: no docs, when: { paths: docs/ }, then: refuse }
`;

describe("a proposed policy", () => {
  test("is nothing where the policy is left as it is", () => {
    expect(policyProposal(aPull(), 0)).toBeNull();
  });

  test.each([
    ["removed", absent, { kind: "removed" }],
    ["not readable", unreadable("503"), { kind: "unreadable", why: "503" }],
  ] as const)("that is %s says so", (_, text, expected) => {
    expect(policyProposal(aPull({ proposedPolicy: { text, extended: {}, replay: null } }), 0)).toEqual(expected);
  });

  test("says whether it is valid, and which of its tests fail, with their lines", () => {
    const found = policyProposal(proposing(docs), 0);
    expect(found).toMatchObject({ kind: "read", valid: true, rules: 1, automatic: 1, tests: { run: 2 } });
    expect(found?.kind === "read" && found.tests.failed.map((t) => [t.name, t.line])).toEqual([["code moves", 10]]);
  });

  test("that is not valid names every place, and runs no test", () => {
    const found = policyProposal(proposing("rules:\n  - { name: a, whn: {} }\n"), 0);
    expect(found).toMatchObject({ kind: "read", valid: false, tests: { run: 0 } });
    expect(found?.kind === "read" && found.problems[0]).toMatchObject({ path, line: 2, severity: "error" });
  });

  test.each<[string, PullFacts, unknown]>([
    ["nothing where it is left as it is", aPull(), undefined],
    ["nothing when it is removed", aPull({ proposedPolicy: { text: absent, extended: {}, replay: null } }), undefined],
    [
      "that nobody can read it",
      aPull({ proposedPolicy: { text: unreadable("503"), extended: {}, replay: null } }),
      { path: "hold", reason: { code: "proposed-policy", fault: "unreadable", what: ["503"] } },
    ],
    [
      "what is not valid, with its place",
      proposing("rules: 7\n"),
      {
        path: "refuse",
        reason: {
          code: "proposed-policy",
          fault: "invalid",
          what: [`${path}:1:8: \`rules\`: wants a list, not \`7\``],
        },
      },
    ],
    [
      "rules that contradict each other",
      proposing(contradicting),
      {
        path: "refuse",
        reason: { code: "proposed-policy", fault: "invalid", what: [expect.stringContaining("refuses")] },
      },
    ],
    [
      "a test of its own that fails",
      proposing(docs),
      {
        path: "refuse",
        reason: {
          code: "proposed-policy",
          fault: "tests-failing",
          what: [expect.stringMatching(/^line 10: test “code moves”: expected auto/)],
        },
      },
    ],
  ])("stands against the change: %s", (_, pull, expected) => {
    expect(proposalFault(policyProposal(pull, 0))).toEqual(expected);
  });

  test("that is doubtful says so beside its errors", () => {
    const found = policyProposal(proposing(docs), 0);
    expect(found?.kind === "read" && found.problems.map((p) => p.severity)).toContain("warning");
  });
});

test("a rehearsal tells what would have come out differently, on the recorded facts", () => {
  const policy = (text: string) => {
    const parsed = parsePolicy(text, { path, extended: {} }).policy;
    if (!parsed) throw new Error("not valid");
    return parsed;
  };
  const pulls = [
    aPull({ number: prNumber(1), title: "Words", files: read([aFile("docs/a.md")]), diffDigest: null }),
    aPull({ number: prNumber(2), title: "Code", files: read([aFile("src/a.ts")]), diffDigest: null }),
  ];
  const lessons: Facts["lessons"] = { risk: {}, flakeProbability: 0, buildMinutes: null };
  const facts: Facts = { queue: "acme/shop:main", repo: aRepo(), pulls, builds: {}, outcomes: [], lessons };
  const run = { at: 1000, facts, next: emptyQueueState, numbers: [1, 2, 3] };
  const present = policy("always: { approvals: 1 }\n");
  expect(rehearse([run], { present, proposed: policy(docs) })).toEqual({
    units: 2,
    since: 1000,
    differing: 1,
    different: [{ number: 1, title: "Words", was: "review", permitted: false, is: "auto", permits: true }],
  });
  expect(rehearse([], { present, proposed: present })).toEqual({ units: 0, since: null, differing: 0, different: [] });
});

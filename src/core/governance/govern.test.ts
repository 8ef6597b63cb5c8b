import { describe, expect, test } from "@jest/globals";
import { aFile, aPull, aRepo, aReview, commit } from "../../../test/build/facts.js";
import type { PullFacts, RepoFacts } from "../facts/facts.js";
import type { Classification, Risk } from "../model/classification.js";
import { read, unreadable } from "../model/read.js";
import type { Verdict } from "../model/verdict.js";
import { safeDefault } from "../policy/defaults.js";
import { parsePolicy } from "../policy/parse.js";
import type { Policy } from "../policy/policy.js";
import { formatProblem } from "../policy/problem.js";
import { govern } from "./govern.js";
import type { Standing } from "./standing.js";

const reversible: Classification = { reversibility: "reversible", findings: [] };
const oneWay: Classification = { reversibility: "irreversible", findings: [] };
const low: Risk = { score: 0.01, level: "low", why: [] };

interface Case {
  readonly pull?: Partial<PullFacts>;
  readonly repo?: Partial<RepoFacts>;
  readonly policy?: Policy;
  readonly classification?: Classification;
  readonly standing?: Standing;
}

function judge({ pull, repo, policy = safeDefault, classification = reversible, standing = {} }: Case): Verdict {
  return govern({ repo: aRepo(repo), pull: aPull(pull), classification, risk: low, policy, standing }, 1000);
}

function policy(text: string): Policy {
  const parsed = parsePolicy(text, { path: "drumline.yml", extended: {} });
  if (!parsed.policy) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.policy;
}

const approvedBy = (...names: string[]) => ({ reviews: read(names.map((by, id) => aReview(by, { id }))) });

const docsMove = policy(`
automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Docs move by themselves
    when: { paths: { only: ["docs/**", "*.md"] }, author: [human, agent] }
    then: auto
`);

describe("the safe default", () => {
  test("asks for one approval by somebody else", () => {
    const verdict = judge({});
    expect([verdict.path, verdict.permits]).toEqual(["review", false]);
    expect(verdict.asks[0]).toMatchObject({ of: ["ben", "cat", "max"], count: 1 });
  });

  test("permits once there is one", () => {
    expect(judge({ pull: approvedBy("ben") })).toMatchObject({ path: "review", permits: true, reasons: [], asks: [] });
  });

  test.each([
    ["the author", "ann"],
    ["somebody who may only read", "eve"],
    ["a machine", "github-actions[bot]"],
  ])("does not count %s", (_who, by) => {
    expect(judge({ pull: approvedBy(by) }).permits).toBe(false);
  });

  test("holds a one-way door for two people", () => {
    expect(judge({ classification: oneWay, pull: approvedBy("ben") })).toMatchObject({ path: "hold", permits: false });
    expect(judge({ classification: oneWay, pull: approvedBy("ben", "cat") }).permits).toBe(true);
  });
});

describe("approvals", () => {
  test("a push that changes the diff voids them, and says so", () => {
    const heads = [
      { sha: commit(1), at: 0, diffDigest: "d1" },
      { sha: commit(2), at: 20, diffDigest: "d2" },
    ];
    const verdict = judge({ pull: { ...approvedBy("ben"), headSha: commit(2), diffDigest: "d2", heads } });
    expect(verdict.permits).toBe(false);
    expect(verdict.tree.reasons).toContainEqual({ code: "approval-void", by: "ben", why: "diff-changed" });
  });

  test("a pure rebase keeps them", () => {
    const heads = [
      { sha: commit(1), at: 0, diffDigest: "d1" },
      { sha: commit(2), at: 20, diffDigest: "d1" },
    ];
    expect(judge({ pull: { ...approvedBy("ben"), headSha: commit(2), heads } }).permits).toBe(true);
  });

  test("count only on a head that was recorded", () => {
    const reviews = read([aReview("ben", { headSha: commit(9) })]);
    expect(judge({ pull: { reviews } }).permits).toBe(false);
  });

  test("a comment after an approval changes nothing; a request for changes vetoes until it is answered", () => {
    const story = [
      aReview("ben", { id: 1, at: 1 }),
      aReview("cat", { id: 2, at: 2, state: "changes-requested" }),
      aReview("ben", { id: 3, at: 3, state: "commented" }),
    ];
    const vetoed = judge({ pull: { reviews: read(story) } });
    expect(vetoed.reasons[0]).toEqual({ code: "changes-requested", by: "cat" });
    expect(vetoed.asks[0]?.of).toEqual(["cat"]);
    expect(judge({ pull: { reviews: read([...story, aReview("cat", { id: 4, at: 4 })]) } }).permits).toBe(true);
  });

  test("somebody who committed to the change cannot approve it", () => {
    const commits = read([
      { sha: commit(1), author: "ann", committer: "web-flow", coAuthors: [], verified: true, message: "" },
      { sha: commit(2), author: "ben", committer: "ben", coAuthors: [], verified: true, message: "" },
    ]);
    expect(judge({ pull: { commits, ...approvedBy("ben") } }).permits).toBe(false);
    expect(judge({ pull: { commits, ...approvedBy("cat") } }).permits).toBe(true);
  });

  test.each<[string, Case]>([
    ["reviews", { pull: { reviews: unreadable("503") } }],
    ["files", { pull: { files: unreadable("503"), ...approvedBy("ben") } }],
    ["commits", { pull: { commits: unreadable("503"), ...approvedBy("ben") } }],
    ["permissions", { pull: approvedBy("ben"), repo: { permissions: { ben: unreadable("503") } } }],
  ])("unreadable %s never permit", (_what, given) => {
    expect(judge(given).permits).toBe(false);
  });
});

describe("automatic paths", () => {
  const docs = { files: read([aFile("docs/a.md"), aFile("README.md")]) };

  test("move what their rule names, and nothing else", () => {
    expect(judge({ policy: docsMove, pull: docs })).toMatchObject({ path: "auto", permits: true });
    expect(judge({ policy: docsMove }).path).toBe("review");
    const renamed = { files: read([aFile("docs/a.md", { status: "renamed", oldPath: "src/a.ts" })]) };
    expect(judge({ policy: docsMove, pull: renamed }).path).toBe("review");
    expect(judge({ policy: docsMove, pull: { files: read([]) } }).path).toBe("review");
  });

  test("never move a one-way door", () => {
    const verdict = judge({ policy: docsMove, pull: docs, classification: oneWay });
    expect([verdict.path, verdict.permits]).toEqual(["review", false]);
  });
});

describe("what people said by command", () => {
  const at = 500;
  test("a refusal stands until somebody who may override does so later", () => {
    const refusal = { by: "cat", reason: "no metric", at };
    const override = { by: "max", reason: "agreed with cat", at: at + 1, headSha: commit(1) };
    expect(judge({ pull: approvedBy("ben"), standing: { refusal } }).path).toBe("refuse");
    expect(judge({ standing: { refusal, override } })).toMatchObject({ path: "review", permits: true });
    expect(judge({ standing: { refusal, override: { ...override, at: at - 1 } } }).path).toBe("refuse");
    expect(judge({ standing: { override: { ...override, by: "ben" } } }).permits).toBe(false);
    expect(judge({ standing: { override: { ...override, headSha: commit(7) } } }).permits).toBe(false);
  });

  test("a hold holds, and asking for a person stops an automatic path", () => {
    expect(judge({ pull: approvedBy("ben"), standing: { hold: { by: "cat", at } } }).path).toBe("hold");
    const personAskedFor = { by: { login: "eve", kind: "human" as const }, at };
    const verdict = judge({
      policy: docsMove,
      pull: { files: read([aFile("README.md")]) },
      standing: { personAskedFor },
    });
    expect([verdict.path, verdict.permits]).toEqual(["escalate", false]);
  });
});

describe("one of two judgments, whichever comes", () => {
  const either = policy(`
always: { approvals: 0 }
rules:
  - name: A DBA or two others
    needs: { that: { any: [{ approved: { from: "@acme/dba" } }, { approved: 2 }] } }
`);
  const repo = { teams: { "acme/dba": read(["max"]) } };

  test.each([
    ["nobody", [], false],
    ["one of two others", ["ben"], false],
    ["both others", ["ben", "cat"], true],
    ["the DBA alone", ["max"], true],
    ["its author and another", ["ann", "ben"], false],
  ])("given by %s", (_, names, permits) => {
    expect(judge({ policy: either, repo, pull: approvedBy(...names) }).permits).toBe(permits);
  });

  test("is asked of whoever could give it", () => {
    const [ask] = judge({ policy: either, repo }).asks;
    expect(ask).toMatchObject({ of: ["max", "ben", "cat"], count: 1, rule: "A DBA or two others" });
  });
});

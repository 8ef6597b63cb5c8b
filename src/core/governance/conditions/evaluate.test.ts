import { describe, expect, test } from "@jest/globals";
import { aFile, aPull, aRepo, aReview, commit } from "../../../../test/build/facts.js";
import type { CheckFacts, PullFacts, RepoFacts } from "../../facts/facts.js";
import { read, unreadable } from "../../model/read.js";
import type { Truth } from "../../model/verdict.js";
import { safeDefault } from "../../policy/defaults.js";
import { parsePolicy } from "../../policy/parse.js";
import type { Condition, Policy } from "../../policy/policy.js";
import type { Judged } from "../judged.js";
import { evaluate } from "./evaluate.js";

const wednesday = Date.UTC(2026, 10, 18, 10, 30);

interface World extends Partial<Omit<Judged, "pull" | "repo">> {
  readonly pull?: Partial<PullFacts>;
  readonly repo?: Partial<RepoFacts>;
}

function truth(when: string, { pull, repo, ...more }: World = {}): Truth {
  const { policy, problems } = parsePolicy(`rules: [{ name: x, when: ${when} }]`, { path: "p", extended: {} });
  const condition = policy?.rules[0]?.when;
  if (!condition) throw new Error(JSON.stringify(problems));
  return evaluate(condition, {
    repo: aRepo(repo),
    pull: aPull(pull),
    classification: { reversibility: "reversible", findings: [] },
    risk: { score: 0.03, level: "medium", why: [] },
    policy: safeDefault,
    standing: {},
    now: wednesday,
    ...more,
  }).truth;
}

function withPrecedent(until: string): Policy {
  const text = `precedents: [{ name: broker, origin: x, until: ${until}, when: { title: Change* }, then: hold }]`;
  return parsePolicy(text, { path: "p", extended: {} }).policy ?? safeDefault;
}

function truthOfPrecedent({ policy = safeDefault, pull }: World): Truth {
  const condition: Condition = { test: "precedents", names: ["broker"] };
  const judged = { repo: aRepo(), pull: aPull(pull), policy, standing: {}, now: wednesday };
  const classified = { reversibility: "reversible", findings: [] } as const;
  return evaluate(condition, { ...judged, classification: classified, risk: { score: 0, level: "low", why: [] } })
    .truth;
}

const files = (...paths: string[]) => ({ files: read(paths.map((p) => aFile(p))) });
const patched = (text: string) => ({
  files: read([aFile("src/a.ts", { patch: { state: "text", text: `@@ -1,1 +1,1 @@\n${text}` } })]),
});
const cutOff = { files: read([aFile("src/a.ts", { patch: { state: "missing", why: "truncated" } })]) };
const check = (name: string, conclusion: CheckFacts["conclusion"], app: string | null = "actions"): CheckFacts => ({
  name,
  app,
  kind: "check",
  conclusion,
  url: null,
  startedAt: 0,
  completedAt: 0,
});
const commits = (...people: Array<string | null>) => ({
  commits: read(
    people.map((author) => ({
      sha: commit(1),
      author,
      committer: "web-flow",
      coAuthors: [],
      verified: true,
      message: "",
    })),
  ),
});
const coAuthored = (written: string) => ({
  commits: read([
    { sha: commit(1), author: "ann", committer: "ann", coAuthors: [written], verified: true, message: "" },
  ]),
});
const found = (detector: string) => ({
  classification: {
    reversibility: "recoverable" as const,
    findings: [
      {
        detector,
        path: "a",
        reversibility: "recoverable" as const,
        hazard: "high" as const,
        why: "",
        remedy: "",
        source: "",
      },
    ],
  },
});

const T = "true";
const F = "false";
const N = "not-applicable";
const U = "unknown";

describe("conditions", () => {
  test.each<[string, Truth, World]>([
    ["{ paths: docs/ }", T, { pull: files("docs/a.md", "src/a.ts") }],
    ["{ paths: { only: docs/ } }", F, { pull: files("docs/a.md", "src/a.ts") }],
    ["{ paths: { only: docs/ } }", T, { pull: files("docs/a.md") }],
    ["{ paths: { none: docs/ } }", F, { pull: files("docs/a.md", "src/a.ts") }],
    ["{ paths: { any: src/, none: docs/ } }", T, { pull: files("src/a.ts") }],
    ["{ paths: docs/ }", N, { pull: files() }],
    ["{ paths: { only: docs/ } }", N, { pull: files() }],
    ["{ paths: { none: docs/ } }", N, { pull: files() }],
    ["{ not: { paths: docs/ } }", N, { pull: files() }],
    ["{ paths: docs/ }", U, { pull: { files: unreadable("503") } }],
    ["{ paths: old/ }", T, { pull: { files: read([aFile("new/a", { status: "renamed", oldPath: "old/a" })]) } }],
    [
      "{ paths: { only: new/ } }",
      F,
      { pull: { files: read([aFile("new/a", { status: "renamed", oldPath: "old/a" })]) } },
    ],
    ["{ paths: { status: removed } }", T, { pull: { files: read([aFile("a", { status: "removed" })]) } }],
    ["{ paths: { any: src/, status: removed } }", N, { pull: files("src/a.ts") }],
    ["{ lines: { added: 'eval(' } }", T, { pull: patched("+x = eval(y)") }],
    ["{ lines: { removed: 'eval(' } }", N, { pull: patched("+x = eval(y)") }],
    ["{ lines: { either: '/^test/' } }", F, { pull: patched("+a test") }],
    ["{ lines: { added: eval, in: docs/ } }", N, { pull: patched("+eval") }],
    ["{ lines: { added: eval } }", U, { pull: cutOff }],
    ["{ size: '> 1' }", T, {}],
    ["{ size: { files: '>= 2' } }", F, {}],
    ["{ size: { added: 1, deleted: '<= 1' } }", T, {}],
    ["{ owned: true }", T, { repo: { codeowners: read({ path: "CODEOWNERS", text: "* @ann" }) } }],
    ["{ owned: true }", F, { repo: { codeowners: read({ path: "CODEOWNERS", text: "docs/ @ann" }) } }],
    ["{ owned: true }", U, { repo: { codeowners: unreadable("503") } }],
    ["{ owned: false }", T, {}],
    ["{ author: [bot, human] }", T, {}],
    ["{ author: '@ANN' }", T, {}],
    ["{ author: maintain }", F, {}],
    ["{ author: write }", U, { repo: { permissions: {} } }],
    ["{ author: '@acme/core' }", U, {}],
    ["{ author: '@Acme/Core' }", T, { repo: { teams: { "acme/core": read(["Ann"]) } } }],
    ["{ author: outsider }", T, { pull: { author: { login: "eve", kind: "human" } } }],
    ["{ author: owners }", T, { repo: { codeowners: read({ path: "CODEOWNERS", text: "src/ @ann" }) } }],
    ["{ contributors: { only: human } }", T, { pull: commits("ann", "ben") }],
    ["{ contributors: '@ben' }", U, { pull: commits("ann", null) }],
    ["{ contributors: '@ben' }", T, { pull: coAuthored("Ben <1+ben@users.noreply.github.com>") }],
    ["{ contributors: { none: '@ben' } }", U, { pull: coAuthored("Ben <ben@example.com>") }],
    ["{ contributors: { none: bot } }", U, { pull: { commits: unreadable("503") } }],
    ["{ title: 'change*' }", T, {}],
    ["{ title: change }", F, {}],
    ["{ title: '/some/' }", T, {}],
    ["{ base: 'rel/*', head: topic }", F, {}],
    ["{ base: [main, 'rel/*'] }", T, {}],
    ["{ labels: 'go*' }", T, { pull: { labels: ["Go now"] } }],
    ["{ labels: { name: go, by: maintain } }", F, { pull: { labels: ["go"], labelledBy: read({ go: "ann" }) } }],
    ["{ labels: { name: go, by: maintain } }", T, { pull: { labels: ["go"], labelledBy: read({ go: "max" }) } }],
    ["{ labels: { name: go, by: maintain } }", U, { pull: { labels: ["go"] } }],
    ["{ labels: { name: go, by: maintain } }", F, {}],
    ["{ paths: { any: src/, except: ['*.md'] } }", F, { pull: files("src/a.md", "lib/b.ts") }],
    ["{ paths: { any: src/, except: ['*.md'] } }", T, { pull: files("src/a.md", "src/b.ts") }],
    ["{ paths: { only: src/, except: ['*.md'] } }", T, { pull: files("src/a.ts", "docs/b.md") }],
    ["{ paths: { except: ['*.md'] } }", N, { pull: files("docs/b.md") }],
    ["{ repository: 'acme/*' }", T, {}],
    ["{ repository: acme }", F, {}],
    ["{ approved: 1 }", T, { pull: { reviews: read([aReview("ben")]) } }],
    ["{ approved: 2 }", F, { pull: { reviews: read([aReview("ben"), aReview("ann", { id: 2 })]) } }],
    ["{ approved: { from: maintain } }", F, { pull: { reviews: read([aReview("ben")]) } }],
    ["{ approved: { from: '@acme/dba' } }", U, { pull: { reviews: read([aReview("ben")]) } }],
    ["{ approved: 1 }", U, { pull: { reviews: unreadable("503") } }],
    ["{ approved: 1 }", F, { pull: { reviews: read([aReview("ben", { headSha: commit(9), diffDigest: "d0" })]) } }],
    ["{ sections: Why }", T, { pull: { body: "## Why\nBecause." } }],
    ["{ sections: [Why, How] }", F, { pull: { body: "## Why\nBecause." } }],
    ["{ checks: { passed: ci } }", T, { pull: { checks: read([check("ci", "success")]) } }],
    ["{ checks: { passed: ci } }", F, { pull: { checks: read([check("ci", "success"), check("ci", "failure")]) } }],
    ["{ checks: { running: ci } }", T, { pull: { checks: read([check("ci", null)]) } }],
    ["{ checks: { passed: { name: ci, app: other } } }", F, { pull: { checks: read([check("ci", "success")]) } }],
    ["{ checks: { passed: ci } }", U, { pull: { checks: unreadable("503") } }],
    ["{ signed: true }", T, {}],
    ["{ signed: false }", N, { pull: { commits: read([]) } }],
    ["{ fork: false, depends: false }", T, {}],
    ["{ depends: true }", T, { pull: { body: "Depends-On: #4" } }],
    ["{ time: { days: wed, hours: '10:00-11:00' } }", T, {}],
    ["{ time: { days: mon-tue } }", F, {}],
    ["{ time: { days: wed, hours: '18:00-20:00', zone: Asia/Tokyo } }", T, {}],
    ["{ time: { from: 2026-11-18, to: 2026-11-18 } }", T, {}],
    ["{ time: { days: tue, hours: '22:00-11:00' } }", T, {}],
    ["{ age: '< 1' }", T, { pull: { createdAt: wednesday - 3_600_000 } }],
    ["{ findings: 'sql/*' }", T, found("sql/drop-table")],
    ["{ findings: '**', hazard: high }", T, found("sql/drop-table")],
    ["{ findings: 'sql/*' }", F, found("infra/retention")],
    ["{ findings: 'sql/*' }", U, { ...found("infra/retention"), pull: cutOff }],
    ["{ findings: 'sql/*' }", T, { ...found("sql/drop-table"), pull: cutOff }],
    ["{ hazard: high }", U, { pull: { files: unreadable("503") } }],
    ["{ reversibility: [irreversible, unknown] }", F, {}],
    ["{ risk: [medium, high] }", T, {}],
    ["{ risk: '> 0.1' }", F, {}],
    ["{ station: queue }", U, {}],
    ["{ station: queue }", T, { station: "queue" }],
    ["{ autonomy: earned }", U, {}],
    ["{ autonomy: [watched, earned] }", T, { autonomy: "watched" }],
    ["{ update: patch }", F, { pull: { title: "Bump a from 1.0.0 to 1.0.1" } }],
    [
      "{ update: { level: patch, name: a, by: dependabot } }",
      T,
      {
        pull: {
          title: "Bump a from 1.0.0 to 1.0.1",
          author: { login: "dependabot[bot]", kind: "bot" },
          ...commits("dependabot[bot]"),
        },
      },
    ],
    [
      "{ update: patch }",
      F,
      {
        pull: {
          title: "Bump a from 1.0.0 to 1.0.1",
          author: { login: "dependabot[bot]", kind: "bot" },
          ...commits("dependabot[bot]", "eve"),
        },
      },
    ],
  ])("%s is %s", (when, expected, world) => {
    expect(truth(when, world)).toBe(expected);
  });
});

test.each<[string, string, Truth, Partial<PullFacts>]>([
  ["stands until its last day", "2026-11-18", "true", {}],
  ["may or may not hold once it has lapsed", "2026-11-17", "unknown", {}],
  ["says nothing of another change, lapsed or not", "2026-11-17", "false", { title: "Other" }],
])("a precedent %s", (_, until, expected, pull) => {
  expect(truthOfPrecedent({ policy: withPrecedent(until), pull })).toBe(expected);
});

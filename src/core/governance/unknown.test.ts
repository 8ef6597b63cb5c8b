import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { aFile, aPull, aRepo, aReview, commit } from "../../../test/build/facts.js";
import type { PullFacts, RepoFacts } from "../facts/facts.js";
import type { Permission } from "../model/actor.js";
import { reversibilities, type Reversibility } from "../model/classification.js";
import { absent, read, unreadable, type Read } from "../model/read.js";
import { parsePolicy } from "../policy/parse.js";
import type { Policy } from "../policy/policy.js";
import { govern } from "./govern.js";

/** Unknown never permits: what is permitted while something cannot be read would be, however it reads. */

function policy(text: string): Policy {
  const parsed = parsePolicy(text, { path: "p.yml", extended: {} });
  if (!parsed.policy) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

const automatic = `automatic: { owner: "@max", downgrade: review, trips: { reverts: 1, days: 9 } }`;
const policies = [
  "always: { approvals: 2, owners: true }",
  "always: {}\nrules:\n  - { name: a, when: { author: '@acme/core' }, then: hold }",
  `${automatic}\nrules:\n  - { name: a, when: { author: write, paths: { only: 'docs/' } }, then: auto }
  - { name: b, when: { not: { author: '@acme/core' } }, needs: { approvals: 1, from: maintain } }`,
  `${automatic}\nrules:\n  - { name: a, when: { contributors: { only: human }, signed: true }, then: auto }
  - { name: b, when: { checks: { failed: ci } }, then: refuse }
  - { name: c, when: { labels: { name: go, by: maintain } }, needs: { deployment: staging } }`,
  `rules:\n  - { name: a, when: { any: [{ owned: true }, { labels: stop }] }, needs: { label: { name: go, by: '@acme/core' } } }
  - { name: b, needs: { approvals: [{ from: '@acme/core', distinct: true }, { from: owners, distinct: true }] } }`,
].map(policy);

const truthfully = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Read<T>> => value.map((v): Read<T> => read(v));
const logins = ["ann", "ben", "cat", "max"];

const world = fc.record({
  policy: fc.constantFrom(...policies),
  reversibility: fc.constantFrom<Reversibility>(...reversibilities),
  files: truthfully(fc.subarray(["docs/a.md", "src/a.ts"]).map((paths) => paths.map((p) => aFile(p)))),
  reviews: truthfully(
    fc
      .array(
        fc.record({
          by: fc.constantFrom(...logins),
          state: fc.constantFrom("approved" as const, "changes-requested" as const),
        }),
        { maxLength: 4 },
      )
      .map((all) => all.map((r, id) => aReview(r.by, { ...r, id }))),
  ),
  commits: truthfully(
    fc.subarray(logins, { minLength: 1 }).map((all) =>
      all.map((l) => ({
        sha: commit(1),
        author: l,
        committer: l,
        coAuthors: [],
        verified: l !== "cat",
        message: "",
      })),
    ),
  ),
  team: truthfully(fc.subarray(logins)),
  permission: truthfully(fc.constantFrom<Permission>("none", "read", "write", "maintain")),
  codeowners: truthfully(fc.constantFrom("* @ben\n", "docs/ @acme/core\n", "src/ @cat @ben\n")).map((r) =>
    r.state === "read" ? read({ path: "CODEOWNERS", text: r.value }) : r,
  ),
  checks: truthfully(fc.constantFrom("success" as const, "failure" as const)).map((r) =>
    r.state === "read"
      ? read([
          {
            name: "ci",
            app: null,
            kind: "check" as const,
            conclusion: r.value,
            url: null,
            startedAt: 0,
            completedAt: 0,
          },
        ])
      : r,
  ),
  labels: fc.subarray(["go", "stop"]),
  labelledBy: truthfully(fc.constantFrom(...logins).map((by) => ({ go: by, stop: by }))),
  deployedTo: truthfully(fc.subarray(["staging"])),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
type Hidable =
  "files" | "reviews" | "commits" | "team" | "permission" | "codeowners" | "checks" | "labelledBy" | "deployedTo";
const hidable: readonly Hidable[] = [
  "files",
  "reviews",
  "commits",
  "team",
  "permission",
  "codeowners",
  "checks",
  "labelledBy",
  "deployedTo",
];

function verdict(w: World) {
  const repo: Partial<RepoFacts> = {
    policy: absent,
    codeowners: w.codeowners,
    teams: { "acme/core": w.team },
    permissions: { ann: read("write"), ben: w.permission, cat: read("write"), max: read("maintain") },
  };
  const { files, reviews, commits, checks, labels, labelledBy, deployedTo } = w;
  const pull: Partial<PullFacts> = { files, reviews, commits, checks, labels, labelledBy, deployedTo };
  const classification = { reversibility: w.reversibility, findings: [] };
  const risk = { score: 0, level: "low" as const, why: [] };
  return govern({ repo: aRepo(repo), pull: aPull(pull), classification, risk, policy: w.policy, standing: {} }, 0);
}

describe("what cannot be read", () => {
  test("never permits what some reading of it would not", () => {
    let permitted = 0;
    fc.assert(
      fc.property(world, fc.subarray([...hidable], { minLength: 1 }), (truth, hidden) => {
        const seen: World = { ...truth, ...Object.fromEntries(hidden.map((h) => [h, unreadable("503")])) };
        if (!verdict(seen).permits) return;
        permitted++;
        expect(verdict(truth).permits).toBe(true);
      }),
      { numRuns: 600, seed: 7 },
    );
    expect(permitted).toBeGreaterThan(0);
  });

  test("whatever is known, a one-way door never moves by itself and a verdict that permits asks nobody", () => {
    fc.assert(
      fc.property(world, (truth) => {
        const { path, permits, asks, reasons } = verdict(truth);
        if (truth.reversibility === "irreversible" || truth.reversibility === "unknown") expect(path).not.toBe("auto");
        if (path === "auto") expect(permits).toBe(true);
        expect(permits).toBe(reasons.length === 0);
        if (permits) expect(asks).toEqual([]);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import { parsePolicy } from "./parse.js";
import { policyReads } from "./reads.js";
import { teamsNamed } from "./teams.js";

function readsOf(rules: string) {
  const { policy, problems } = parsePolicy(`rules:\n${rules}`, { path: "p.yml", extended: {} });
  if (!policy) throw new Error(JSON.stringify(problems));
  return policyReads(policy);
}

const rule = (rest: string) => `  - { name: a, why: b, ${rest} }\n`;

describe("what a policy must have read", () => {
  test("nothing, when no rule asks", () => {
    const reads = readsOf(rule("when: { labels: go }, then: review, needs: { sections: Rollback }"));
    expect([reads.setterOf("go"), reads.environments]).toEqual([false, []]);
  });

  test.each([
    ["a label that somebody must set", "then: review, needs: { label: { name: go, by: maintain } }"],
    [
      "a condition on who set it",
      "when: { labels: { name: 'g*', by: maintain } }, then: review, needs: { sections: Why }",
    ],
    ["a condition far inside", "when: { any: [{ not: { labels: { name: go, by: '@max' } } }] }, then: hold"],
  ])("the setter of a label, for %s", (_, text) => {
    const reads = readsOf(rule(text));
    expect([reads.setterOf("go"), reads.setterOf("other")]).toEqual([true, false]);
  });

  test("the environments that rules name, each once", () => {
    const reads = readsOf(
      rule("then: review, needs: { deployment: staging }") +
        rule("then: review, needs: { deployment: staging }").replace("name: a", "name: c"),
    );
    expect(reads.environments).toEqual(["staging"]);
  });

  test.each([
    ["whoever opened it", "when: { author: write }", { author: true, contributors: false }],
    ["whoever wrote it", "when: { not: { contributors: outsider } }", { author: false, contributors: true }],
    [
      "nobody, when only kinds and names are asked for",
      "when: { author: [human, '@max'] }",
      { author: false, contributors: false },
    ],
  ])("the permission of %s", (_, when, expected) => {
    expect(readsOf(rule(`${when}, then: hold`)).permissionOf).toEqual(expected);
  });

  test("teams that are named anywhere, those that may veto among them", () => {
    const text =
      "vetoes: '@acme/core'\nalways: { approvals: { from: '@acme/web' } }\ncommands: { hold: '@acme/ops' }\n";
    const { policy } = parsePolicy(text, { path: "p.yml", extended: {} });
    expect(policy && teamsNamed(policy)).toEqual(["acme/core", "acme/ops", "acme/web"]);
  });
});

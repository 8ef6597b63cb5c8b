import { describe, expect, test } from "@jest/globals";
import { extendsNamed, parsePolicy } from "./parse.js";
import type { Policy } from "./policy.js";
import { teamsNamed } from "./teams.js";

const texts: Record<string, string> = {
  base: `
automatic: { owner: maintain, downgrade: review, trips: { reverts: 2, days: 30 } }
always: { approvals: 2 }
queue: { group_size: 7, slots: 3 }
bots: release-bot
rules:
  - { name: docs, when: { paths: { only: docs/ } }, then: auto }
  - { name: ticket, needs: { issue: true }, locked: true }
tests: [{ name: t, change: {}, expect: review }]
`,
  "acme/.github": "extends: base\nrules: [{ name: core, needs: { from: '@acme/core' } }]\n",
};
const extended = Object.fromEntries(Object.entries(texts).map(([n, value]) => [n, { state: "read" as const, value }]));
const parsed = (text: string) => parsePolicy(text, { path: "p", extended });

function policy(text: string): Policy {
  const { policy: found, problems } = parsed(text);
  if (!found) throw new Error(JSON.stringify(problems));
  return found;
}

describe("a policy over those that it extends", () => {
  test("inherits rules in order, settings key by key, and not the tests", () => {
    const own = policy("extends: acme/.github\nqueue: { slots: 9 }\nbots: [x]\n");
    expect(own.rules.map((r) => r.name)).toEqual(["docs", "ticket", "core"]);
    expect(own.queue).toMatchObject({ groupSize: 7, slots: 9 });
    expect(own.always.approvals[0]?.count).toBe(2);
    expect(own.actors.bots).toEqual(expect.arrayContaining(["release-bot", "x"]));
    expect(own.extends).toEqual(["acme/.github", "base"]);
    expect(parsed("extends: base").tests).toEqual([]);
    expect([teamsNamed(own), extendsNamed("extends: [a, b]"), extendsNamed(": {")]).toEqual([
      ["acme/core"],
      ["a", "b"],
      [],
    ]);
  });

  test("takes lanes as a whole, or none", () => {
    const under = "queue: { lanes: { scopes: { web: web/, api: [api/, proto/] }, affected: targets } }\n";
    const lanes = (text: string) => {
      const layers = { base: { state: "read" as const, value: under } };
      return parsePolicy(text, { path: "p", extended: layers }).policy?.queue.lanes;
    };
    expect(policy("rules: []").queue.lanes).toBeNull();
    expect(lanes("extends: base\n")).toMatchObject({
      scopes: [{ name: "web" }, { name: "api", paths: [{ source: "api/" }, { source: "proto/" }] }],
      affected: { name: "targets", app: null },
    });
    expect(lanes("extends: base\nqueue: { lanes: { affected: { name: t, app: ci } } }\n")).toEqual({
      scopes: [],
      affected: { name: "t", app: "ci" },
    });
    expect(lanes("extends: base\nqueue: { lanes: null }\n")).toBeNull();
  });

  test("replaces a rule by its name and removes others", () => {
    const own = policy("extends: base\nremove: docs\nrules: [{ name: ours, then: hold }]\n");
    expect(own.rules.map((r) => r.name)).toEqual(["ticket", "ours"]);
    expect(policy("extends: base\nrules: [{ name: docs, then: hold }]\n").rules[0]?.then).toBe("hold");
  });

  test("names once who answers for inherited automatic rules", () => {
    const own = policy("extends: base\nautomatic: { owner: '@ann' }\n");
    expect(own.rules[0]).toMatchObject({ owner: { is: "login", login: "ann" }, downgrade: "review" });
  });

  test.each([
    ["extends: base\nremove: ticket", "`ticket` is locked by base and cannot be removed"],
    ["extends: base\nrules: [{ name: ticket }]", "`ticket` is locked by base and cannot be replaced"],
    ["extends: base\nremove: dosc", "no rule `dosc` is inherited"],
    ["rules: [{ name: a }, { name: a }]", "there are two rules `a`"],
    ["precedents: [{ name: a, origin: x }]", "the precedent `a` has no end"],
    ["rules: [{ name: a, when: { precedents: b } }]", "there is no precedent `b`"],
    ["risk: { medium: 0.3, high: 0.2 }", "risk levels must rise: medium 0.3, high 0.2, critical 0.06"],
  ])("%s", (text, message) => {
    expect(parsed(text).problems.map((p) => p.message)).toEqual([message]);
    expect(parsed(text).policy).toBeNull();
  });
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { UnitView } from "../../src/dashboard/views.js";
import { startWorld, type TestWorld } from "../world/world.js";

/**
 * Every word that a policy may ask a change about, told by the world: for each there is a change of which it is true
 * and one of which it is false, and of none it is unknown. Nothing lands: the rules want an admin, and there is none.
 */

type Who = "code" | "update" | "stranger" | "migration";

/** Condition, the change of which it is true, the change of which it is false. */
const conditions: ReadonlyArray<readonly [when: string, yes: Who | null, no: Who | null]> = [
  ["paths: src/", "code", "update"],
  ["paths: { only: src/ }", "code", "migration"],
  ["paths: { none: src/ }", "update", "code"],
  ["paths: { any: src/, status: added }", "code", "update"],
  ["paths: { any: src/, except: src/b.js }", "code", "update"],
  ["repository: acme/*", "code", null],
  ["repository: other/*", null, "code"],
  ["approved: { from: '@acme/core' }", "code", "update"],
  ["owned: true", "code", "update"],
  ["lines: { added: marker }", "code", "update"],
  ["lines: { added: marker, in: src/ }", "code", null],
  ['size: ">= 2"', "code", "update"],
  ["size: { files: 2 }", "code", "update"],
  ["author: human", "code", "update"],
  ["author: bot", "update", "code"],
  ["author: '@acme/core'", "code", "stranger"],
  ["author: write", "code", "stranger"],
  ["author: outsider", "stranger", "code"],
  ["author: owners", "code", "update"],
  ["contributors: '@dave'", "code", "update"],
  ["contributors: { only: write }", "code", "stranger"],
  ["contributors: { none: bot }", "code", "update"],
  ["base: main", "code", null],
  ["base: release/*", null, "code"],
  ["head: feature/*", "code", "update"],
  ["title: ABC-*", "code", "update"],
  ["body: '*because*'", "code", "update"],
  ["sections: Why", "code", "update"],
  ["fork: true", "stranger", "code"],
  ["signed: true", "code", "update"],
  ["depends: true", "stranger", "code"],
  ["labels: go", "code", "update"],
  ["labels: { name: go, by: maintain }", "code", "stranger"],
  ["checks: { passed: ci/test }", "code", null],
  ["checks: { passed: { name: ci/test, app: sandbox-ci } }", "code", null],
  ["checks: { passed: { name: ci/test, app: somebody-else } }", null, "code"],
  ["checks: { passed: ext/ci }", "code", "update"],
  ["checks: { failed: ext/ci }", "update", "code"],
  ["time: { from: 2020-01-01, zone: Europe/Berlin }", "code", null],
  ["time: { to: 2020-01-01 }", null, "code"],
  ['age: "< 1"', "code", null],
  ['age: ">= 1"', null, "code"],
  ["update: patch", "update", "code"],
  ["update: { name: left-pad, by: dependabot }", "update", "code"],
  ["update: major", null, "update"],
  ["findings: sql/*", "migration", "code"],
  ["hazard: [low, medium, high, critical]", "migration", "code"],
  ["reversibility: irreversible", "migration", "code"],
  ["risk: [low, medium, high, critical]", "code", null],
  ['risk: "> 0.9"', null, "code"],
  ["station: approval", "code", "update"],
  ["station: review", "update", "code"],
  ["autonomy: none", "code", null],
  ["autonomy: earned", null, "code"],
  ["precedents: No more bumps", "update", "code"],
];

const needs: ReadonlyArray<readonly [needs: string, met: Who, unmet: Who]> = [
  ["approvals: 1", "code", "update"],
  ["approvals: 1, from: '@acme/core'", "code", "update"],
  ["owners: true", "code", "migration"],
  ["checks: ext/ci", "code", "update"],
  ["sections: Why", "code", "update"],
  ["issue: true", "code", "stranger"],
  ["deployment: staging", "code", "update"],
  ["label: { name: go, by: '@carol' }", "code", "stranger"],
  ["command: { name: queue, by: maintain }", "code", "update"],
  ["that: { signed: true }", "code", "update"],
];

const policy = `
precedents:
  - name: No more bumps
    origin: acme/shop#1
    why: w
    until: 2099-01-01
    when: { title: "Bump *" }
    then: hold
    needs: { approvals: { count: 1, from: admin } }
rules:
  - { name: Nothing lands, needs: { approvals: { count: 1, from: admin } } }
${conditions.map(([when], i) => `  - { name: c${i}, when: { ${when} }, needs: { sections: Never } }`).join("\n")}
${needs.map(([need], i) => `  - { name: n${i}, needs: { ${need} } }`).join("\n")}
queue: { checks: [ci/test], start: automatically }
`;

let world: TestWorld;
let numbers: Readonly<Record<Who, number>>;
let units: Readonly<Record<Who, UnitView>>;

beforeAll(async () => {
  world = await startWorld({
    policy,
    files: { CODEOWNERS: "/src/ @acme/core\n/db/ @acme/core\n" },
    collaborators: { alice: "write", bob: "write", carol: "maintain", dave: "write" },
  });
  world.sandbox.team("acme", "core", ["alice", "bob"]);
  numbers = await changes();
  await world.until("everything that was said has been taken in", async () => {
    const now = await Promise.all(Object.values(numbers).map(unit));
    const [code, update, stranger] = now;
    return (
      [code, update].every((u) => u !== undefined && truthOf(u, "checks: { passed: ci/test }") === "true") &&
      truthOf(code, "station: approval") === "true" &&
      truthOf(code, "labels: { name: go, by: maintain }") === "true" &&
      truthOf(update, "checks: { failed: ext/ci }") === "true" &&
      truthOf(stranger, "labels: go") === "true" &&
      needOf(code, "command: { name: queue, by: maintain }") === "true" &&
      needOf(code, "deployment: staging") === "true"
    );
  });
  const views = await Promise.all(Object.entries(numbers).map(async ([who, n]) => [who, await unit(n)] as const));
  units = Object.fromEntries(views) as Record<Who, UnitView>;
});
afterAll(async () => {
  await world.end();
});

describe("what a policy asks about", () => {
  test.each(conditions)("when: { %s }", (when, yes, no) => {
    if (yes) expect([yes, truthOf(units[yes], when)]).toEqual([yes, "true"]);
    if (no) expect([no, truthOf(units[no], when)]).toEqual([no, "false"]);
  });

  test.each(needs)("needs: { %s }", (need, met, unmet) => {
    expect([needOf(units[met], need), needOf(units[unmet], need)]).toEqual(["true", "false"]);
  });

  test("is known of every change", () => {
    for (const view of Object.values(units)) {
      const unknown = view.verdict.tree.children.filter((n) => n.reasons.some((r) => r.code === "rule-unknown"));
      expect(unknown.map((n) => n.reasons)).toEqual([]);
    }
  });
});

async function changes(): Promise<Record<Who, number>> {
  const alice = world.person("alice");
  const code = await alice.opensPullRequest({
    branch: "feature/a",
    files: { "src/a.js": "export const marker = 1;\n", "src/b.js": "export const b = 1;\n" },
    title: "ABC-1: Add a",
    body: "Fixes #7, because we can.\n\n## Why\n\nIt was missing.",
    message: "Add a\n\nCo-authored-by: dave <1+dave@users.noreply.github.com>",
    signed: "signed",
  });
  const update = await world.person("dependabot[bot]").opensPullRequest({
    branch: "dependabot/npm/left-pad",
    files: { "lib/version.txt": "1.2.4\n" },
    title: "Bump left-pad from 1.2.3 to 1.2.4",
    body: "Bumps left-pad from 1.2.3 to 1.2.4.",
  });
  const stranger = await world.person("eve").opensPullRequest({
    branch: "patch-1",
    fork: "fork",
    files: { "notes.txt": "hello\n" },
    title: "Say hello",
    body: `Depends-On: #${update.number}`,
  });
  const migration = await alice.opensPullRequest({
    branch: "drop",
    files: { "db/migrations/002_drop.sql": "drop table customers;\n" },
    title: "Drop the customers",
  });
  await world.person("bob").approves(code.number);
  await world.person("carol").labels(code.number, "go");
  await world.person("bob").labels(stranger.number, "go");
  await world.person("carol").comments(code.number, "@drumline queue");
  await post(`statuses/${code.pull.headSha}`, { state: "success", context: "ext/ci" });
  await post(`statuses/${update.pull.headSha}`, { state: "failure", context: "ext/ci" });
  const { id } = await post("deployments", { ref: code.pull.headSha, environment: "staging" });
  await post(`deployments/${id}/statuses`, { state: "success" });
  return { code: code.number, update: update.number, stranger: stranger.number, migration: migration.number };
}

async function post(path: string, body: object): Promise<{ id: number }> {
  const response = await fetch(`${world.sandbox.url}/repos/acme/shop/${path}`, {
    method: "POST",
    headers: { authorization: "token carol", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: number };
}

async function unit(number: number): Promise<UnitView | undefined> {
  const response = await fetch(`${world.app.url}/api/v1/units/acme/shop/${number}`);
  return response.ok ? ((await response.json()) as UnitView) : undefined;
}

function truthOf(view: UnitView | undefined, when: string): string | undefined {
  const node = view?.verdict.tree.children.find((n) => n.name === `c${conditions.findIndex(([c]) => c === when)}`);
  return node?.children.find((c) => c.name.startsWith("when"))?.truth;
}

function needOf(view: UnitView | undefined, need: string): string | undefined {
  return view?.verdict.tree.children.find((n) => n.name === `n${needs.findIndex(([c]) => c === need)}`)?.truth;
}

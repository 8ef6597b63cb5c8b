import { describe, expect, test } from "@jest/globals";
import { aFile } from "../../../test/build/facts.js";
import { docsPolicy } from "../../../test/build/policies.js";
import { aPullRequest, facts } from "../../../test/build/queue.js";
import { decide } from "../decide.js";
import type { PaceLessons, PullFacts } from "../facts/facts.js";
import { policyInForce } from "../governance/in-force.js";
import { read } from "../model/read.js";
import { emptyQueueState } from "../queue/state.js";
import { reviewList } from "./review-list.js";

const pace: PaceLessons = {
  constraint: "review",
  confidence: 0.9,
  judges: [{ team: "reviewers", people: 3, minutes: 40, lastWeek: 30 }],
  endings: {},
};

function source(lines: number): PullFacts["files"] {
  return read([
    aFile("src/a.ts", { added: lines, deleted: 0, patch: { state: "text", text: "@@ -0,0 +1 @@\n+a();\n" } }),
  ]);
}

function listOf(pulls: readonly PullFacts[], policy = docsPolicy) {
  const empty = facts({ pulls });
  const of = facts({
    pulls,
    lessons: { ...empty.lessons, pace },
    repo: { policy: read({ path: ".github/drumline.yml", text: policy, digest: "p" }) },
  });
  return reviewList(
    { facts: of, decision: decide(of, emptyQueueState, 0) },
    { policy: policyInForce(of.repo).policy, now: 0 },
  );
}

describe("the reviewers' list", () => {
  test("holds what waits for judgment, and nothing that moves by itself, is a draft or is back with its author", () => {
    const list = listOf([
      aPullRequest({ number: 1 }),
      aPullRequest({ number: 2, files: source(10) }),
      aPullRequest({ number: 3, files: source(10), draft: true }),
      aPullRequest({
        number: 4,
        files: source(10),
        reviews: read([{ id: 1, by: "ben", state: "changes-requested", headSha: null, diffDigest: null, at: 0 }]),
      }),
    ]);
    expect(list.items.map((i) => i.number)).toEqual([2]);
    expect(list).toMatchObject({ withAuthors: 1, atTheGate: 0, minutesAre: "measured" });
  });

  test("begins with urgent work, then goes by value a minute: what is valued more, then what is smaller", () => {
    const list = listOf([
      aPullRequest({ number: 1, files: source(400) }),
      aPullRequest({ number: 2, files: source(10) }),
      aPullRequest({ number: 3, files: source(10), labels: ["priority: high"] }),
      aPullRequest({ number: 4, files: source(400), labels: ["hotfix"] }),
    ]);
    expect(list.items.map((i) => i.number)).toEqual([4, 3, 2, 1]);
  });

  test("names the fewest who could answer it all, and spreads it over everybody who could", () => {
    const list = listOf(Array.from({ length: 6 }, (_, i) => aPullRequest({ number: i + 1, files: source(10) })));
    expect(list.fewest).toHaveLength(1);
    const loads = list.desks.map((d) => d.changes);
    expect(loads.reduce((a, b) => a + b, 0)).toBe(6);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    expect(list.desks.map((d) => d.who)).not.toContain("ann");
    expect(list.desks.length).toBeGreaterThan(1);
  });

  test("asks about nothing that waits at the gate", () => {
    const people = Array.from({ length: 60 }, (_, i) => aPullRequest({ number: i + 1, files: source(10) }));
    const machine = aPullRequest({ number: 99, files: source(10), author: { login: "mason[bot]", kind: "bot" } });
    const list = listOf([...people, machine], `${docsPolicy}\npace: { rope: on }\n`);
    expect(list.atTheGate).toBe(1);
    expect(list.items.map((i) => i.number)).not.toContain(99);
  });

  const hours = `${docsPolicy}  windows: { days: mon-fri, hours: "09:00-17:00" }
`;
  const doors = `
rules:
  - name: One-way doors have a plan
    when: { reversibility: irreversible }
    needs: { approvals: { count: 1, from: "@max" }, sections: Plan }
  - name: Doors open in working hours
    when: { reversibility: irreversible, not: { time: { days: mon-thu, hours: "09:00-16:00" } } }
    then: hold
`;
  const door = (number: number, body: string) => {
    const patch = { state: "text" as const, text: "@@ -0,0 +1 @@\n+DROP TABLE carts;\n" };
    const files = read([aFile(`db/${number}.sql`, { status: "added", added: 1, deleted: 0, patch })]);
    return aPullRequest({ number, files, body, diffDigest: `door-${number}` });
  };
  const plan = "## Plan\nRestore it.";

  test("puts together what is of one class, asked of the same people, with its evidence complete", () => {
    const list = listOf(
      [door(1, plan), door(2, plan), door(3, ""), aPullRequest({ number: 4, files: source(1) })],
      doors,
    );
    expect(list.batches).toMatchObject([{ reversibility: "irreversible", numbers: [1, 2], of: ["max"] }]);
    expect(list.unprepared).toEqual([3]);
    // Now is a Thursday, 00:00: the rule lets doors through from nine.
    expect(list.batches[0]?.opens).toBe(9 * 3_600_000);
  });

  test("a batch lands from the next merge window on; one change is no batch", () => {
    const two = [1, 2].map((number) => aPullRequest({ number, files: source(1) }));
    expect(listOf(two, hours).batches[0]?.opens).toBe(9 * 3_600_000);
    expect(listOf(two).batches[0]?.opens).toBeNull();
    expect(listOf(two.slice(1)).batches).toEqual([]);
    const bens = aPullRequest({ number: 3, files: source(1), author: { login: "ben", kind: "human" } });
    const [mixed] = listOf([...two, bens]).batches;
    expect(mixed?.numbers).toHaveLength(3);
    expect(mixed?.of).not.toEqual(expect.arrayContaining(["ann"]));
    expect(mixed?.of).not.toEqual(expect.arrayContaining(["ben"]));
  });
});

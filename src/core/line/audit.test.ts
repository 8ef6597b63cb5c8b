import { describe, expect, test } from "@jest/globals";
import { commit } from "../../../test/build/facts.js";
import { docsPolicy } from "../../../test/build/policies.js";
import { aCheck, aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { decide } from "../decide.js";
import type { Risk } from "../model/classification.js";
import { read } from "../model/read.js";
import { emptyQueueState } from "../queue/state.js";
import type { Decision } from "./decision.js";

const [built, tree] = [commit(50), commit(51)];
const pull = aPullRequest({ number: 1 });

/** A change of documentation that moves by itself, from its proposal to the decision after it landed. */
function landedUnder(audits: number): Decision {
  const policy = read({ path: "p", text: `${docsPolicy}automatic: { audits: ${audits} }\n`, digest: `${audits}` });
  const of = (rest: Parameters<typeof facts>[0]) => facts({ pulls: [pull], ...rest, repo: { policy } });
  const group = { effect: "e", group: "g1" };
  const proposed = decide(of({}), emptyQueueState, minute);
  expect(proposed.effects.find((e) => e.kind === "build")).toMatchObject({ group: "g1" });
  const outcome = { kind: "built", ...group, sha: built, tree, onto: commit(1) } as const;
  const testing = decide(of({ outcomes: [outcome] }), proposed.next, 2 * minute);
  const passed = decide(of({ builds: { [built]: read([aCheck("success")]) } }), testing.next, 3 * minute);
  expect(passed.effects.find((e) => e.kind === "land")).toMatchObject({ group: "g1" });
  const landed = { kind: "landed", ...group, sha: built, tree } as const;
  return decide(of({ pulls: [{ ...pull, state: "merged" }], outcomes: [landed] }), passed.next, 4 * minute);
}

describe("an audit of what moved by itself", () => {
  test("asks who answers for the rule, by label, comment and reason, once it has landed", () => {
    const { next, units, effects } = landedUnder(1);
    expect(next.units[1]?.place).toMatchObject({ kind: "landed", moved: "auto", audit: { share: 1 } });
    expect(units[0]?.reasons).toContainEqual({ code: "audit-drawn", share: 1, of: ["carol"] });
    expect(units[0]?.next).toEqual(["carol"]);
    expect(effects.find((e) => e.kind === "labels")).toMatchObject({ add: ["drumline: audit"], remove: [] });
    expect(effects.find((e) => e.kind === "comment")).toMatchObject({
      body: expect.stringContaining("@carol: **Would"),
    });
  });

  test("costs no call where it wasn't drawn: only the check says that it landed", () => {
    const { units, effects } = landedUnder(0);
    expect(effects.map((e) => e.kind)).toEqual(["check"]);
    expect(units[0]?.next).toEqual([]);
  });
});

test("a change keeps the score of its head while outcomes of others move what is believed", () => {
  const believed = (score: number): Risk => ({ score, level: "low", why: ["x"] });
  const looked = (score: number, previous = emptyQueueState) =>
    decide(
      facts({ pulls: [pull], lessons: { risk: { 1: believed(score) }, flakeProbability: 0, buildMinutes: null } }),
      previous,
      minute,
    );
  const first = looked(0.01);
  const second = looked(0.2, first.next);
  expect(second.units[0]?.risk).toEqual(first.units[0]?.risk);
  const pushed = aPullRequest({ number: 1, headSha: commit(200), diffDigest: "other" });
  const lessons = { risk: { 1: believed(0.2) }, flakeProbability: 0, buildMinutes: null };
  expect(decide(facts({ pulls: [pushed], lessons }), second.next, minute).units[0]?.risk.score).toBe(0.2);
});

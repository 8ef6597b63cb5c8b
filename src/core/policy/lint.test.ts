import { describe, expect, test } from "@jest/globals";
import { lintPolicy } from "./lint.js";
import { parsePolicy } from "./parse.js";
import { formatProblem } from "./problem.js";

const now = Date.UTC(2026, 10, 20);
const base = `automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - { name: doors, when: { reversibility: [irreversible, unknown] }, then: hold, needs: { approvals: 2 } }
`;

function lint(rules: string): string[] {
  const { policy, problems } = parsePolicy(base + rules, { path: "p", extended: {} });
  if (!policy) throw new Error(problems.map(formatProblem).join("\n"));
  return lintPolicy(policy, now).map((p) => formatProblem(p).split("\n")[0] ?? "");
}

describe("rules that their author can hardly mean", () => {
  test.each<[string, string, string]>([
    [
      "never fires: size",
      "  - { name: a, when: { size: '> 9', not: { size: '>= 5' } } }",
      "p:4:5: `a` can never apply: nothing is both “lines > 9” and “not (lines >= 5)”",
    ],
    [
      "never fires: class",
      "  - { name: a, when: { reversibility: reversible, all: [{ reversibility: unknown }] } }",
      "p:4:5: `a` can never apply: nothing is both “reversible” and “unknown”",
    ],
    [
      "never fires: author",
      "  - { name: a, when: { author: agent, all: [{ author: human }] } }",
      "p:4:5: `a` can never apply: nothing is both “by agent” and “by human”",
    ],
    [
      "never fires: paths",
      "  - { name: a, when: { paths: { only: docs/, none: [docs/, src/] } } }",
      "p:4:5: `a` can never apply: nothing is both “touches only docs/” and “touches no docs/ or src/”",
    ],
    [
      "can no longer fire",
      "  - { name: a, when: { time: { to: 2026-01-01 } }, then: hold }",
      "p:4:5: warning: `a` can no longer apply: its time ended on 2026-01-01",
    ],
    [
      "lapsed",
      "  - { name: a, when: { fork: true }, review_by: 2026-11-19, owner: '@ann' }",
      "p:4:5: warning: `a` was to be reviewed by @ann by 2026-11-19",
    ],
    [
      "lapsed and automatic",
      "  - { name: a, when: { paths: { only: x/ } }, then: auto, review_by: 2026-11-19 }",
      "p:4:5: warning: `a` was to be reviewed by @max by 2026-11-19: it moves nothing by itself any more",
    ],
    [
      "cannot be satisfied: count",
      "  - { name: a, needs: { approvals: 3, from: ['@a', '@B', '@b'] } }",
      "p:4:5: `a` can never be satisfied: it needs 3 approvals from 2 people",
    ],
    [
      "cannot be satisfied: author",
      "  - { name: a, needs: { from: author } }",
      "p:4:5: `a` can never be satisfied: only the author may approve, and the author's approval doesn't count (`author: true`)",
    ],
    [
      "cannot be satisfied: machines",
      "  - { name: a, needs: { from: bot } }",
      "p:4:5: `a` can never be satisfied: machines cannot approve unless named by login",
    ],
    [
      "shadowed",
      "  - { name: a, when: { reversibility: irreversible, fork: true }, needs: { approvals: 1 } }",
      "p:4:5: warning: `a` changes nothing: `doors` (line 3) already does as much for the same changes",
    ],
    [
      "contradicted",
      "  - { name: a, when: { fork: true }, then: refuse }\n  - { name: b, when: { fork: true, paths: { only: docs/ } }, then: auto }",
      "p:5:5: `b` moves by itself what `a` (line 4) refuses",
    ],
    [
      "automatic one-way door",
      "  - { name: a, when: { reversibility: unknown }, then: auto }",
      "p:4:5: `a` can never move anything: one-way doors never move by themselves",
    ],
    [
      "a label anybody can set",
      "  - { name: a, when: { labels: go }, then: auto }",
      "p:4:5: warning: `a` moves changes by a label that anybody with triage can set",
    ],
    [
      "a title its author writes",
      "  - { name: a, when: { title: 'docs*' }, then: auto }",
      "p:4:5: warning: `a` moves changes by their title, which their author writes",
    ],
  ])("%s", (_what, rules, expected) => {
    expect(lint(rules)).toEqual([expected]);
  });

  test.each([
    ["a stricter hold on the same changes", "  - { name: a, when: { reversibility: irreversible }, then: hold }"],
    ["a size between", "  - { name: a, when: { size: '> 5', not: { size: '> 9' } } }"],
    [
      "an automatic rule beside a rule of evidence",
      "  - { name: a, needs: { issue: true } }\n  - { name: b, when: { fork: true }, then: auto }",
    ],
    ["two hazards at once", "  - { name: a, when: { hazard: high, all: [{ hazard: low }] } }"],
  ])("says nothing about %s", (_what, rules) => {
    expect(lint(rules)).toEqual([]);
  });

  test("a policy silent on one-way doors is told so", () => {
    const { policy } = parsePolicy("", { path: "p", extended: {} });
    expect(policy && lintPolicy(policy, now).map((p) => p.message)).toEqual([
      "no rule speaks of irreversible changes: they need no more than every other change",
    ]);
  });
});

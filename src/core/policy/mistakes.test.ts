import { describe, expect, test } from "@jest/globals";
import { read } from "../model/read.js";
import { lintPolicy } from "./lint.js";
import { parsePolicy } from "./parse.js";
import { formatProblem } from "./problem.js";

/** What people get wrong, and what they are told: the place, what is wrong, and what was probably meant. */

const inherited =
  "rules:\n  - { name: One-way doors wait for two people, when: { reversibility: irreversible }, then: hold }\n";

function told(text: string): string[] {
  const { policy, problems } = parsePolicy(text, { path: "p.yml", extended: { team: read(inherited) } });
  const doubts = policy ? lintPolicy(policy, Date.UTC(2026, 10, 21)) : [];
  return [...problems, ...doubts].map(formatProblem).filter((p) => !p.includes("no rule speaks of irreversible"));
}

const mistakes: ReadonlyArray<readonly [what: string, text: string, told: readonly string[]]> = [
  ["a key that isn't there", "rulez: []\n", ["p.yml:1:1: there is no `rulez`\n    did you mean `rules`?"]],
  [
    "a word for a number",
    "always: { approvals: many }\n",
    ["p.yml:1:22: `approvals`: wants a number, a mapping or a list, not `many`"],
  ],
  ["a mapping for a list", "rules: { name: a }\n", ["p.yml:1:8: `rules`: wants a list, not a mapping"]],
  [
    "yes in quotes",
    "rules:\n  - { name: a, when: { fork: 'yes' } }\n",
    ["p.yml:2:30: `fork`: wants true or false, not `yes`\n    write true"],
  ],
  [
    "lanes that nothing tells apart",
    "queue: { lanes: { scopes: {} } }\n",
    ["p.yml:1:17: `lanes`: lanes need `scopes` or `affected`: without either every change overlaps every other"],
  ],
  [
    "a freeze of a lane that isn't there",
    "queue: { lanes: { scopes: { web: web/ } }, freezes: [{ name: F, during: { days: fri }, lanes: [web, wep] }] }\n",
    ["p.yml:1:1: the freeze `F` names `wep`, which is no scope of `queue.lanes`"],
  ],
  [
    "a freeze of a lane where there are none",
    "queue: { freezes: [{ name: F, during: { days: fri }, lanes: web }] }\n",
    ["p.yml:1:1: the freeze `F` names `web`, which is no scope of `queue.lanes`"],
  ],
  ["a tab", "rules:\n\t- name: a\n", ["p.yml:2:1: a tab cannot indent\n    indent with spaces"]],
  [
    "a key said twice",
    "always: { approvals: 1 }\nalways: { approvals: 2 }\n",
    ["p.yml:2:1: `always` is said twice\n    keep one of the two"],
  ],
  [
    "two rules of one name",
    "rules:\n  - { name: a, then: hold }\n  - { name: a, then: refuse }\n",
    ["p.yml:3:13: there are two rules `a`\n    give each its own name"],
  ],
  [
    "wrong indentation",
    "rules:\n  - name: a\n   then: hold\n",
    [
      "p.yml:3:1: not readable as YAML: Sequence item without - indicator\n    is it indented like its neighbours, with every bracket closed before it?",
    ],
  ],
  ["a quote that is never closed", 'rules:\n  - name: "a\n', ["p.yml:3:1: a quote is opened and never closed"]],
  [
    "a login without quotes",
    "rules:\n  - name: a\n    owner: @acme/dba\n",
    ['p.yml:3:12: `@acme/dba` means something else in YAML\n    put it in quotes: "@acme/dba"'],
  ],
  [
    "a glob without quotes",
    "rules:\n  - { name: a, when: { paths: *.md } }\n",
    ['p.yml:2:31: `*.md` means something else in YAML\n    put it in quotes: "*.md"'],
  ],
  [
    "a glob without quotes in a list",
    "rules:\n  - name: a\n    when:\n      paths:\n        - *.md\n",
    ['p.yml:5:11: `*.md` means something else in YAML\n    put it in quotes: "*.md"'],
  ],
  [
    "a negated glob",
    "rules:\n  - { name: a, when: { paths: '!docs/' } }\n",
    ["p.yml:2:31: `paths`: `!docs/`: a pattern cannot begin with `!`: use `none:` or `not:`"],
  ],
  [
    "a back-reference",
    "rules:\n  - { name: a, when: { title: '/(a)\\1/' } }\n",
    [
      "p.yml:2:31: `title`: `/(a)\\1/`: not a regular expression of RE2: error parsing regexp: invalid escape sequence: `\\1`\n    RE2 knows no back-references: spell it out",
    ],
  ],
  [
    "a look-ahead",
    "rules:\n  - { name: a, when: { title: '/(?!wip)/' } }\n",
    [
      "p.yml:2:31: `title`: `/(?!wip)/`: not a regular expression of RE2: error parsing regexp: invalid or unsupported Perl syntax: `(?!`\n    RE2 knows no look-around: use `not:`",
    ],
  ],
  [
    "a broken expression",
    "rules:\n  - { name: a, when: { title: '/[a/' } }\n",
    ["p.yml:2:31: `title`: `/[a/`: not a regular expression of RE2: error parsing regexp: missing closing ]: `[a`"],
  ],
  [
    "a flag of other languages",
    "rules:\n  - { name: a, when: { title: '/wip/g' } }\n",
    ["p.yml:2:31: `title`: `/wip/g`: there is no flag `g`\n    only `/…/` and `/…/i`"],
  ],
  [
    "a glob of another tool",
    "rules:\n  - { name: a, when: { paths: '+(a|b)/**' } }\n",
    ["p.yml:2:31: `paths`: `+(a|b)/**`: `+(a|b)` is not known here: write {a,b}"],
  ],
  [
    "a word for nobody",
    "rules:\n  - { name: a, when: { author: maintainers } }\n",
    [
      "p.yml:2:32: `author`: `maintainers` is nobody\n    write @login, @org/team, or one of read, triage, write, maintain, admin, human, bot, agent, outsider, owners, author",
    ],
  ],
  [
    "a team without its @",
    "rules:\n  - { name: a, needs: { approvals: 1, from: acme/dba } }\n",
    ["p.yml:2:45: `from`: `acme/dba` is nobody\n    did you mean `@acme/dba`?"],
  ],
  [
    "a path of another tool",
    "rules:\n  - { name: a, then: block }\n",
    ["p.yml:2:22: `then`: `block` is not a word for this\n    one of: auto, review, escalate, hold, refuse"],
  ],
  [
    "a word misspelt",
    "rules:\n  - { name: a, then: reviw }\n",
    ["p.yml:2:22: `then`: `reviw` is not a word for this\n    did you mean `review`?"],
  ],
  [
    "a day that isn't there",
    "rules:\n  - { name: a, then: hold, review_by: 2026-02-30 }\n",
    ["p.yml:2:39: `review_by`: `2026-02-30` is no date: write YYYY-MM-DD"],
  ],
  [
    "a rule past its review",
    "rules:\n  - { name: a, then: hold, review_by: 2020-01-01, when: {reversibility: irreversible} }\n",
    ["p.yml:2:5: warning: `a` was to be reviewed by 2020-01-01\n    review it and set a new date, or remove it"],
  ],
  [
    "a rule that another makes pointless",
    "rules:\n  - { name: a, needs: { approvals: 2 } }\n  - { name: b, when: { paths: docs/ }, needs: { approvals: 1 } }\n",
    [
      "p.yml:3:5: warning: `b` changes nothing: `a` (line 2) already does as much for the same changes\n    remove one of the two",
    ],
  ],
  [
    "rules that contradict",
    'automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }\nrules:\n  - { name: a, when: { paths: docs/ }, then: refuse }\n  - { name: b, when: { paths: { only: docs/ } }, then: auto }\n',
    ["p.yml:4:5: `b` moves by itself what `a` (line 3) refuses\n    narrow one of the two"],
  ],
  [
    "an automatic rule without owner, downgrade path and threshold",
    "rules:\n  - { name: a, when: { paths: { only: docs/ } }, then: auto }\n",
    [
      "p.yml:2:5: `a` moves changes by itself and has no `owner`\n    say who answers for it: @login or @org/team, here or once under `automatic`",
      "p.yml:2:5: `a` moves changes by itself and has no `downgrade`\n    say what it falls back to: review, escalate, hold or refuse, here or once under `automatic`",
      "p.yml:2:5: `a` moves changes by itself and has no `trips`\n    say what stops it: { reverts: 2, days: 30 }, here or once under `automatic`",
    ],
  ],
  [
    "a condition that nothing meets",
    "rules:\n  - { name: a, when: { size: '> 500', all: [{ size: '< 100' }] }, then: hold }\n",
    ["p.yml:2:5: `a` can never apply: nothing is both “lines > 500” and “lines < 100”"],
  ],
  [
    "one-way doors that move by themselves",
    'automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }\nrules:\n  - { name: a, when: { reversibility: irreversible }, then: auto }\n',
    ["p.yml:3:5: `a` can never move anything: one-way doors never move by themselves"],
  ],
  [
    "more approvals than people",
    "rules:\n  - { name: a, needs: { approvals: 3, from: ['@a', '@b'] } }\n",
    ["p.yml:2:5: `a` can never be satisfied: it needs 3 approvals from 2 people"],
  ],
  [
    "a size in words",
    "rules:\n  - { name: a, when: { size: 'big' } }\n",
    ['p.yml:2:30: `size`: `big` compares nothing: write a number, or "> 500", "<= 3"'],
  ],
  [
    "a comparison backwards",
    "rules:\n  - { name: a, when: { size: '500 <' } }\n",
    ['p.yml:2:30: `size`: `500 <` compares nothing: write a number, or "> 500", "<= 3"'],
  ],
  [
    "a day of no week",
    "queue: { windows: { days: someday } }\n",
    ["p.yml:1:27: `days`: `someday` is no day: write mon, mon-fri"],
  ],
  [
    "hours without minutes",
    "queue: { windows: { hours: 9-17 } }\n",
    ["p.yml:1:28: `hours`: `9-17` are no hours: write 09:00-17:00"],
  ],
  [
    "a zone nobody lives in",
    "queue: { windows: { zone: CET+1 } }\n",
    ["p.yml:1:27: `zone`: `CET+1` is no time zone: write Europe/Berlin"],
  ],
  ["a pack misspelt", "extends: tean\n", ["p.yml:1:10: there is no `tean` to extend\n    did you mean `team`?"]],
  [
    "the removal of a rule misspelt",
    "extends: team\nremove: One way doors wait for two people\n",
    [
      "p.yml:2:9: no rule `One way doors wait for two people` is inherited\n    did you mean `One-way doors wait for two people`?",
    ],
  ],
  ["a rule without a name", "rules:\n  - { then: hold }\n", ["p.yml:2:5: `name`: is missing"]],
  [
    "a condition outside when",
    "rules:\n  - { name: a, paths: docs/ }\n",
    ["p.yml:2:16: `rules`: there is no `paths`\n    it belongs under `when`"],
  ],
  ["fewer than no approvals", "always: { approvals: -1 }\n", ["p.yml:1:22: `approvals`: may be at least 0"]],
  ["an empty list", "rules:\n  - { name: a, when: { paths: [] }, then: hold }\n", ["p.yml:2:31: `paths`: is empty"]],
  [
    "a key without a value",
    "rules:\n  - name: a\n    when:\n    then: hold\n",
    ["p.yml:3:10: `when`: wants a mapping, not nothing"],
  ],
  [
    "an automatic rule that anybody can switch",
    'automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }\nrules:\n  - { name: a, when: { labels: go }, then: auto }\n',
    [
      "p.yml:3:5: warning: `a` moves changes by a label that anybody with triage can set\n    say who must have set it: labels: { name: …, by: maintain }",
    ],
  ],
  [
    "nesting without end",
    "rules:\n  - { name: a, when: { not: { not: { not: { not: { not: { not: { not: { not: { fork: true } } } } } } } } } }\n",
    [
      "p.yml:2:22: `all`, `any` and `not` nest deeper than 8 levels (limit conditionDepth)\n    split it into two rules",
    ],
  ],
  [
    "a name that is a number",
    "rules:\n  - { name: 12, then: hold }\n",
    ["p.yml:2:13: `name`: wants text, not `12`\n    put it in quotes"],
  ],
  [
    "a test with two mistakes",
    "tests:\n  - { name: t, change: { file: [a] }, expect: maybe }\n",
    [
      "p.yml:2:26: `change`: there is no `file`\n    did you mean `files`?",
      "p.yml:2:47: `expect`: `maybe` is not a word for this\n    one of: auto, review, escalate, hold, refuse, permits",
    ],
  ],
  [
    "a level that isn't there",
    "rules:\n  - { name: a, when: { risk: huge } }\n",
    [
      'p.yml:2:30: `risk`: `huge` compares nothing: write a number, or "> 500", "<= 3"\n    one of: critical, high, medium, low',
    ],
  ],
  [
    "two documents",
    "rules: []\n---\nrules: []\n",
    ["p.yml:2:1: there is a second document\n    a policy is one document: remove the line `---`"],
  ],
  ["a list for a policy", "- a\n", ["p.yml:1:1: wants a mapping, not a list"]],
  [
    "a merge key",
    "a: &x { then: hold }\nrules:\n  - { <<: *x, name: b }\n",
    [
      "p.yml:1:1: there is no `a`\n    one of: extends, remove, rules, precedents, automatic, always, vetoes, voided_by, queue, pace, report, show, bots, agents, commands, risk, tests",
      "p.yml:3:7: `rules`: there is no `<<`\n    merge keys are not read: repeat what they would bring in",
    ],
  ],
  [
    "a precedent without an end",
    "precedents: [{ name: a, origin: x, when: {paths: a/}, then: hold }]\n",
    ["p.yml:1:14: the precedent `a` has no end\n    say until: YYYY-MM-DD"],
  ],
  [
    "a precedent that isn't there",
    "rules: [{ name: a, when: { precedents: b }, then: hold }]\n",
    ["p.yml:1:9: there is no precedent `b`"],
  ],
  [
    "a brace that is never closed",
    "rules:\n  - { name: a, when: { paths: 'src/{a,b/**' }, then: hold }\n",
    ["p.yml:2:31: `paths`: `src/{a,b/**`: a brace is opened or closed without its other half"],
  ],
  [
    "a condition misspelt",
    "rules:\n  - { name: a, when: { reversability: irreversible } }\n",
    ["p.yml:2:24: `when`: there is no `reversability`\n    did you mean `reversibility`?"],
  ],
];

describe("a mistake in a policy", () => {
  test.each(mistakes)("%s", (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  test("doesn't hide the others", () => {
    const text = [
      "always: { approvals: many }",
      "always: { approvals: 1 }",
      "rules:",
      "  - name: a",
      "    owner: @acme/dba",
      "    when: { paths: *.md, pathz: docs/ }",
      "    then: reviw",
      "    review_by: soon",
    ];
    expect(told(text.join("\n")).map((p) => p.split("\n")[0])).toEqual([
      "p.yml:2:1: `always` is said twice",
      "p.yml:5:12: `@acme/dba` means something else in YAML",
      "p.yml:6:20: `*.md` means something else in YAML",
      "p.yml:6:26: `when`: there is no `pathz`",
      "p.yml:7:11: `then`: `reviw` is not a word for this",
      "p.yml:8:16: `review_by`: `soon` is no date: write YYYY-MM-DD",
    ]);
  });
});

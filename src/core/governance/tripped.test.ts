import { describe, expect, test } from "@jest/globals";
import { aFile, aPull, aRepo } from "../../../test/build/facts.js";
import { read } from "../model/read.js";
import { parsePolicy } from "../policy/parse.js";
import type { Policy } from "../policy/policy.js";
import { govern } from "./govern.js";
import { rulesThatMove, trippedRules } from "./tripped.js";

const day = 24 * 60 * 60_000;

function policy(rules: string): Policy {
  const text = `automatic: { owner: "@max", downgrade: review, trips: { reverts: 2, days: 30 } }\nrules:\n${rules}`;
  const parsed = parsePolicy(text, { path: "p.yml", extended: {} });
  if (!parsed.policy) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

const docs = policy(`
  - { name: docs, why: w, when: { paths: { only: "docs/**" } }, then: auto }
  - { name: looked at, why: w, when: { paths: "docs/**" }, then: review, needs: { sections: Why } }
`);

describe("an automatic rule trips", () => {
  test.each([
    ["when nothing was taken out", undefined, []],
    ["when one change was", [[1, 99]], []],
    [
      "when two were",
      [
        [1, 98],
        [2, 99],
      ],
      ["docs"],
    ],
    [
      "when one was, told twice",
      [
        [1, 98],
        [1, 99],
      ],
      [],
    ],
    [
      "when one of two lies further back",
      [
        [1, 69],
        [2, 99],
      ],
      [],
    ],
    [
      "when both lie just within",
      [
        [1, 71],
        [2, 99],
      ],
      ["docs"],
    ],
  ] as const)("%s", (_, harmed, expected) => {
    const harm = harmed && { docs: harmed.map(([number, at]) => ({ number, at: at * day })), "looked at": [] };
    expect(Object.keys(trippedRules(docs, harm, 100 * day))).toEqual(expected);
  });

  test("and then asks for a person", () => {
    const harm = {
      docs: [
        { number: 4, at: 98 * day },
        { number: 5, at: 99 * day },
      ],
    };
    const tripped = trippedRules(docs, harm, 100 * day);
    expect(tripped).toEqual({ docs: "#4, #5 taken out again within 30 days" });
    const verdict = verdictOf({ path: "docs/a.md", tripped });
    expect(verdict.permits).toBe(false);
    expect(verdict.reasons).toContainEqual({ code: "auto-denied", rule: "docs", why: "tripped" });
    expect(rulesThatMove(verdict, docs)).toEqual([]);
  });
});

test.each([
  ["docs/a.md", ["docs"]],
  ["src/a.ts", []],
])("the rules that move %s are %j", (path, expected) => {
  expect(rulesThatMove(verdictOf({ path }), docs)).toEqual(expected);
});

function verdictOf({ path, tripped = {} }: { path: string; tripped?: Readonly<Record<string, string>> }) {
  return govern(
    {
      repo: aRepo(),
      pull: aPull({ files: read([aFile(path)]) }),
      classification: { reversibility: "reversible", findings: [] },
      risk: { score: 0.01, level: "low", why: [] },
      policy: docs,
      standing: {},
      tripped,
    },
    100 * day,
  );
}

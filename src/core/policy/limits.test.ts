import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { policyTexts } from "../../../test/build/policy-texts.js";
import { policyLimits } from "./limits.js";
import { parsePolicy } from "./parse.js";

function errors(text: string, extended: Record<string, string> = {}): string[] {
  const texts = Object.fromEntries(
    Object.entries(extended).map(([n, value]) => [n, { state: "read" as const, value }]),
  );
  const { policy, problems } = parsePolicy(text, { path: "p.yml", extended: texts });
  expect(policy === null).toBe(problems.some((p) => p.severity === "error"));
  return problems.map((p) => p.message);
}

const billionLaughs = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ...["b", "c", "d", "e", "f", "g", "h"].map((name, i) => {
    const below = "abcdefgh"[i] ?? "a";
    return `${name}: &${name} [*${below}, *${below}, *${below}, *${below}, *${below}, *${below}, *${below}, *${below}, *${below}]`;
  }),
  "rules: *h",
].join("\n");

describe("what a policy may cost", () => {
  test.each<[string, string, string]>([
    ["a text too long", `# ${"x".repeat(policyLimits.textLength)}`, "textLength"],
    ["brackets too deep", `rules: ${"[".repeat(5000)}`, "yamlDepth"],
    ["sequences too deep", `rules:\n  ${"- ".repeat(5000)}x`, "yamlDepth"],
    ["a billion laughs", billionLaughs, "alias"],
    ["a hostile regular expression", `always: { that: { title: "/(a+)+\\\\1$/" } }`, "not a regular expression of RE2"],
    [
      "conditions too deep",
      `rules:\n  - { name: a, when: ${"{ not: ".repeat(9)}{ fork: true }${" }".repeat(9)} }`,
      "conditionDepth",
    ],
    ["too many in a list", `bots: [${"a,".repeat(policyLimits.listItems + 1)}]`, "at most"],
  ])("%s", (_what, text, words) => {
    expect(errors(text).join("; ")).toContain(words);
  });

  test("nested quantifiers are only slow elsewhere", () => {
    expect(errors(`always: { that: { title: "/(a+)+$/" } }`)).toEqual([]);
  });

  test("texts that extend each other end", () => {
    expect(errors("extends: a", { a: "extends: b", b: "extends: a" })).toEqual([
      "`a` extends itself, by way of a -> b -> a",
    ]);
  });

  test("no text makes the reader throw", () => {
    fc.assert(
      fc.property(policyTexts, (text) => {
        const { policy, problems } = parsePolicy(text, { path: "p.yml", extended: {} });
        expect(policy === null).toBe(problems.some((p) => p.severity === "error"));
        expect(problems.every((p) => p.line >= 1 && p.col >= 1 && p.message !== "")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

import type { Instant } from "../model/ids.js";
import type { Verdict } from "../model/verdict.js";
import type { PlacedTest } from "../policy/parse.js";
import type { Policy } from "../policy/policy.js";
import type { RawTest } from "../policy/schema-tests.js";
import { govern } from "./govern.js";
import { bare, inputOf, instantOf } from "./test-change.js";

/** One of a policy's own tests, run. */
export interface TestResult {
  readonly name: string;
  readonly place: PlacedTest["place"];
  readonly verdict: Verdict;
  /** What differs from what was expected, in words; empty when the test passes. */
  readonly differs: readonly string[];
}

/**
 * Runs a policy's `tests:`. What a test doesn't say about its change is the least remarkable: one changed line by a
 * person with write, reversible, low risk; teams that the policy names have nobody in them.
 */
export function runPolicyTests(policy: Policy, tests: readonly PlacedTest[], { now }: { now: Instant }): TestResult[] {
  return tests.map(({ test, place }) => {
    const verdict = govern(inputOf(test.change, { policy, now }), instantOf(test.change.now) ?? now);
    return { name: test.name, place, verdict, differs: differences(test.expect, verdict) };
  });
}

function differences(expected: RawTest["expect"], verdict: Verdict): string[] {
  if (expected === "permits") return verdict.permits ? [] : [`expected that it permits; got ${gotText(verdict)}`];
  const { path, permits, rules, asks } = typeof expected === "string" ? { path: expected } : expected;
  const applied = appliedRules(verdict);
  const asked = verdict.asks.flatMap((a) => a.of.slice(0, a.count)).sort();
  const wanted = asks?.map(bare).sort();
  return [
    ...(path !== undefined && path !== verdict.path ? [`expected ${path}; got ${gotText(verdict)}`] : []),
    ...(permits !== undefined && permits !== verdict.permits
      ? [`expected that it ${permits ? "permits" : "doesn't permit"}; got ${gotText(verdict)}`]
      : []),
    ...(rules && !same([...rules].sort(), [...applied].sort())
      ? [`expected the rules ${listText(rules)} to apply; got ${listText(applied)}`]
      : []),
    ...(wanted && !same(wanted, asked) ? [`expected to ask ${listText(wanted)}; got ${listText(asked)}`] : []),
  ];
}

function gotText({ path, permits, reasons }: Verdict): string {
  const why = [...new Set(reasons.map((r) => ("rule" in r ? `${r.code} (${r.rule})` : r.code)))].join(", ");
  return `${path}${permits ? ", which permits" : ""}${why === "" ? "" : ` because of ${why}`}`;
}

/** Rules that applied to the change, in the policy's order. */
export function appliedRules({ tree }: Verdict): readonly string[] {
  return tree.children.filter((n) => n.reasons.some((r) => r.code === "rule-applies")).map((n) => n.name);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function listText(items: readonly string[]): string {
  return items.length === 0 ? "nothing" : items.map((i) => `“${i}”`).join(", ");
}

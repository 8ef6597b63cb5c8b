import type { Lessons } from "../facts/facts.js";
import type { Instant } from "../model/ids.js";
import type { Verdict } from "../model/verdict.js";
import type { Policy, Rule } from "../policy/policy.js";

const dayMs = 24 * 60 * 60_000;

/**
 * Rules that may not move changes by themselves now, by name, and what tripped them: so many of the changes that they
 * moved were taken out again within so many days. The day the count falls below, the rule stands again.
 */
export function trippedRules(
  policy: Policy,
  harm: Lessons["autoHarm"],
  now: Instant,
): Readonly<Record<string, string>> {
  const rules = [...policy.rules, ...policy.precedents.map((p) => p.rule)];
  return Object.fromEntries(rules.flatMap((rule) => trip(rule, harm, now)));
}

function trip({ name, then, trips }: Rule, harm: Lessons["autoHarm"], now: Instant): Array<[string, string]> {
  if (then !== "auto" || trips === null || !harm || !Object.hasOwn(harm, name)) return [];
  const recent = (harm[name] ?? []).filter((h) => h.at > now - trips.days * dayMs);
  const numbers = [...new Set(recent.map((h) => h.number))];
  if (numbers.length < trips.reverts) return [];
  return [[name, `${numbers.map((n) => `#${n}`).join(", ")} taken out again within ${trips.days} days`]];
}

/** The rules that move this change by itself: what becomes of it speaks for or against them. */
export function rulesThatMove({ tree }: Verdict, policy: Policy): readonly string[] {
  const automatic = new Set(
    [...policy.rules, ...policy.precedents.map((p) => p.rule)].filter((r) => r.then === "auto").map((r) => r.name),
  );
  return tree.children
    .filter((node) => automatic.has(node.name))
    .filter(({ reasons }) => reasons.some((r) => r.code === "rule-applies"))
    .filter(({ reasons }) => !reasons.some((r) => r.code === "auto-denied" || r.code === "rule-unknown"))
    .map((node) => node.name);
}

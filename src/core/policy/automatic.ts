import type { Policy, Rule } from "./policy.js";
import type { Problem } from "./problem.js";

/** Responsibility: a rule that moves changes by itself names who answers, what it falls back to, and what trips it. */
export function automaticProblems(policy: Policy): Problem[] {
  const rules = [...policy.rules, ...policy.precedents.map((p) => p.rule)];
  return rules.filter((rule) => rule.then === "auto").flatMap(missing);
}

function missing(rule: Rule): Problem[] {
  const parts = [
    ["owner", rule.owner === null, "who answers for it: @login or @org/team"],
    ["downgrade", rule.downgrade === null, "what it falls back to: review, escalate, hold or refuse"],
    ["trips", rule.trips === null, "what stops it: { reverts: 2, days: 30 }"],
  ] as const;
  return parts
    .filter(([, isMissing]) => isMissing)
    .map(([field, , words]) => ({
      ...rule.place,
      message: `\`${rule.name}\` moves changes by itself and has no \`${field}\``,
      hint: `say ${words}, here or once under \`automatic\``,
      severity: "error",
    }));
}

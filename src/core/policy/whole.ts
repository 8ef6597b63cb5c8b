import type { Condition, Policy, Rule } from "./policy.js";
import type { Problem } from "./problem.js";

/** What is wrong with a policy as a whole, beyond the shape of its parts. */
export function wholeProblems(policy: Policy): Problem[] {
  return [
    ...automaticProblems(policy),
    ...precedentProblems(policy),
    ...freezeProblems(policy),
    ...thresholdProblems(policy),
  ];
}

/** Responsibility: a rule that moves changes by itself names who answers, what it falls back to, and what trips it. */
function automaticProblems(policy: Policy): Problem[] {
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

/** Precedents that a condition names exist, and don't name precedents themselves. */
function precedentProblems(policy: Policy): Problem[] {
  const names = new Set(policy.precedents.map((p) => p.name));
  const inRules = policy.rules.flatMap((rule) =>
    namedPrecedents(rule.when)
      .filter((name) => !names.has(name))
      .map((name) => error(rule, `there is no precedent \`${name}\``)),
  );
  const inPrecedents = policy.precedents
    .filter((p) => namedPrecedents(p.rule.when).length > 0)
    .map((p) => error(p.rule, `the precedent \`${p.name}\` cannot depend on precedents`));
  const lasting = policy.precedents
    .filter((p) => p.rule.reviewBy === null)
    .map((p) => error(p.rule, `the precedent \`${p.name}\` has no end`, "say until: YYYY-MM-DD"));
  return [...inRules, ...inPrecedents, ...lasting];
}

function error(rule: Rule, message: string, hint?: string): Problem {
  return { ...rule.place, message, ...(hint !== undefined && { hint }), severity: "error" };
}

function namedPrecedents(condition: Condition | null): readonly string[] {
  switch (condition?.test) {
    case "all":
    case "any":
      return condition.of.flatMap(namedPrecedents);
    case "not":
      return namedPrecedents(condition.of);
    case "precedents":
      return condition.names;
    default:
      return [];
  }
}

/** Lanes that a freeze names are scopes; where CI reports targets nobody knows all names. */
function freezeProblems({ path, queue }: Policy): Problem[] {
  const scopes = new Set(queue.lanes?.scopes.map((s) => s.name));
  return queue.freezes.flatMap(({ name, lanes = [] }) =>
    lanes
      .filter((lane) => !scopes.has(lane) && !queue.lanes?.affected)
      .map((lane): Problem => {
        const message = `the freeze \`${name}\` names \`${lane}\`, which is no scope of \`queue.lanes\``;
        return { path, line: 1, col: 1, message, severity: "error" };
      }),
  );
}

function thresholdProblems({ path, risk }: Policy): Problem[] {
  if (risk.medium < risk.high && risk.high < risk.critical) return [];
  const message = `risk levels must rise: medium ${risk.medium}, high ${risk.high}, critical ${risk.critical}`;
  return [{ path, line: 1, col: 1, message, severity: "error" }];
}

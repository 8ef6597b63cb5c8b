import type { Condition, Evidence, Policy, Rule, Who } from "./policy.js";

/** Every team that a policy names, as `org/team`, so that a caller knows whose members to read. */
export function teamsNamed(policy: Policy): readonly string[] {
  return [...new Set(everybodyNamed(policy).flatMap((w) => (w.is === "team" ? [w.team] : [])))].sort();
}

/** Does anything hang on who owns the touched paths? */
export function namesOwners(policy: Policy): boolean {
  return everybodyNamed(policy).some((w) => w.is === "owners");
}

function everybodyNamed(policy: Policy): readonly Who[] {
  const rules = [...policy.rules, ...policy.precedents.map((p) => p.rule)];
  return [
    ...rules.flatMap(whoInRule),
    ...policy.always.approvals.flatMap((a) => a.from),
    ...policy.always.evidence.flatMap(whoInEvidence),
    ...policy.vetoes,
    ...Object.values(policy.commands).flat(),
    ...policy.queue.freezes.flatMap((f) => (f.except ? whoInCondition(f.except) : [])),
  ];
}

function whoInRule(rule: Rule): readonly Who[] {
  return [
    ...(rule.owner ? [rule.owner] : []),
    ...(rule.override ?? []),
    ...rule.needs.approvals.flatMap((a) => a.from),
    ...rule.needs.evidence.flatMap(whoInEvidence),
    ...(rule.when ? whoInCondition(rule.when) : []),
  ];
}

function whoInEvidence(evidence: Evidence): readonly Who[] {
  if (evidence.kind === "condition") return whoInCondition(evidence.condition);
  return evidence.kind === "label" || evidence.kind === "command" ? evidence.by : [];
}

function whoInCondition(condition: Condition): readonly Who[] {
  switch (condition.test) {
    case "all":
    case "any":
      return condition.of.flatMap(whoInCondition);
    case "not":
      return whoInCondition(condition.of);
    case "author":
    case "contributors":
      return condition.who;
    case "approved":
      return condition.from;
    case "labels":
      return condition.by;
    default:
      return [];
  }
}

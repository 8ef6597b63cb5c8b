import type { Reason } from "../model/reason.js";
import type { Truth, VerdictNode } from "../model/verdict.js";
import { defaultNeed } from "../policy/defaults.js";
import type { Rule } from "../policy/policy.js";
import { evaluate } from "./conditions/evaluate.js";
import type { Judged } from "./judged.js";
import { hasLapsed } from "./lapsed.js";

/** A rule that concerns this change, or may. */
export interface Applied {
  readonly rule: Rule;
  /** `unknown`: its needs are asked for as though it were true, and what it would lift is not lifted. */
  readonly applies: "true" | "unknown";
  /** It moves the change by itself, and nothing speaks against that. */
  readonly moves: boolean;
  readonly reasons: readonly Reason[];
  readonly when: VerdictNode | null;
}

export interface Passed {
  readonly rule: Rule;
  readonly applies: "false" | "not-applicable";
  readonly reasons: readonly Reason[];
  readonly when: VerdictNode | null;
}

/** Does a rule concern the change, and as what? */
export function applyRule(rule: Rule, judged: Judged): Applied | Passed {
  const when = rule.when ? evaluate(rule.when, judged) : null;
  const applies: Truth = when?.truth ?? "true";
  const lapsed = hasLapsed(rule, judged);
  const reviewBy = rule.reviewBy ?? "";
  const owner =
    rule.owner && "login" in rule.owner
      ? rule.owner.login
      : rule.owner && "team" in rule.owner
        ? rule.owner.team
        : null;
  const loud: Reason[] = lapsed ? [{ code: "rule-lapsed", rule: rule.name, reviewBy, owner }] : [];
  if (applies === "false" || applies === "not-applicable") return { rule, applies, reasons: loud, when };
  const unknown: Reason[] =
    applies === "unknown" ? [{ code: "rule-unknown", rule: rule.name, what: unknownPart(when) }] : [];
  if (rule.then !== "auto") return { rule, applies, moves: false, reasons: [...unknown, ...loud], when };
  const denied = deniedBecause(rule, { lapsed, judged });
  const reasons: Reason[] = denied === null ? [] : [{ code: "auto-denied", rule: rule.name, why: denied }];
  const standing = denied === "lapsed" || denied === "tripped" ? downgraded(rule) : rule;
  return {
    rule: standing,
    applies,
    moves: denied === null && applies === "true",
    reasons: [...unknown, ...loud, ...reasons],
    when,
  };
}

type Denied = "irreversible" | "unknown" | "lapsed" | "tripped";

/** One-way doors never move by themselves, whatever a rule says. */
function deniedBecause(rule: Rule, { lapsed, judged }: { lapsed: boolean; judged: Judged }): Denied | null {
  const { reversibility } = judged.classification;
  if (reversibility === "irreversible" || reversibility === "unknown") return reversibility;
  if (judged.tripped && Object.hasOwn(judged.tripped, rule.name)) return "tripped";
  return lapsed ? "lapsed" : null;
}

/** An automatic rule that may no longer be one becomes what it falls back to. */
function downgraded(rule: Rule): Rule {
  const then = rule.downgrade ?? "review";
  const needsSomebody = rule.needs.approvals.length === 0 && (then === "review" || then === "escalate");
  const from = then === "escalate" && rule.owner ? [rule.owner] : defaultNeed.from;
  const approvals = needsSomebody ? [{ ...defaultNeed, from }] : rule.needs.approvals;
  return { ...rule, then, needs: { ...rule.needs, approvals } };
}

/** The first part of a condition that could not be told, in words. */
function unknownPart(node: VerdictNode | null): string {
  if (!node) return "";
  const inner = node.children.find((c) => c.truth === "unknown");
  if (inner) return unknownPart(inner);
  const reason = node.reasons.find((r) => r.code === "condition");
  return reason ? `${reason.what} (${reason.found})` : node.name;
}

import { textMatches } from "./pattern.js";
import type { CheckName, Condition, Evidence, Policy } from "./policy.js";
import { namesOwners } from "./teams.js";

/** What a policy can only be judged by when it is read: nobody reads it for a policy that doesn't ask. */
export interface PolicyReads {
  /** Does it matter who put this label on? */
  readonly setterOf: (label: string) => boolean;
  /** Environments in which a rule wants the head to be deployed. */
  readonly environments: readonly string[];
  /** Whose permission a condition asks for. */
  readonly permissionOf: { readonly author: boolean; readonly contributors: boolean };
  /** Does anything hang on who owns the touched paths? */
  readonly owners: boolean;
  /** The check that reports what a head affects; null: nobody asks. */
  readonly affected: CheckName | null;
}

export function policyReads(policy: Policy): PolicyReads {
  const rules = [...policy.rules, ...policy.precedents.map((p) => p.rule)];
  const evidence = [...policy.always.evidence, ...rules.flatMap((r) => r.needs.evidence)];
  const conditions = [
    ...rules.flatMap((r) => r.when ?? []),
    ...evidence.flatMap((e) => (e.kind === "condition" ? [e.condition] : [])),
    ...policy.queue.freezes.flatMap((f) => f.except ?? []),
  ];
  const setters = [...evidence.flatMap(setterInEvidence), ...conditions.flatMap(settersInCondition)];
  return {
    setterOf: (label) => setters.some((matches) => matches(label)),
    environments: [...new Set(evidence.flatMap((e) => (e.kind === "deployment" ? [e.environment] : [])))].sort(),
    permissionOf: {
      author: conditions.some((c) => asksPermission(c, "author")),
      contributors: conditions.some((c) => asksPermission(c, "contributors")),
    },
    owners: namesOwners(policy),
    affected: policy.queue.lanes?.affected ?? null,
  };
}

function asksPermission(condition: Condition, of: "author" | "contributors"): boolean {
  switch (condition.test) {
    case "all":
    case "any":
      return condition.of.some((c) => asksPermission(c, of));
    case "not":
      return asksPermission(condition.of, of);
    case of:
      return condition.who.some((w) => w.is === "permission" || w.is === "outsider");
    default:
      return false;
  }
}

type LabelTest = (label: string) => boolean;

function setterInEvidence(evidence: Evidence): readonly LabelTest[] {
  return evidence.kind === "label" && evidence.by.length > 0 ? [(label) => label === evidence.name] : [];
}

function settersInCondition(condition: Condition): readonly LabelTest[] {
  switch (condition.test) {
    case "all":
    case "any":
      return condition.of.flatMap(settersInCondition);
    case "not":
      return settersInCondition(condition.of);
    case "labels":
      return condition.by.length === 0 ? [] : [(label) => condition.names.some((n) => textMatches(n, label))];
    default:
      return [];
  }
}

import type { Reason } from "../model/reason.js";
import type { Ask, VerdictNode } from "../model/verdict.js";
import type { Conclusion } from "./conclusion.js";
import type { Judged } from "./judged.js";
import type { OverrideView } from "./override.js";
import { personAsked } from "./person-asked.js";

/** The reasoning in the order of the policy: every rule with its condition and its needs, then what holds for all. */
export function treeOf(
  { judged, rules, all, read, override }: Conclusion,
  { permits, asks }: { permits: boolean; asks: readonly Ask[] },
): VerdictNode {
  const ruleNodes = rules.map((r): VerdictNode => {
    const weighed = all.find((w) => w.applied === r);
    const when = r.when ? [{ ...r.when, name: `when ${r.when.name}` }] : [];
    const why: Reason = { code: "rule-applies", rule: r.rule.name, why: r.rule.why };
    const applies = r.applies === "true" || r.applies === "unknown";
    return {
      name: r.rule.name,
      truth: weighed?.truth ?? (applies ? r.applies : "not-applicable"),
      reasons: [...(applies ? [why] : []), ...r.reasons],
      children: [...when, ...(weighed?.nodes ?? [])],
    };
  });
  const others = all
    .filter((w) => w.applied === null)
    .map((w): VerdictNode => ({ name: w.name, truth: w.truth, reasons: [], children: w.nodes }));
  const stated = statedReasons(judged, { override, asks });
  return {
    name: judged.policy.path,
    truth: permits ? "true" : "false",
    reasons: [...stated, ...read.reasons],
    children: [...ruleNodes, ...others],
  };
}

function statedReasons(judged: Judged, { override, asks }: { override: OverrideView; asks: readonly Ask[] }): Reason[] {
  const { repo, classification, risk, fault } = judged;
  const worst = classification.findings.filter((f) => f.reversibility === classification.reversibility);
  return [
    ...(repo.policy.state === "absent" ? [{ code: "policy-absent" } as const] : []),
    {
      code: "reversibility",
      reversibility: classification.reversibility,
      detectors: [...new Set(worst.map((f) => f.detector))].sort(),
    },
    { code: "risk", level: risk.level, score: risk.score },
    ...(fault ? [fault.reason] : []),
    ...personAsked(judged, asks),
    ...override.reasons,
  ];
}

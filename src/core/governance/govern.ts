import type { Instant } from "../model/ids.js";
import type { Verdict } from "../model/verdict.js";
import { defaultNeed } from "../policy/defaults.js";
import type { Needs } from "../policy/policy.js";
import { conclude, readJudgments } from "./conclude.js";
import { personWanted, type Demand } from "./demand.js";
import type { GovernInput, Judged } from "./judged.js";
import { floorNeeds, hasJudgment } from "./one-way.js";
import { overrideStands } from "./override.js";
import { applyRule, type Applied } from "./rules.js";
import { weigh } from "./weigh.js";

/**
 * Who must agree to this change, and have they? Pure and total: what cannot be read, told or matched never permits.
 *
 * Every rule that applies adds its needs to `always`; a rule that moves the change by itself lifts `always` and nothing
 * else. A rule that may or may not apply counts as applying, and what it would lift is not lifted: a change is
 * permitted only if it would be however the unknown came out.
 */
export function govern(input: GovernInput, now: Instant): Verdict {
  const judged: Judged = { ...input, now };
  const read = readJudgments(judged);
  const rules = [...judged.policy.rules, ...judged.policy.precedents.map((p) => p.rule)].map((r) =>
    applyRule(r, judged),
  );
  const applied = rules.filter((r): r is Applied => r.applies === "true" || r.applies === "unknown");
  const demands = demandsOf(applied, judged);
  const weighed = weigh(demands, read.judgments, judged);
  const floor = hasJudgment(weighed, judged) ? [] : weigh([{ ...floorNeeds }], read.judgments, judged);
  const all = [...weighed, ...floor];
  const override = overrideStands(judged);
  return conclude({ judged, rules, all, read, override });
}

function demandsOf(applied: readonly Applied[], judged: Judged): Demand[] {
  const demands = applied
    .filter((a) => a.rule.then !== "auto" || a.moves)
    .map((a): Demand => ({ name: a.rule.name, why: a.rule.why, then: a.rule.then, needs: a.rule.needs, applied: a }));
  const moves = applied.some((a) => a.moves);
  const { always } = judged.policy;
  if (!moves && always.approvals.length + always.evidence.length > 0) {
    demands.push({ name: "always", why: "Every change needs this.", then: "review", needs: always, applied: null });
  }
  const asked = judged.standing.personAskedFor;
  if (asked) {
    const needs: Needs = { approvals: [defaultNeed], evidence: [] };
    demands.push({
      name: personWanted,
      why: "Somebody asked for a person.",
      then: "escalate",
      needs,
      applied: null,
    });
  }
  return demands;
}

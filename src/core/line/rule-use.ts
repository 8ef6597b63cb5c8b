import type { RuleAccount, RuleUse } from "../constraint/accounts/rule-account.js";
import type { PullFacts } from "../facts/facts.js";
import type { Verdict } from "../model/verdict.js";
import type { Policy } from "../policy/policy.js";
import { asProposed, type RecordedRun } from "./rehearse.js";

/**
 * What each rule did for recorded changes: each is judged again as it was before anybody had judged it, under the policy
 * and under the policy without the rule. What is the same then, the rule did not bring about.
 */
export function ruleAccountOf(runs: readonly RecordedRun[], policy: Policy): RuleAccount {
  const uses = new Map<string, RuleUse>(policy.rules.map((rule) => [rule.name, unused(rule)]));
  let changes = 0;
  for (const run of runs) {
    for (const number of run.numbers) {
      const verdict = asProposed(run, { number, policy });
      const pull = run.facts.pulls.find((p) => p.number === number);
      if (!verdict || !pull) continue;
      changes++;
      for (const use of uses.values()) {
        if (!applies(verdict, use.name)) continue;
        const rules = policy.rules.filter((r) => r.name !== use.name);
        const without = asProposed(run, { number, policy: { ...policy, rules } });
        uses.set(use.name, counted(use, { pull, mattered: without !== null && outcome(without) !== outcome(verdict) }));
      }
    }
  }
  const since = runs.length === 0 ? null : Math.min(...runs.map((r) => r.at));
  return { changes, since, rules: [...uses.values()] };
}

function unused({ name, needs }: Policy["rules"][number]): RuleUse {
  return { name, applied: 0, mattered: 0, judged: 0, changed: 0, evidence: needs.evidence.length > 0 };
}

function applies({ tree }: Verdict, name: string): boolean {
  return tree.children.some((n) => n.name === name && n.reasons.some((r) => r.code === "rule-applies"));
}

/** The path, and who would have been asked how often; not in whose name. */
function outcome({ path, permits, asks }: Verdict): string {
  return JSON.stringify([path, permits, asks.map(({ of, count }) => [of, count])]);
}

function counted(use: RuleUse, { pull, mattered }: { pull: PullFacts; mattered: boolean }): RuleUse {
  const judgment = mattered ? judgmentOn(pull) : "none";
  return {
    ...use,
    applied: use.applied + 1,
    mattered: use.mattered + (mattered ? 1 : 0),
    judged: use.judged + (judgment === "none" ? 0 : 1),
    changed: use.changed + (judgment === "changed" ? 1 : 0),
  };
}

/** Did judging it change it? A head that came after the first review counts as its doing. */
function judgmentOn({ reviews, heads }: PullFacts): "none" | "changed" | "as-it-was" {
  if (reviews.state !== "read") return "none";
  const given = reviews.value.filter((r) => r.state !== "commented");
  if (given.length === 0) return "none";
  const first = Math.min(...reviews.value.map((r) => r.at));
  const changed = given.some((r) => r.state !== "approved") || heads.some((h) => h.at > first);
  return changed ? "changed" : "as-it-was";
}

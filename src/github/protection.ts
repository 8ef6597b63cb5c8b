import { z } from "zod";
import type { RuleFacts } from "../core/doctor/problem.js";

export type RulesetBypass = RuleFacts["bypass"];

const rulesSchema = z.array(
  z.looseObject({
    type: z.string(),
    ruleset_id: z.number().optional(),
    ruleset_source: z.string().optional(),
    parameters: z
      .looseObject({
        required_status_checks: z
          .array(z.looseObject({ context: z.string(), integration_id: z.number().nullish() }))
          .default([]),
      })
      .optional(),
  }),
);

/** The rules of rulesets, as the rules of a branch list them. */
export function rulesetRules(body: unknown, bypasses: ReadonlyMap<number, RulesetBypass>): RuleFacts[] {
  return rulesSchema.parse(body).map((rule) => ({
    type: rule.type,
    source: `ruleset ${rule.ruleset_id ?? "?"} of ${rule.ruleset_source ?? "the repository"}`,
    bypass: bypasses.get(rule.ruleset_id ?? -1) ?? "unknown",
    checks: (rule.parameters?.required_status_checks ?? []).map((c) => ({
      name: c.context,
      appId: c.integration_id ?? null,
    })),
  }));
}

const flag = z.looseObject({ enabled: z.boolean() }).optional();
const apps = z.looseObject({ apps: z.array(z.looseObject({ slug: z.string() })).default([]) });
const protectionSchema = z.looseObject({
  required_status_checks: z
    .looseObject({
      checks: z.array(z.looseObject({ context: z.string(), app_id: z.number().nullish() })).default([]),
    })
    .nullish(),
  required_pull_request_reviews: z.looseObject({ bypass_pull_request_allowances: apps.optional() }).nullish(),
  restrictions: apps.nullish(),
  required_linear_history: flag,
  required_signatures: flag,
  lock_branch: flag,
});

/** Branch protection in the words of rulesets. `slug` is the app's; null: whom it lets pass is not known. */
export function classicRules(body: unknown, slug: string | null): RuleFacts[] {
  const found = protectionSchema.parse(body);
  const rule = (type: string, bypass: RulesetBypass): RuleFacts => ({
    type,
    source: "branch protection",
    bypass,
    checks: [],
  });
  const exempt = (list: z.infer<typeof apps> | null | undefined): RulesetBypass =>
    slug === null ? "unknown" : list?.apps.some((a) => a.slug === slug) ? "yes" : "no";
  const checks = found.required_status_checks?.checks.map((c) => ({ name: c.context, appId: c.app_id ?? null })) ?? [];
  const reviews = found.required_pull_request_reviews;
  return [
    ...(checks.length > 0 ? [{ ...rule("required_status_checks", "no"), checks }] : []),
    ...(reviews ? [rule("pull_request", exempt(reviews.bypass_pull_request_allowances))] : []),
    ...(found.restrictions ? [rule("update", exempt(found.restrictions))] : []),
    ...(found.required_linear_history?.enabled ? [rule("required_linear_history", "no")] : []),
    ...(found.required_signatures?.enabled ? [rule("required_signatures", "no")] : []),
    ...(found.lock_branch?.enabled ? [rule("lock_branch", "no")] : []),
  ];
}

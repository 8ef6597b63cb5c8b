import { dateOf } from "../policy/calendar.js";
import type { Rule } from "../policy/policy.js";

/** The day of review has passed, in UTC. */
export function hasLapsed(rule: Rule, { now }: { readonly now: number }): boolean {
  return rule.reviewBy !== null && dateOf(now, "UTC") > rule.reviewBy;
}

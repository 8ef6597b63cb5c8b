import type { Facts, RepoFacts } from "../facts/facts.js";
import type { Policy } from "../policy/policy.js";
import type { BuildRules } from "./groups.js";

/** What a group's commit must pass, and until when. */
export function requiredChecks(policy: Policy, facts: Facts): BuildRules {
  return { ...checksThatCount(policy, facts.repo), timeoutMinutes: timeoutOf(policy, facts) };
}

/** The policy's checks and those that the repository's rules require. */
export function checksThatCount(
  policy: Policy,
  { requiredChecks: rules }: Pick<RepoFacts, "requiredChecks">,
): Pick<BuildRules, "required" | "optional"> {
  const named = rules.state === "read" ? rules.value : [];
  const required = [...policy.queue.checks, ...named.map((name) => ({ name, app: null }))];
  // Our own check speaks about proposals, never about groups.
  const distinct = required.filter(
    (r, i) => r.name !== "Drumline" && required.findIndex((o) => o.name === r.name && o.app === r.app) === i,
  );
  return { required: distinct, optional: policy.queue.optional };
}

/** Learned from how long builds took that ended by themselves, and never more than the policy allows. */
function timeoutOf({ queue }: Policy, { lessons }: Facts): number {
  return Math.min(queue.timeoutMinutes, lessons.timeoutMinutes ?? queue.timeoutMinutes);
}

/** Slots shared by the installation's queues are whoever's comes first; this queue never takes more than its own. */
export function slotsFor({ queue }: Policy, { slotsUsedElsewhere = 0 }: Facts): number {
  if (queue.sharedSlots === null) return queue.slots;
  return Math.max(0, Math.min(queue.slots, queue.sharedSlots - slotsUsedElsewhere));
}

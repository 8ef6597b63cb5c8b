import type { Facts } from "../facts/facts.js";
import { evaluate } from "../governance/conditions/evaluate.js";
import type { Judged } from "../governance/judged.js";
import type { Instant } from "../model/ids.js";
import { within } from "../policy/calendar.js";
import type { Freeze, Policy } from "../policy/policy.js";
import type { BuildRules } from "./groups.js";

/** What a group's commit must pass: the policy's checks and those that the repository's rules require. */
export function requiredChecks(policy: Policy, facts: Facts): BuildRules {
  const rules = facts.repo.requiredChecks;
  const named = rules.state === "read" ? rules.value : [];
  const required = [...policy.queue.checks, ...named.map((name) => ({ name, app: null }))];
  // Our own check speaks about proposals, never about groups.
  const distinct = required.filter(
    (r, i) => r.name !== "Drumline" && required.findIndex((o) => o.name === r.name && o.app === r.app) === i,
  );
  return { required: distinct, timeoutMinutes: policy.queue.timeoutMinutes };
}

/** A freeze that holds everything now, or the lack of an open window; null when changes may land. */
export function frozenBy(policy: Policy, now: Instant): string | null {
  const freeze = activeFreezes(policy, now).find((f) => f.except === null);
  if (freeze) return freeze.name;
  const { windows } = policy.queue;
  return windows.length > 0 && !windows.some((w) => within(w, now)) ? "outside the merge windows" : null;
}

/** A freeze with exceptions that holds this change, as one that it can't be shown to be an exception of; null: none. */
export function frozenUnless(judged: Judged): string | null {
  const held = activeFreezes(judged.policy, judged.now).find(
    ({ except }) => except !== null && evaluate(except, judged).truth !== "true",
  );
  return held?.name ?? null;
}

/** Freezes in force now. */
function activeFreezes(policy: Policy, now: Instant): readonly Freeze[] {
  return policy.queue.freezes.filter((f) => within(f.span, now));
}

import { defaultNeed } from "../policy/defaults.js";
import type { Demand, Weighed } from "./demand.js";
import type { Judged } from "./judged.js";
import { sinceWhen } from "./approvals.js";
import { isAnyOf, kindOf } from "./people.js";

/** What a one-way door needs when no rule asks for anybody: whatever a policy says, a person decides. */
export const floorNeeds: Demand = {
  name: "one-way doors need a person",
  why: "This change cannot simply be taken back, and no rule names who judges it.",
  then: "escalate",
  needs: { approvals: [defaultNeed], evidence: [] },
  applied: null,
};

/**
 * Does somebody's judgment already stand behind a change that cannot be taken back: an approval, a label or command
 * that a rule asks of a person, or the command of a person with write to queue it as it stands?
 */
export function hasJudgment(weighed: readonly Weighed[], judged: Judged): boolean {
  const { reversibility } = judged.classification;
  if (reversibility === "reversible" || reversibility === "recoverable") return true;
  const byRule = weighed.some(
    (w) =>
      w.counted.some((c) => c.need.count > 0) ||
      w.needs.evidence.some((e) => (e.kind === "label" && e.by.length > 0) || e.kind === "command"),
  );
  return byRule || queuedByPerson(judged);
}

function queuedByPerson(judged: Judged): boolean {
  const { queue } = judged.standing;
  if (queue?.wanted !== "in" || queue.at < sinceWhen(judged.pull)) return false;
  const writes = isAnyOf(queue.by, [{ is: "permission", permission: "write" }], judged);
  return kindOf(queue.by, judged) === "human" && writes === "true";
}

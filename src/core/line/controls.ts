import { evaluate } from "../governance/conditions/evaluate.js";
import type { Judged } from "../governance/judged.js";
import type { PrNumber } from "../model/ids.js";
import { within } from "../policy/calendar.js";
import type { Freeze, QueueSettings } from "../policy/policy.js";
import type { Controls } from "../queue/snapshot.js";

/**
 * What the policy allows, as the planner reads it. Outside the merge windows only hotfixes land; a freeze holds hotfixes
 * too, and lets pass only what it excepts.
 */
export function policyControls(
  queue: Pick<QueueSettings, "windows" | "freezes" | "groupSize" | "flakeRetries" | "perHour">,
  excepted: (freeze: Freeze) => readonly PrNumber[],
  paced: NonNullable<Controls<PrNumber>["paced"]> = [],
): Controls<PrNumber> {
  return {
    membersMax: queue.groupSize,
    flakeRetries: queue.flakeRetries,
    ...(queue.perHour !== null && { throttles: [{ perHour: queue.perHour }] }),
    windows: queue.windows.map((span) => ({ span })),
    paced,
    freezes: queue.freezes.map((freeze) => ({
      name: freeze.name,
      span: freeze.span,
      hotfixPasses: false,
      ...(freeze.except && { except: excepted(freeze) }),
    })),
  };
}

/** Names of the freezes in force that let a change pass: only what is known to meet an exception does. */
export function freezesPassed(judged: Judged): string[] {
  return judged.policy.queue.freezes
    .filter(
      ({ span, except }) => except !== null && within(span, judged.now) && evaluate(except, judged).truth === "true",
    )
    .map((freeze) => freeze.name);
}

import type { PrNumber } from "../model/ids.js";
import type { Freeze, QueueSettings } from "../policy/policy.js";
import type { Controls } from "../queue/snapshot.js";

/**
 * What the policy allows, as the planner reads it. Outside the merge windows only hotfixes land; a freeze holds hotfixes
 * too, and lets pass only what it excepts.
 */
export function policyControls(
  queue: Pick<QueueSettings, "windows" | "freezes" | "groupSize">,
  excepted: (freeze: Freeze) => readonly PrNumber[],
): Controls<PrNumber> {
  return {
    membersMax: queue.groupSize,
    windows: queue.windows.map((span) => ({ span })),
    freezes: queue.freezes.map((freeze) => ({
      name: freeze.name,
      span: freeze.span,
      hotfixPasses: false,
      ...(freeze.except && { except: excepted(freeze) }),
    })),
  };
}

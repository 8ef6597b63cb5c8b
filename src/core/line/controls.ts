import { evaluate } from "../governance/conditions/evaluate.js";
import type { Judged } from "../governance/judged.js";
import type { PrNumber } from "../model/ids.js";
import { within } from "../policy/calendar.js";
import type { Freeze, QueueSettings } from "../policy/policy.js";
import type { Controls, Id } from "../queue/snapshot.js";
import { touchedBy, type Touched } from "./touched.js";

/**
 * What the policy allows, as the planner reads it. Outside the merge windows only hotfixes land; a freeze holds hotfixes
 * too, and lets pass only what it excepts.
 */
export function policyControls<C extends Id = PrNumber>(
  queue: Pick<QueueSettings, "windows" | "freezes" | "groupSize" | "flakeRetries" | "perHour">,
  excepted: (freeze: Freeze) => readonly C[],
  paced: NonNullable<Controls<C>["paced"]> = [],
): Controls<C> {
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
      ...((freeze.except ?? freeze.lanes) && { except: excepted(freeze) }),
    })),
  };
}

/**
 * Names of the freezes in force that let a change pass: only what is known to meet an exception does, or to touch none of
 * the lanes that one names.
 */
export function freezesPassed(judged: Judged): string[] {
  const { freezes, lanes } = judged.policy.queue;
  const touched = lanes && touchedBy(judged, lanes);
  return freezes
    .filter((freeze) => within(freeze.span, judged.now) && (isElsewhere(freeze, touched) || isExcepted(freeze, judged)))
    .map((freeze) => freeze.name);
}

/** What touches everything is nowhere else. */
export function isElsewhere({ lanes }: Pick<Freeze, "lanes">, touched: Touched | null): boolean {
  return lanes !== undefined && touched?.kind === "these" && !touched.targets.some((t) => lanes.includes(t));
}

function isExcepted({ except }: Freeze, judged: Judged): boolean {
  return except !== null && evaluate(except, judged).truth === "true";
}

import { digestOf } from "../model/digest.js";
import type { LaneSettings } from "../policy/policy.js";
import type { QueueState } from "../queue/state.js";
import type { Target } from "../queue/snapshot.js";

/**
 * Targets are names that the policy's lanes give. Under other lanes the names of what has landed say nothing any more, and
 * it counts as touching everything.
 */
export function underLanes(state: QueueState, lanes: LaneSettings | null): QueueState {
  const digest = lanes && digestOf(lanes);
  if ((state.lanes ?? null) === digest) return state;
  return {
    ...state,
    lanes: digest,
    landed: state.landed.map(({ touched: _, ...landing }) => landing),
    groups: state.groups.map((group) => {
      if (group.phase.kind !== "landing") return group;
      const { touched: _, ...phase } = group.phase;
      return { ...group, phase };
    }),
  };
}

/** Names of targets that one planning tells apart; a change that would bring more is planned as touching everything. */
export const namesMax = 1_000;

/** What every change shares with every other where there are no lanes. */
export const everything = "*";

/**
 * Each change's targets as the planner compares them; null: it touches everything, so it shares a target with each other
 * change, and with every other that touches everything. Those that it shares with don't overlap each other for that.
 */
export function plannedTargets(touched: readonly (readonly string[] | null)[]): (readonly Target[])[] {
  const names = new Set<string>();
  const fitting = touched.map((targets) => {
    if (!targets || names.size + targets.filter((t) => !names.has(t)).length > namesMax) return null;
    for (const target of targets) names.add(target);
    return targets;
  });
  const all = [everything, ...names];
  return fitting.map((targets) => targets ?? all);
}

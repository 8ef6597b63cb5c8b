import type { PlanSnapshot, QueuedChange } from "../../src/core/queue/snapshot.js";

/** A change that is ten minutes' work, likely good, and touches `app` unless told otherwise. */
export function queued(id: string, given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return { id, arrivedAt: 0, targets: ["app"], passProbability: 0.95, expectedMinutes: 10, ...given };
}

/** An empty queue at minute 100, four slots, builds that never flake. */
export function planSnapshot(given: Partial<PlanSnapshot<string, number>> = {}): PlanSnapshot<string, number> {
  return {
    now: 100,
    slots: 4,
    conflictProbability: 0.01,
    conflictHorizonMinutes: 120,
    flakeProbability: 0,
    sharedCache: false,
    landedCount: 0,
    queue: [],
    landed: [],
    builds: [],
    ...given,
  };
}

import { plan } from "../../src/core/queue/plan.js";
import type { PlanSnapshot } from "../../src/core/queue/snapshot.js";

/** Milliseconds that one planning takes, by queue length and shape; the median of several. */
export function run(): void {
  const rows = [100, 1_000, 10_000].flatMap((queued) =>
    shapes.map((shape) => {
      const snapshot = queueOf({ queued, ...shape });
      for (let i = 0; i < warmUps; i++) plan(snapshot);
      const times = Array.from({ length: repeats }, () => timed(() => plan(snapshot))).sort((a, b) => a - b);
      return { queued, shape: shape.name, ms: times[repeats >> 1]?.toFixed(2), worst: times.at(-1)?.toFixed(2) };
    }),
  );
  console.table(rows);
}

const warmUps = 5;
const repeats = 15;
const shapes = [
  { name: "one lane, 8 slots", targets: 1, slots: 8, sharedCache: false },
  { name: "24 targets, 6 slots", targets: 24, slots: 6, sharedCache: false },
  { name: "400 targets, 200 slots", targets: 400, slots: 200, sharedCache: true },
];

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function queueOf(shape: { queued: number; targets: number; slots: number; sharedCache: boolean }): PlanSnapshot {
  const spread = (i: number, salt: number): number => ((i * 2654435761 + salt * 40503) >>> 7) % shape.targets;
  return {
    now: shape.queued,
    slots: shape.slots,
    conflictProbability: 0.01,
    conflictHorizonMinutes: 120,
    flakeProbability: 0.01,
    sharedCache: shape.sharedCache,
    landedCount: 0,
    landed: [],
    builds: [],
    queue: Array.from({ length: shape.queued }, (_, i) => ({
      id: i,
      arrivedAt: i,
      targets: [...new Set([spread(i, 1), spread(i, 2)])],
      passProbability: i % 9 === 0 ? 0.6 : 0.98,
      expectedMinutes: 10 + (i % 17),
    })),
  };
}

import type { Load } from "./world.js";

/** Loads that stand for kinds of repositories; the same shapes as the queue bench's, with this project's own draws. */
export const shapes = {
  /** A large monorepo whose build system shares work between builds in flight and knows targets. */
  monorepo: {
    changes: 500,
    slots: 200,
    arrivals: { kind: "steady", perHour: 200 },
    medianMinutes: 27,
    sigma: 0.5,
    targets: 400,
    targetsPerChange: 3,
    conflictProbability: 0.02,
    conflictHorizonMinutes: 120,
    pass: [
      [0.9, 0.985],
      [0.1, 0.6],
    ],
    flakeProbability: 0,
    sharedCache: true,
    noise: { pass: 0.5, minutes: 0.25 },
  },
  /** The same with too few slots: CI is the constraint. */
  starved: {
    changes: 400,
    slots: 24,
    arrivals: { kind: "steady", perHour: 120 },
    medianMinutes: 27,
    sigma: 0.5,
    targets: 400,
    targetsPerChange: 3,
    conflictProbability: 0.02,
    conflictHorizonMinutes: 120,
    pass: [
      [0.9, 0.985],
      [0.1, 0.6],
    ],
    flakeProbability: 0,
    sharedCache: true,
    noise: { pass: 0.5, minutes: 0.25 },
  },
  /** An ordinary team on hosted runners: one lane, every build runs everything, a few flakes. */
  team: {
    changes: 300,
    slots: 8,
    arrivals: { kind: "steady", perHour: 10 },
    medianMinutes: 14,
    sigma: 0.35,
    targets: 1,
    targetsPerChange: 1,
    conflictProbability: 0.005,
    conflictHorizonMinutes: 120,
    pass: [
      [0.88, 0.985],
      [0.12, 0.6],
    ],
    flakeProbability: 0.02,
    sharedCache: false,
    noise: { pass: 0.5, minutes: 0.25 },
  },
  /** Coding agents: forty changes at once, again and again, on a handful of runners. */
  agents: {
    changes: 320,
    slots: 6,
    arrivals: { kind: "burst", every: 120, size: 40 },
    medianMinutes: 12,
    sigma: 0.3,
    targets: 24,
    targetsPerChange: 2,
    conflictProbability: 0.01,
    conflictHorizonMinutes: 120,
    pass: [
      [0.8, 0.97],
      [0.2, 0.5],
    ],
    flakeProbability: 0,
    sharedCache: false,
    noise: { pass: 0.5, minutes: 0.25 },
  },
} as const satisfies Readonly<Record<string, Omit<Load, "seed">>>;

export type ShapeName = keyof typeof shapes;
export const shapeNames = Object.keys(shapes) as ShapeName[];

/** Where work waits or is worked on, in the order of flow. */
export const stations = ["authoring", "ci", "review", "approval", "queue", "deploy"] as const;
export type Station = (typeof stations)[number];

/** The one station that governs throughput; `demand` when the system keeps up, `unknown` when no station shows it. */
export type Constraint = Station | "demand" | "unknown";

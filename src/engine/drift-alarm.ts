import type { Instant, QueueKey } from "../core/model/ids.js";
import type { Engine } from "./engine.js";

/** Drift takes weeks; looking more often than this would only cost. */
const lookEveryMs = 60 * 60_000;

/**
 * Says in the log when a queue's risk begins to drift, and when it no longer does. Once for each turn: an alarm that
 * repeats itself is one that nobody reads.
 */
export function newDriftAlarm({ store, memory, clock, log }: Pick<Engine, "store" | "memory" | "clock" | "log">) {
  const drifted = new Set<QueueKey>();
  let lookedAt: Instant = Number.NEGATIVE_INFINITY;
  return async (): Promise<void> => {
    const now = clock.now();
    if (now - lookedAt < lookEveryMs) return;
    lookedAt = now;
    for (const { queue } of await store.queues()) {
      const { drift } = await memory.watchOf(queue, now);
      const is = drift.state === "drifted";
      if (is && !drifted.has(queue)) log.warn({ queue, why: drift.why }, "risk has drifted from what happens here");
      if (!is && drifted.has(queue)) log.info({ queue }, "risk no longer drifts");
      if (is) drifted.add(queue);
      else drifted.delete(queue);
    }
  };
}

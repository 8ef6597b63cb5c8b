import type { Engine } from "./engine.js";

/**
 * Asks every queue to look again, at least each minute: what a lost webhook would have said is found out by then.
 * `discover` makes queues known that no webhook has named yet (after an installation, or when it was lost).
 */
export async function sweep(engine: Engine, discover: () => Promise<void>): Promise<void> {
  try {
    await discover();
  } catch (error) {
    engine.log.warn({ error }, "could not ask GitHub for its installations; known queues are swept all the same");
  }
  for (const row of await engine.store.queues()) await engine.store.signal(row.queue);
}

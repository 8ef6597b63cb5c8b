import type { Engine } from "./engine.js";

/** What GitHub can be asked about signals that did not come. */
export interface Signals {
  /** Makes queues known that no webhook has named yet (after an installation, or when it was lost). */
  readonly discover: () => Promise<void>;
  /** Has webhooks that never reached us sent again; answers how many. */
  readonly redeliver: () => Promise<number>;
}

/**
 * Asks every queue to look again, at least each minute, and GitHub to send again what was lost. A queue that has just
 * become known has its past read.
 */
export async function sweep(engine: Engine, signals: Signals): Promise<void> {
  try {
    const again = await signals.redeliver();
    if (again > 0) engine.log.info({ again }, "asked GitHub to send lost webhooks again");
    await signals.discover();
  } catch (error) {
    engine.log.warn({ error }, "could not ask GitHub what was missed; known queues are swept all the same");
  }
  for (const row of await engine.store.queues()) await engine.store.signal(row.queue);
  for (const row of await engine.store.historiesDue(engine.clock.now())) await engine.store.wantHistory(row.queue);
}

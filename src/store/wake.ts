import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Db, Log } from "./postgres.js";

/** How long wishes to wake are gathered into one, in milliseconds. */
const gatherMs = 5;

export interface Waker {
  /** Makes idle workers, of any process, look for a job soon. */
  wake(): void;
  /** Resolves once nothing is under way. */
  stop(): Promise<void>;
}

/**
 * Wakes workers outside the transaction that made their job due: PostgreSQL commits transactions that notify one
 * after the other, each waiting for the disk, which would cap deliveries at one a disk write.
 */
export function makeWaker(db: Db, log: Log): Waker {
  let under: Promise<void> | null = null;
  const wakeOnce = async (): Promise<void> => {
    await sleep(gatherMs);
    under = null;
    await db.execute(sql`select pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":1}')`);
  };
  return {
    wake: () => {
      // What is lost here is found by the next poll.
      under ??= wakeOnce().catch((error: unknown) => log.warn({ err: error }, "could not wake the workers"));
    },
    stop: async () => {
      await under;
    },
  };
}

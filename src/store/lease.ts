import type pg from "pg";
import type { Lease } from "../engine/ports.js";
import type { QueueKey } from "../core/model/ids.js";
import { dbOn, lockKey, type Db } from "./postgres.js";

/**
 * A queue's lease is a session advisory lock, held on a connection that nothing else uses; PostgreSQL lets go of it
 * when the connection ends, however the process died. What a lease permits (load, commit) runs on that same
 * connection: once it is lost, so is the right to commit.
 */
const held = new WeakMap<Lease, Db>();

export async function withLease<T>(
  pool: pg.Pool,
  queue: QueueKey,
  work: (lease: Lease) => Promise<T>,
): Promise<T | "busy"> {
  const client = await pool.connect();
  const key = lockKey(`lease:${queue}`);
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1::bigint) as got", [key]);
    if (rows[0]?.got !== true) return "busy";
    const lease = { queue } as Lease;
    held.set(lease, dbOn(client));
    try {
      return await work(lease);
    } finally {
      held.delete(lease);
      await client.query("select pg_advisory_unlock($1::bigint)", [key]).catch((error: unknown) => {
        broken = error instanceof Error ? error : new Error(String(error));
      });
    }
  } finally {
    // A connection that could not let go is closed, which lets go.
    client.release(broken ?? false);
  }
}

/** The connection that holds the lease. @throws Error once the lease was given back. */
export function leased(lease: Lease): Db {
  const db = held.get(lease);
  if (db === undefined) throw new Error(`the lease of ${lease.queue} is over`);
  return db;
}

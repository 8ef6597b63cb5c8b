import { and, eq, inArray } from "drizzle-orm";
import type { WordsEffect } from "../core/model/effect.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { ensureJob } from "./job.js";
import { wish } from "./outbox.js";
import type { Db } from "./postgres.js";
import * as t from "./schema.js";

/** Words that no decision wished for, with the job that posts them. What was wished for before changes nothing. */
export async function say(
  pool: Db,
  queue: QueueKey,
  { effects, now }: { readonly effects: readonly WordsEffect[]; readonly now: Instant },
): Promise<void> {
  await pool.transaction(async (db) => {
    const [row] = await db.select({ version: t.queues.version }).from(t.queues).where(eq(t.queues.queue, queue));
    if (row === undefined) return;
    if (await wish(db, queue, { version: row.version, now, decision: { effects } }))
      await ensureJob(db, "publish", { queue });
  });
}

/** Those of the ids that have been wished for, whatever became of them. */
export async function said(db: Db, queue: QueueKey, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await db
    .select({ id: t.effects.id })
    .from(t.effects)
    .where(and(eq(t.effects.queue, queue), inArray(t.effects.id, [...ids])));
  return new Set(found.map((row) => row.id));
}

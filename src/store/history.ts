import { and, eq, lte, ne, or, isNull, sql } from "drizzle-orm";
import type { FlowRecord, HistoryRead, QueueRow } from "../engine/ports.js";
import { splitQueueKey, type Instant, type QueueKey } from "../core/model/ids.js";
import { insertFlow } from "./flow.js";
import { rows, type Db } from "./postgres.js";
import { queueRow } from "./queues.js";
import * as t from "./schema.js";

export async function historiesDue(db: Db, now: Instant): Promise<readonly QueueRow[]> {
  return await db
    .select(queueRow)
    .from(t.queues)
    .leftJoin(t.histories, eq(t.histories.queue, t.queues.queue))
    .where(or(isNull(t.histories.queue), and(ne(t.histories.phase, "done"), lte(t.histories.notBefore, now))));
}

/** Null before the first look. */
export async function readHistory(db: Db, queue: QueueKey): Promise<HistoryRead | null> {
  const [row] = await db.select().from(t.histories).where(eq(t.histories.queue, queue));
  return row ?? null;
}

/** The past ends where the webhooks began: at the first step that the ledger of flow has. */
export async function historyOf(db: Db, queue: QueueKey, now: Instant): Promise<HistoryRead> {
  const { repo, base } = splitQueueKey(queue);
  await db.execute(sql`insert into drumline.histories (queue, until)
    select ${queue}, coalesce(min(at), ${now}::bigint) from drumline.flow
    where repo = ${repo} and (base is null or base = ${base})
    on conflict do nothing`);
  const read = await readHistory(db, queue);
  if (!read) throw new Error(`no history of ${queue} could be begun`);
  return read;
}

export async function keepHistory(
  db: Db,
  queue: QueueKey,
  { was, is, flow }: { was: HistoryRead; is: HistoryRead; flow: readonly FlowRecord[] },
): Promise<boolean> {
  const { repo, base } = splitQueueKey(queue);
  return await db.transaction(async (tx) => {
    const moved = await rows<{ queue: string }>(
      tx,
      sql`update drumline.histories set phase = ${is.phase}, cursor = ${is.cursor}, pulls = ${is.pulls},
          total = ${is.total}, steps = ${is.steps}, not_before = ${is.notBefore}, problem = ${is.problem}
        where queue = ${queue} and phase = ${was.phase} and cursor is not distinct from ${was.cursor} returning queue`,
    );
    if (moved.length === 0) return false;
    if (flow.length > 0) await tx.execute(insertFlow({ repo, base, flow }));
    return true;
  });
}

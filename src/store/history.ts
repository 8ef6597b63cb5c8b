import { and, eq, lte, ne, or, isNull, sql } from "drizzle-orm";
import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { PastLanding } from "../core/constraint/flow/past.js";
import type { FlowRecord, QueueRow } from "../engine/ports.js";
import { prNumber, sha as shaOf, splitQueueKey, type Instant, type QueueKey } from "../core/model/ids.js";
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
          total = ${is.total}, steps = ${is.steps}, not_before = ${is.notBefore}, problem = ${is.problem},
          classes_read = ${is.classesRead}, classes_total = ${is.classesTotal}, tries = ${is.tries}
        where queue = ${queue} and phase = ${was.phase} and cursor is not distinct from ${was.cursor}
          and classes_read = ${was.classesRead} returning queue`,
    );
    if (moved.length === 0) return false;
    if (flow.length > 0) await tx.execute(insertFlow({ repo, base, flow }));
    return true;
  });
}

/** What a webhook or a decision told of landed changes is left to it: it was judged, or it is no past. */
export async function unclassified(
  db: Db,
  { queue, until }: Pick<HistoryRead, "queue" | "until">,
  most: number,
): Promise<readonly PastLanding[]> {
  const { repo, base } = splitQueueKey(queue);
  const found = await rows<Unclassified>(
    db,
    sql`with told as (
        select number, at, event, data from drumline.flow
        where repo = ${repo} and (base is null or base = ${base}) and event in ('opened', 'landed', 'judged')
      ), opened as (
        select number, min(at) as at from told where event = 'opened' group by number
      )
      select landed.number, least(opened.at, landed.at - 1)::text as "judgedAt", landed.data->>'sha' as sha,
        landed.data->'change'->>'title' as title, landed.data->'change'->>'author' as author,
        landed.data->'change'->>'isBot' as bot
      from told as landed left join opened using (number)
      where landed.event = 'landed' and landed.at < ${until}::bigint
        and landed.number not in (select number from told where event = 'judged' and number is not null)
      order by landed.at desc, landed.number desc limit ${most}`,
  );
  return found.map(({ number, judgedAt, sha, title, author, bot }) => ({
    number: prNumber(number),
    judgedAt: Number(judgedAt),
    sha: sha === null ? null : shaOf(sha),
    title: title ?? "",
    author: { login: author ?? "", kind: bot === "true" ? "bot" : "human" },
  }));
}

interface Unclassified extends Record<string, unknown> {
  readonly number: number;
  readonly judgedAt: string;
  readonly sha: string | null;
  readonly title: string | null;
  readonly author: string | null;
  readonly bot: string | null;
}

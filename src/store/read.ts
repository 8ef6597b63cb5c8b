import { and, asc, desc, eq, gte, inArray, isNull, lt, or, sql, type SQL } from "drizzle-orm";
import type { DecisionRecord, DecisionSummary, FlowRecord, LedgerEntry, ReadPort } from "../engine/ports.js";
import type { Decision } from "../core/line/decision.js";
import type { Facts } from "../core/facts/facts.js";
import type { PrNumber, QueueKey, RepoName } from "../core/model/ids.js";
import { sha } from "../core/model/ids.js";
import { splitQueueKey } from "../core/model/ids.js";
import type { QueueState } from "../core/queue/state.js";
import { readRecords } from "./blobs.js";
import { readHistory } from "./history.js";
import { rows, type Db } from "./postgres.js";
import { queues } from "./queues.js";
import * as t from "./schema.js";

/** No page is longer, whatever is asked for. */
const pageLimit = 1000;

/** What people read: pages over what was recorded. Nothing here writes. */
export function readPort(db: Db): ReadPort {
  return {
    queues: async () => await queues(db),
    queueState: async (queue) => await queueState(db, queue),
    decisions: async (queue, page) => await decisions(db, queue, page),
    decision: async (id) => await decision(db, eq(t.decisions.id, id)),
    lastDecisionAbout: async (repo, number) => await lastDecisionAbout(db, repo, number),
    ledger: async (filter) => await ledger(db, filter),
    flow: async (queue, since) => await flow(db, queue, since),
    history: async (queue) => await readHistory(db, queue),
    counts: async () => await counts(db),
  };
}

async function queueState(db: Db, queue: QueueKey): ReturnType<ReadPort["queueState"]> {
  const [row] = await db
    .select({ version: t.queues.version, state: t.queues.state })
    .from(t.queues)
    .where(eq(t.queues.queue, queue));
  return row ?? null;
}

async function decisions(
  db: Db,
  queue: QueueKey,
  page: { readonly limit: number; readonly before?: number },
): Promise<readonly DecisionSummary[]> {
  const found = await db
    .select()
    .from(t.decisions)
    .where(and(eq(t.decisions.queue, queue), page.before === undefined ? undefined : lt(t.decisions.id, page.before)))
    .orderBy(desc(t.decisions.id))
    .limit(Math.min(page.limit, pageLimit));
  const records = await readRecords(
    db,
    found.map((row) => row.decisionRef),
  );
  return found.map((row, i) => ({ ...summary(row), decision: records[i] as Decision }));
}

function summary(row: typeof t.decisions.$inferSelect): Omit<DecisionSummary, "decision"> {
  const { id, queue, version, at, factsDigest, policyDigest } = row;
  return { id, queue, version, at, factsDigest, policyDigest, baseSha: sha(row.baseSha) };
}

async function decision(db: Db, which: SQL | undefined): Promise<DecisionRecord | null> {
  const [row] = await db.select().from(t.decisions).where(which).orderBy(desc(t.decisions.id)).limit(1);
  if (row === undefined) return null;
  const [facts, previous, decided] = await readRecords(db, [row.factsRef, row.previousRef, row.decisionRef]);
  return { ...summary(row), facts: facts as Facts, previous: previous as QueueState, decision: decided as Decision };
}

async function lastDecisionAbout(db: Db, repo: RepoName, number: PrNumber): Promise<DecisionRecord | null> {
  const [row] = await db
    .select({ id: t.units.decisionId })
    .from(t.units)
    .innerJoin(t.queues, eq(t.queues.queue, t.units.queue))
    .where(and(eq(t.queues.repo, repo), eq(t.units.number, number)))
    .orderBy(desc(t.units.decisionId))
    .limit(1);
  return row === undefined ? null : await decision(db, eq(t.decisions.id, row.id));
}

/** Newest first. */
async function ledger(db: Db, filter: Parameters<ReadPort["ledger"]>[0]): Promise<readonly LedgerEntry[]> {
  const { queue, number, kinds, since, before } = filter;
  const found = await db
    .select()
    .from(t.ledger)
    .where(
      and(
        queue === undefined ? undefined : eq(t.ledger.queue, queue),
        number === undefined ? undefined : eq(t.ledger.number, number),
        kinds === undefined ? undefined : inArray(t.ledger.kind, [...kinds]),
        since === undefined ? undefined : gte(t.ledger.at, since),
        before === undefined ? undefined : lt(t.ledger.id, before),
      ),
    )
    .orderBy(desc(t.ledger.id))
    .limit(Math.min(filter.limit, pageLimit));
  return found.map((row) => ({ ...row, number: row.number as PrNumber | null }));
}

/** Oldest first. */
async function flow(db: Db, queue: QueueKey, since: number): Promise<readonly FlowRecord[]> {
  const { repo, base } = splitQueueKey(queue);
  const found = await db
    .select({ at: t.flow.at, number: t.flow.number, event: t.flow.event, data: t.flow.data })
    .from(t.flow)
    .where(and(eq(t.flow.repo, repo), or(isNull(t.flow.base), eq(t.flow.base, base)), gte(t.flow.at, since)))
    .orderBy(asc(t.flow.at), asc(t.flow.id));
  return found.map((row) => ({ ...row, number: row.number as PrNumber | null }));
}

/** Sizes for `/metrics`. Tables that only grow are counted by their newest id, which costs nothing. */
async function counts(db: Db): Promise<Readonly<Record<string, number>>> {
  const [row] = await rows<Record<string, string>>(
    db,
    sql`select
      (select count(*) from drumline.queues) as queues,
      (select count(*) from drumline.deliveries) as deliveries,
      (select count(*) from drumline.deliveries where read_at is null) as deliveries_unread,
      (select coalesce(max(id), 0) from drumline.decisions) as decisions,
      (select coalesce(max(id), 0) from drumline.ledger) as ledger,
      (select count(*) from drumline.effects where state = 'pending' and lane = 'line') as pending_line,
      (select count(*) from drumline.effects where state = 'pending' and lane = 'words') as pending_words,
      (select count(*) from drumline.outcomes where consumed_by is null) as outcomes_waiting,
      (select count(*) from graphile_worker.jobs where locked_at is null) as jobs_waiting,
      (select count(*) from graphile_worker.jobs where locked_at is not null) as jobs_running,
      (select count(*) from graphile_worker.jobs where last_error is not null) as jobs_failing`,
  );
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, count]) => [name, Number(count)]));
}

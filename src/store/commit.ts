import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { VersionConflict, type CommitRequest, type Lease, type LedgerEntry } from "../engine/ports.js";
import type { UnitDecision } from "../core/line/decision.js";
import type { QueueKey } from "../core/model/ids.js";
import { splitQueueKey } from "../core/model/ids.js";
import { storeRecords } from "./blobs.js";
import { insertFlow } from "./flow.js";
import { ensureJob } from "./job.js";
import { leased } from "./lease.js";
import { note } from "./ledger.js";
import { wish } from "./outbox.js";
import { digestOf } from "./pack.js";
import { list, rows, type Db } from "./postgres.js";
import * as t from "./schema.js";

/**
 * State, record, outbox, ledger and the job that posts the words, in one transaction on the lease's own connection.
 * A decision that is letter for letter the last one, from the same facts and state, is not recorded again: a quiet
 * queue that the sweep looks at leaves no trace but its version.
 * @throws VersionConflict when another commit came since `load`.
 */
export async function commit(lease: Lease, request: CommitRequest): Promise<void> {
  await leased(lease).transaction(async (db) => await commitIn(db, lease.queue, request));
}

async function commitIn(db: Db, queue: QueueKey, request: CommitRequest): Promise<void> {
  await advance(db, queue, request);
  const recorded = await record(db, queue, request);
  if (recorded !== null) {
    await consume(db, { queue, decisionId: recorded, request });
    await note(db, [decided(queue, recorded, request), ...(await noteUnits(db, queue, { recorded, request }))]);
  }
  const words = await wish(db, queue, request);
  const { repo, base } = splitQueueKey(queue);
  if (request.flow.length > 0) await db.execute(insertFlow({ repo, base, flow: request.flow }));
  if (words) await ensureJob(db, "publish", { queue });
}

async function advance(db: Db, queue: QueueKey, request: CommitRequest): Promise<void> {
  const moved = await db
    .update(t.queues)
    .set({
      version: request.version + 1,
      state: request.decision.next,
      ...(request.goodPolicy === null ? {} : { goodPolicy: request.goodPolicy }),
    })
    .where(and(eq(t.queues.queue, queue), eq(t.queues.version, request.version)))
    .returning({ version: t.queues.version });
  if (moved.length === 0) throw new VersionConflict(`${queue} has moved on from version ${request.version}`);
}

/** The new record's id, or null when it would repeat the last one. */
async function record(db: Db, queue: QueueKey, request: CommitRequest): Promise<number | null> {
  const { facts, previous, decision, now } = request;
  const [factsRef = "", previousRef = "", decisionRef = ""] = await storeRecords(db, [facts, previous, decision], now);
  const refs = { factsRef, previousRef, decisionRef };
  const [last] = await db
    .select({
      factsRef: t.decisions.factsRef,
      previousRef: t.decisions.previousRef,
      decisionRef: t.decisions.decisionRef,
    })
    .from(t.decisions)
    .where(eq(t.decisions.queue, queue))
    .orderBy(desc(t.decisions.id))
    .limit(1);
  const same = last?.factsRef === factsRef && last.previousRef === previousRef && last.decisionRef === decisionRef;
  // Outcomes are always news: a decision has to be there that saw them.
  if (same && facts.outcomes.length === 0) return null;
  const [row] = await db
    .insert(t.decisions)
    .values({
      queue,
      version: request.version + 1,
      at: now,
      factsDigest: digestOf(facts),
      policyDigest: decision.policyDigest,
      baseSha: facts.repo.baseSha,
      ...refs,
    })
    .returning({ id: t.decisions.id });
  return row?.id ?? null;
}

async function consume(
  db: Db,
  of: { readonly queue: QueueKey; readonly decisionId: number; readonly request: CommitRequest },
): Promise<void> {
  const seen = of.request.facts.outcomes.map((outcome) => outcome.effect);
  if (seen.length === 0) return;
  await db
    .update(t.outcomes)
    .set({ consumedBy: of.decisionId })
    .where(and(eq(t.outcomes.queue, of.queue), isNull(t.outcomes.consumedBy), inArray(t.outcomes.effectId, seen)));
}

function decided(queue: QueueKey, decision: number, request: CommitRequest): Omit<LedgerEntry, "id"> {
  const { policyDigest, effects } = request.decision;
  const body = { decision, version: request.version + 1, policyDigest, effects: effects.map((e) => e.id) };
  return { at: request.now, queue, number: null, kind: "decision", body };
}

/** Remembers the newest decision about each unit; answers a ledger row for each whose verdict or reasons changed. */
async function noteUnits(
  db: Db,
  queue: QueueKey,
  of: { readonly recorded: number; readonly request: CommitRequest },
): Promise<readonly Omit<LedgerEntry, "id">[]> {
  const units = of.request.decision.units.map((unit) => ({ unit, digest: judgmentDigest(unit) }));
  if (units.length === 0) return [];
  const numbers = list(
    units.map(({ unit }) => unit.number),
    "integer",
  );
  const digests = list(
    units.map(({ digest }) => digest),
    "text",
  );
  const changed = await rows<{ number: number }>(
    db,
    sql`with before as (
      select number, digest from drumline.units where queue = ${queue} and number = any(${numbers})
    ), stored as (
      insert into drumline.units (queue, number, decision_id, digest)
      select ${queue}, number, ${of.recorded}::bigint, digest from unnest(${numbers}, ${digests}) as u (number, digest)
      on conflict (queue, number) do update set decision_id = excluded.decision_id, digest = excluded.digest
      returning number, digest
    )
    select stored.number from stored left join before using (number)
    where before.digest is distinct from stored.digest`,
  );
  const isNew = new Set(changed.map((row) => row.number));
  return units
    .filter(({ unit }) => isNew.has(unit.number))
    .map(({ unit }) => ({
      at: of.request.now,
      queue,
      number: unit.number,
      kind: "verdict",
      body: judgment(unit, of.recorded),
    }));
}

function judgment(unit: UnitDecision, decision: number): object {
  const { headSha, verdict, classification, risk, reasons, next } = unit;
  return {
    decision,
    headSha,
    path: verdict.path,
    permits: verdict.permits,
    reversibility: classification.reversibility,
    risk: { score: risk.score, level: risk.level },
    reasons,
    next,
  };
}

/** Of what was judged; a forecast that moves with the clock is no new judgment. */
function judgmentDigest(unit: UnitDecision): string {
  return digestOf(judgment(unit, 0));
}

import { and, asc, eq, lte, sql } from "drizzle-orm";
import type { CommitRequest, Lease, OutboxRow } from "../engine/ports.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { effectTarget, isLineEffect, type Effect, type LineEffect, type WordsEffect } from "../core/model/effect.js";
import { leased } from "./lease.js";
import { note } from "./ledger.js";
import { jsonTexts, list, rows, type Db } from "./postgres.js";
import * as t from "./schema.js";

/**
 * The outbox: effects wished for by decisions and not yet over.
 *
 *   pending ──► done | failed | refused
 *      └──► superseded (words only: a newer wish for the same target)
 */

/** At most this many effects of a kind are handed out at once. */
const dueLimit = 500;

type Wished = Pick<CommitRequest, "version" | "now"> & {
  readonly decision: Pick<CommitRequest["decision"], "effects">;
};

/**
 * Puts a decision's effects into the outbox. A known id changes nothing, but for words that were overtaken: what was
 * said since must be said over. Answers whether there is something new to say.
 */
export async function wish(db: Db, queue: QueueKey, request: Wished): Promise<boolean> {
  const { effects } = request.decision;
  if (effects.length === 0) return false;
  const added = await rows<{ id: string }>(db, insertEffects(queue, request));
  const fresh = new Set(added.map((row) => row.id));
  const news = effects.filter((effect) => fresh.has(effect.id));
  await note(
    db,
    news.map((effect) => ({ at: request.now, queue, number: numberOf(effect), kind: "effect", body: effect })),
  );
  const words = news.filter((effect) => !isLineEffect(effect));
  if (words.length > 0) await supersede(db, queue, words);
  return words.length > 0;
}

function insertEffects(queue: QueueKey, request: Wished) {
  const effects = [...new Map(request.decision.effects.map((e) => [e.id, e])).values()];
  const column = (pick: (effect: Effect) => string) => list(effects.map(pick), "text");
  return sql`insert into drumline.effects as e (queue, id, lane, target, body, version, place, decided_at)
    select ${queue}, w.id, w.lane, w.target, w.body::json, ${request.version + 1}::bigint, w.place, ${request.now}::bigint
    from unnest(
      ${column((e) => e.id)}, ${column((e) => (isLineEffect(e) ? "line" : "words"))}, ${column(effectTarget)},
      ${jsonTexts(effects)}) with ordinality as w (id, lane, target, body, place)
    order by w.place
    on conflict (queue, id) do update set
      body = excluded.body, version = excluded.version, place = excluded.place, decided_at = excluded.decided_at,
      state = 'pending', attempts = case when e.state = 'superseded' then e.attempts else 0 end, not_before = 0, postponed_why = null, settled_at = null
    where e.lane = 'words' and e.state <> 'pending' and (e.state = 'superseded' or exists (
      select 1 from drumline.effects as later
      where later.queue = e.queue and later.target = e.target
        and (later.version, later.decided_at, later.place) > (e.version, e.decided_at, e.place)))
    returning e.id`;
}

/**
 * An older wish for the same target that still waits is overtaken. Words that come with the clock are wished for while
 * a queue stands still, so of one version the later wish is the newer.
 */
async function supersede(db: Db, queue: QueueKey, words: readonly Effect[]): Promise<void> {
  const ids = list(
    words.map((e) => e.id),
    "text",
  );
  await db.execute(sql`
    update drumline.effects as old set state = 'superseded', settled_at = young.decided_at
    from drumline.effects as young
    where young.queue = ${queue} and young.id = any(${ids}) and old.queue = ${queue} and old.target = young.target
      and old.lane = 'words' and old.state = 'pending'
      and (old.version, old.decided_at, old.place) < (young.version, young.decided_at, young.place)`);
}

export function numberOf(effect: Effect) {
  return "number" in effect ? effect.number : null;
}

export async function dueLine(lease: Lease, now: Instant): Promise<readonly OutboxRow<LineEffect>[]> {
  const found = await due(leased(lease), { queue: lease.queue, lane: "line", now });
  return found.filter((row): row is OutboxRow<LineEffect> => isLineEffect(row.effect));
}

export async function dueWords(db: Db, queue: QueueKey, now: Instant): Promise<readonly OutboxRow<WordsEffect>[]> {
  const found = await due(db, { queue, lane: "words", now });
  return found.filter((row): row is OutboxRow<WordsEffect> => !isLineEffect(row.effect));
}

/**
 * A wish for the same target was being performed when the process died, and was overtaken before it was known what
 * became of it: its check run or comment may be there, though nothing says so.
 */
const attemptedBefore = sql<boolean>`exists (select 1 from drumline.effects as old
  where old.queue = ${t.effects.queue} and old.target = ${t.effects.target}
    and old.lane = 'words' and old.state = 'superseded' and old.attempts > 0)`;

async function due(
  db: Db,
  of: { readonly queue: QueueKey; readonly lane: "line" | "words"; readonly now: Instant },
): Promise<readonly OutboxRow[]> {
  const found = await db
    .select({
      body: t.effects.body,
      attempts: t.effects.attempts,
      overtaken: attemptedBefore,
      installationId: t.queues.installationId,
      githubId: t.posted.githubId,
      headSha: t.posted.headSha,
    })
    .from(t.effects)
    .innerJoin(t.queues, eq(t.queues.queue, t.effects.queue))
    .leftJoin(t.posted, and(eq(t.posted.repo, t.queues.repo), eq(t.posted.target, t.effects.target)))
    .where(
      and(
        eq(t.effects.queue, of.queue),
        eq(t.effects.lane, of.lane),
        eq(t.effects.state, "pending"),
        lte(t.effects.notBefore, of.now),
      ),
    )
    .orderBy(asc(t.effects.version), asc(t.effects.decidedAt), asc(t.effects.place))
    .limit(dueLimit);
  return found.map((row) => ({
    queue: of.queue,
    installationId: row.installationId,
    effect: row.body,
    attempts: Math.max(row.attempts, row.overtaken ? 1 : 0),
    posted:
      row.githubId === null
        ? null
        : { githubId: row.githubId, headSha: row.headSha as NonNullable<OutboxRow["posted"]>["headSha"] },
  }));
}

/** Counts an attempt before it is made. */
export async function attempting(db: Db, queue: QueueKey, effectId: string): Promise<void> {
  await db
    .update(t.effects)
    .set({ attempts: sql`${t.effects.attempts} + 1` })
    .where(and(eq(t.effects.queue, queue), eq(t.effects.id, effectId), eq(t.effects.state, "pending")));
}

import { and, eq, inArray } from "drizzle-orm";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { splitQueueKey } from "../core/model/ids.js";
import { effectTarget, isLineEffect, type Effect, type Outcome } from "../core/model/effect.js";
import { invariant } from "../core/model/invariant.js";
import { ensureJob } from "./job.js";
import { note } from "./ledger.js";
import { numberOf } from "./outbox.js";
import type { Db } from "./postgres.js";
import * as t from "./schema.js";

/**
 * An effect is over: its outcome, what now stands on GitHub, the ledger and (for the line) the next run's signal, in
 * one transaction. Saying so twice, after a crash between the two, changes nothing.
 */
export async function settle(
  pool: Db,
  queue: QueueKey,
  settled: { readonly outcome: Outcome; readonly now: Instant },
): Promise<void> {
  const { outcome, now } = settled;
  await pool.transaction(async (db) => {
    const [row] = await db
      .update(t.effects)
      .set({ state: stateAfter(outcome), settledAt: now })
      .where(
        and(
          eq(t.effects.queue, queue),
          eq(t.effects.id, outcome.effect),
          // Words may be overtaken while they are being posted; they were posted all the same.
          inArray(t.effects.state, ["pending", "superseded"]),
        ),
      )
      .returning({ effect: t.effects.body });
    if (row === undefined) {
      await assertKnown(db, queue, outcome.effect);
      return;
    }
    await db.insert(t.outcomes).values({ queue, effectId: outcome.effect, body: outcome, at: now });
    await remember(db, queue, { effect: row.effect, outcome });
    await note(db, [{ at: now, queue, number: numberOf(row.effect), kind: "outcome", body: outcome }]);
    if (isLineEffect(row.effect)) await ensureJob(db, "run-queue", { queue });
  });
}

function stateAfter(outcome: Outcome): "done" | "refused" | "failed" {
  switch (outcome.kind) {
    case "refused":
      return "refused";
    case "failed":
      return "failed";
    case "built":
    case "composed":
    case "build-conflict":
    case "landed":
    case "wrong-tree":
    case "retargeted":
    case "posted":
      return "done";
  }
}

async function assertKnown(db: Db, queue: QueueKey, id: string): Promise<void> {
  const found = await db
    .select({ id: t.effects.id })
    .from(t.effects)
    .where(and(eq(t.effects.queue, queue), eq(t.effects.id, id)));
  invariant(found.length > 0, `${queue} never decided the effect ${id}`);
}

/** The check run or comment that a later wish for the same target edits in place. */
async function remember(
  db: Db,
  queue: QueueKey,
  of: { readonly effect: Effect; readonly outcome: Outcome },
): Promise<void> {
  if (of.outcome.kind !== "posted" || of.outcome.githubId === null) return;
  const { repo } = splitQueueKey(queue);
  const githubId = of.outcome.githubId;
  const headSha = of.effect.kind === "check" ? of.effect.headSha : null;
  await db
    .insert(t.posted)
    .values({ repo, target: effectTarget(of.effect), githubId, headSha })
    .onConflictDoUpdate({ target: [t.posted.repo, t.posted.target], set: { githubId, headSha } });
}

/** Not now: due again at `until`, with a job then. */
export async function postpone(
  pool: Db,
  queue: QueueKey,
  postponed: { readonly effectId: string; readonly until: Instant; readonly why: string; readonly now: Instant },
): Promise<void> {
  const { effectId, until, why, now } = postponed;
  await pool.transaction(async (db) => {
    const [row] = await db
      .update(t.effects)
      .set({ notBefore: until, postponedWhy: why })
      .where(and(eq(t.effects.queue, queue), eq(t.effects.id, effectId), eq(t.effects.state, "pending")))
      .returning({ lane: t.effects.lane, effect: t.effects.body });
    if (row === undefined) return;
    const body = { effect: effectId, until, why };
    await note(db, [{ at: now, queue, number: numberOf(row.effect), kind: "postponed", body }]);
    await ensureJob(db, row.lane === "line" ? "run-queue" : "publish", { queue, at: until });
  });
}

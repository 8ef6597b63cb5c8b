import { sql } from "drizzle-orm";
import type { Instant } from "../core/model/ids.js";
import { usedEveryMs } from "./blobs.js";
import { rows, type Db } from "./postgres.js";

/** How long what may be forgotten is kept, in days. State and the ledger are kept for good. */
export interface KeepDays {
  /** Payloads, for replay; GitHub redelivers up to three days back, so their ids are known that long at least. */
  readonly deliveryDays: number;
  /** Full records: facts, previous state, decision. Older ones live on in the ledger, but replay no more. */
  readonly decisionDays: number;
  /** Effects that are over, and outcomes that a decision has seen. */
  readonly effectDays: number;
  /** GitHub's answers that nobody asked for again. */
  readonly resourceDays: number;
  readonly witnessDays: number;
  readonly flowDays: number;
}

export const keepDays: KeepDays = {
  deliveryDays: 14,
  decisionDays: 90,
  effectDays: 90,
  resourceDays: 30,
  witnessDays: 400,
  flowDays: 400,
};

const dayMs = 86_400_000;

/** Forgets what is older than its limit; answers how many rows of each went. */
export async function prune(
  db: Db,
  now: Instant,
  keep: KeepDays = keepDays,
): Promise<Readonly<Record<string, number>>> {
  const before = (days: number) => sql`${now - days * dayMs}::bigint`;
  const statements = {
    deliveries: sql`delete from drumline.deliveries where received_at < ${before(keep.deliveryDays)}`,
    // The newest record of a queue and of each unit stays, so that a quiet one can still be explained.
    decisions: sql`delete from drumline.decisions as d where at < ${before(keep.decisionDays)}
      and not exists (select 1 from drumline.units as u where u.queue = d.queue and u.decision_id = d.id)
      and exists (select 1 from drumline.decisions as n where n.queue = d.queue and n.id > d.id)`,
    effects: sql`delete from drumline.effects where state <> 'pending' and settled_at < ${before(keep.effectDays)}`,
    outcomes: sql`delete from drumline.outcomes where consumed_by is not null and at < ${before(keep.effectDays)}`,
    resources: sql`delete from drumline.resources
      where greatest(fetched_at, stale_at) < ${before(keep.resourceDays)}`,
    witnesses: sql`delete from drumline.witnesses where seen_at < ${before(keep.witnessDays)}`,
    flow: sql`delete from drumline.flow where at < ${before(keep.flowDays)}`,
  };
  const gone: Record<string, number> = {};
  for (const [name, statement] of Object.entries(statements)) gone[name] = (await db.execute(statement)).rowCount ?? 0;
  gone["blobs"] = await pruneBlobs(db, now - keep.decisionDays * dayMs - 2 * usedEveryMs);
  return gone;
}

/**
 * Parts last used before `before` that no kept record holds. A record's parts are marked used when it is stored, so
 * only records that outlive their limit (the newest of a queue or unit) need to be walked.
 */
async function pruneBlobs(db: Db, before: Instant): Promise<number> {
  const gone = await rows<{ digest: string }>(
    db,
    sql`with recursive held (digest) as (
      select unnest(array[facts_ref, previous_ref, decision_ref]) from drumline.decisions where at < ${before}::bigint
      union
      select ref[1] from held join drumline.blobs using (digest),
        regexp_matches(body::text, ${refPattern}, 'g') as ref
    )
    delete from drumline.blobs where used_at < ${before}::bigint and digest not in (select digest from held)
    returning digest`,
  );
  return gone.length;
}

/** A reference in packed text; text that only looks like one keeps a part for longer, which does no harm. */
const refPattern = String.raw`\{"\$":"([0-9a-f]{64})"\}`;

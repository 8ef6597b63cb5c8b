import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Lease, Loaded, Witness } from "../engine/ports.js";
import type { RepoName } from "../core/model/ids.js";
import type { QueueState } from "../core/queue/state.js";
import { invariant } from "../core/model/invariant.js";
import { leased } from "./lease.js";
import { list, rows, type Db } from "./postgres.js";
import * as t from "./schema.js";

/**
 * Witnesses are loaded for the pull requests that the queue holds, and for those of the repository that a webhook
 * spoke about within this time of its latest: a pull request is in the queue's state by then.
 */
const witnessDays = 30;

/** What the store knows about a queue, in one moment. */
export async function load(lease: Lease): Promise<Loaded> {
  return await leased(lease).transaction(async (db) => await loadFrom(db, lease), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
}

async function loadFrom(db: Db, { queue }: Lease): Promise<Loaded> {
  const [row] = await db.select().from(t.queues).where(eq(t.queues.queue, queue));
  invariant(row, `the queue ${queue} is not known`);
  const outcomes = await db
    .select({ body: t.outcomes.body })
    .from(t.outcomes)
    .where(and(eq(t.outcomes.queue, queue), isNull(t.outcomes.consumedBy)))
    .orderBy(asc(t.outcomes.id));
  const pending = await db
    .select({ body: t.effects.body })
    .from(t.effects)
    .where(and(eq(t.effects.queue, queue), eq(t.effects.lane, "line"), eq(t.effects.state, "pending")))
    .orderBy(asc(t.effects.version), asc(t.effects.place));
  return {
    row: { queue, repo: row.repo, base: row.base, installationId: row.installationId },
    version: row.version,
    state: row.state,
    outcomes: outcomes.map((o) => o.body),
    witnesses: await witnessesFor(db, row.repo, row.state),
    pending: pending.map((e) => e.body),
    lastGoodPolicy: row.goodPolicy,
  };
}

async function witnessesFor(db: Db, repo: RepoName, state: QueueState): Promise<readonly Witness[]> {
  const known = Object.keys(state.units).map(Number);
  const latest = sql`(select max(seen_at) from drumline.witnesses where repo = ${repo})`;
  const found = await rows<{ body: Witness }>(
    db,
    sql`select body from drumline.witnesses where repo = ${repo} and number in (
      select unnest(${list(known, "integer")})
      union
      select number from drumline.witnesses
      where repo = ${repo} and seen_at > ${latest} - ${witnessDays * 86_400_000}::bigint
    ) order by id`,
  );
  return found.map((row) => row.body);
}

import { sql, type SQL } from "drizzle-orm";
import type pg from "pg";
import type { Delivery } from "../engine/ports.js";
import { emptyQueueState } from "../core/queue/state.js";
import { addJob, ensureJob } from "./job.js";
import { insertFlow } from "./flow.js";
import { json, jsonTexts, list, preparedRows, type Db } from "./postgres.js";
import { markStaleFrom } from "./resources.js";
import type { Waker } from "./wake.js";

/**
 * Stores a webhook and everything that follows from it: marks, witnesses, flow, ledger, and a run of each queue
 * concerned. One statement, so one round trip and one commit before GitHub is answered; all of it or nothing. A
 * delivery whose id is known changes nothing.
 */
export async function receive(
  on: { readonly pool: pg.Pool; readonly db: Db; readonly waker: Waker },
  delivery: Delivery,
): Promise<"new" | "duplicate"> {
  const [row] = await received(on.pool, statement(delivery));
  if (row === undefined) return "duplicate";
  for (const queue of row.missed ?? []) await ensureJob(on.db, "run-queue", { queue });
  if (row.waiting > 0) on.waker.wake();
  return row.fresh === 1 ? "new" : "duplicate";
}

/** A delivery that PostgreSQL chose to end a deadlock is stored as a whole at the next attempt. */
const deadlocksMax = 5;
const deadlockDetected = "40P01";

async function received(pool: pg.Pool, asked: SQL): Promise<readonly Received[]> {
  for (let deadlocks = 0; ; deadlocks++) {
    try {
      return await preparedRows<Received>(pool, "receive", asked);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code !== deadlockDetected || deadlocks >= deadlocksMax) throw error;
    }
  }
}

interface Received extends Record<string, unknown> {
  readonly fresh: number;
  /** How many of the queues had a job waiting. */
  readonly waiting: number;
  /** Queues whose job slipped away, see `ensureJob`. */
  readonly missed: readonly string[] | null;
}

/**
 * A job that already waits is held back until this commits (workers pass over a row that is locked), so its run will
 * see what is stored here; adding it again would only make deliveries wait for one another. One that a worker is taking
 * right now is passed over: two deliveries that both waited for it would share a lock on it, and then each wait for the
 * other to replace it.
 */

function statement(d: Delivery): SQL {
  return sql`with fresh as (
    insert into drumline.deliveries (id, event, action, repo, installation_id, received_at, payload)
    values (${d.id}, ${d.event}, ${d.action}, ${d.repo}, ${d.installationId}, ${d.receivedAt}, ${json(d.payload)})
    on conflict do nothing returning id
  ), made as (${makeQueues(d)}
  ), concerned as (
    select queue from made
    union
    select queues.queue from drumline.queues, fresh where queues.repo = ${d.repo} and ${atBases(d)}
  ), waiting as (
    select concerned.queue from graphile_worker._private_jobs as job, concerned
    where job.key = 'run-queue:' || concerned.queue and job.is_available and job.run_at <= now()
    for share of job skip locked
  ), jobs as (
    select queue, ${addJob("run-queue", sql`queue`)} as job from (
      select queue from concerned where queue not in (select queue from waiting) order by queue) as asked
  ), marked as (${markStaleFrom(sql`fresh`, { repo: d.repo, keys: d.stale, at: sql`${d.receivedAt}::bigint` })}
  ), seen as (${witness(d)}
  ), flowed as (${flowOf(d)}
  ), noted as (${note(d)}
  )
  select (select count(*) from fresh)::int as fresh, (select count(*) from waiting)::int as waiting,
    (select json_agg(queue) from jobs where job is null) as missed`;
}

/** Only a pull request makes a base a queue: a push to any branch would make one of each. */
function makeQueues(d: Delivery): SQL {
  const bases = d.event === "pull_request" && d.bases !== "all" && d.repo !== null ? d.bases : [];
  return sql`insert into drumline.queues (queue, repo, base, installation_id, state)
    select ${d.repo} || '@' || base, ${d.repo}, base, ${d.installationId}::bigint, ${json(emptyQueueState)}
    from fresh, unnest(${list(bases, "text")}) as base
    where ${d.installationId}::bigint is not null
    order by base on conflict do nothing returning queue`;
}

function atBases(d: Delivery): SQL {
  const all = d.bases === "all";
  return sql`(${all}::boolean or queues.base = any(${list(all ? [] : d.bases, "text")}))`;
}

/** The first witness of a key stays; a later one only shows that the pull request is alive. */
function witness(d: Delivery): SQL {
  const all = [...new Map(d.witnessed.map((w) => [w.key, w] as const).reverse()).values()];
  const keys = list(
    all.map((w) => w.key),
    "text",
  );
  const numbers = list(
    all.map((w) => w.number),
    "integer",
  );
  const ats = list(
    all.map((w) => w.at),
    "bigint",
  );
  return sql`insert into drumline.witnesses (repo, key, number, body, at, seen_at)
    select ${d.repo}, w.key, w.number, w.body::json, w.at, ${d.receivedAt}::bigint
    from fresh, unnest(${keys}, ${numbers}, ${jsonTexts(all)}, ${ats}) as w (key, number, body, at)
    where ${d.repo}::text is not null order by w.key
    on conflict (repo, key) do update set seen_at = excluded.seen_at`;
}

function flowOf(d: Delivery): SQL {
  const base = d.bases !== "all" && d.bases.length === 1 ? (d.bases[0] ?? null) : null;
  return insertFlow(sql`fresh`, { repo: d.repo, base, flow: d.flow });
}

/** A row for each queue concerned; for none, one under the repository (`owner/name@`) so that nothing is unrecorded. */
function note(d: Delivery): SQL {
  const number = d.witnessed[0]?.number ?? d.flow[0]?.number ?? null;
  const body = { delivery: d.id, event: d.event, action: d.action };
  return sql`insert into drumline.ledger (at, queue, number, kind, body)
    select ${d.receivedAt}::bigint, coalesce(concerned.queue, ${d.repo === null ? "" : `${d.repo}@`}),
      ${number}::int, 'delivery', ${json(body)}
    from fresh left join concerned on true`;
}

import { sql, type SQL } from "drizzle-orm";
import type pg from "pg";
import type { Delivery } from "../engine/ports.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { emptyQueueState } from "../core/queue/state.js";
import { addJob } from "./job.js";
import { json, jsonTexts, list, preparedRows } from "./postgres.js";
import { staleLater } from "./resources.js";

export interface Signalled extends Record<string, unknown> {
  /** How many of the queues concerned had a job waiting. */
  readonly waiting: number;
  /** Queues whose job slipped away, see `ensureJob`. */
  readonly missed: readonly QueueKey[] | null;
}

/**
 * Stores what deliveries signal, and marks them read: queues, marks, witnesses, flow, ledger, and one job a queue
 * concerned, however many of them concern it. One statement, so all of it or nothing. A delivery that was read already
 * adds nothing. Rows are written in the order of their keys.
 */
export async function storeSignals(
  client: pg.PoolClient,
  deliveries: readonly Delivery[],
  now: Instant,
): Promise<Signalled> {
  const [row] = await preparedRows<Signalled>(client, "signals", statement(deliveries, now));
  return row ?? { waiting: 0, missed: null };
}

/**
 * A job that already waits is held back until this commits (workers pass over a row that is locked), so its run will
 * see what is stored here; adding it again would only make the two wait for one another. One that a worker is taking
 * right now is passed over.
 */
function statement(deliveries: readonly Delivery[], now: Instant): SQL {
  return sql`with given as (${givenRows(deliveries)}
  ), fresh as (
    update drumline.deliveries as d
    set action = given.action, repo = given.repo, installation_id = given.installation_id, read_at = ${now}::bigint
    from given where d.id = given.id and d.read_at is null
    returning given.*
  ), bases as (${baseRows(deliveries)}
  ), made as (${makeQueues}
  ), known as (
    select queue, repo, base from made
    union
    select queue, repo, base from drumline.queues where repo in (select repo from fresh)
  ), concerned as (
    select fresh.id, known.queue from fresh join known using (repo)
    where fresh.every or exists (select from bases where bases.id = fresh.id and bases.base = known.base)
  ), asked as (
    select distinct queue from concerned
  ), waiting as (
    select asked.queue from graphile_worker._private_jobs as job, asked
    where job.key = 'run-queue:' || asked.queue and job.is_available and job.run_at <= now()
    for share of job skip locked
  ), jobs as (
    select queue, ${addJob("run-queue", sql`queue`)} as job from (
      select queue from asked where queue not in (select queue from waiting) order by queue) as missing
  ), marked as (${markStale(deliveries)}
  ), seen as (${witness(deliveries)}
  ), flowed as (${appendFlow(deliveries)}
  ), noted as (${note}
  )
  select (select count(*) from waiting)::int as waiting,
    (select json_agg(queue) from jobs where job is null) as missed`;
}

function givenRows(deliveries: readonly Delivery[]): SQL {
  const body = (d: Delivery) => ({ delivery: d.id, event: d.event, action: d.action });
  return sql`select * from unnest(
      ${texts(deliveries, (d) => d.id)}, ${texts(deliveries, (d) => d.action)}, ${texts(deliveries, (d) => d.repo)},
      ${wholes(deliveries, (d) => d.installationId)}, ${wholes(deliveries, (d) => d.receivedAt)},
      ${numbers(deliveries, (d) => d.witnessed[0]?.number ?? d.flow[0]?.number ?? null)},
      ${numbers(deliveries, (d) => (d.bases === "all" ? 1 : 0))}::boolean[], ${jsonTexts(deliveries.map(body))})
    with ordinality as g (id, action, repo, installation_id, at, number, every, body, place)`;
}

/** Only a pull request makes a base a queue: a push to any branch would make one of each. */
function baseRows(deliveries: readonly Delivery[]): SQL {
  const all = deliveries.flatMap((d) =>
    (d.bases === "all" ? [] : d.bases).map((base) => ({
      id: d.id,
      base,
      makes: d.event === "pull_request" && d.installationId !== null ? 1 : 0,
    })),
  );
  return sql`select * from unnest(
      ${texts(all, (b) => b.id)}, ${texts(all, (b) => b.base)}, ${numbers(all, (b) => b.makes)}::boolean[])
    as b (id, base, makes)`;
}

const makeQueues: SQL = sql`
    insert into drumline.queues (queue, repo, base, installation_id, state)
    select distinct on (1) repo || '@' || base, repo, base, installation_id, ${json(emptyQueueState)}
    from fresh join bases using (id) where makes and repo is not null
    order by 1, place
    on conflict do nothing returning queue, repo, base`;

function markStale(deliveries: readonly Delivery[]): SQL {
  const all = deliveries.flatMap((d) => d.stale.map((key) => ({ id: d.id, key })));
  return sql`
    insert into drumline.resources as r (repo, key, stale_at)
    select fresh.repo, s.key, max(fresh.at)
    from unnest(${texts(all, (s) => s.id)}, ${texts(all, (s) => s.key)}) as s (id, key) join fresh using (id)
    where fresh.repo is not null group by 1, 2 order by 1, 2
    ${staleLater}`;
}

/** The first witness of a key stays; a later one only shows that the pull request is alive. */
function witness(deliveries: readonly Delivery[]): SQL {
  const all = deliveries.flatMap((d) => d.witnessed.map((w) => ({ id: d.id, w })));
  return sql`
    insert into drumline.witnesses as known (repo, key, number, body, at, seen_at)
    select distinct on (fresh.repo, w.key) fresh.repo, w.key, w.number, w.body::json, w.at,
      max(fresh.at) over (partition by fresh.repo, w.key)
    from unnest(
        ${texts(all, (x) => x.id)}, ${texts(all, (x) => x.w.key)}, ${numbers(all, (x) => x.w.number)},
        ${jsonTexts(all.map((x) => x.w))}, ${wholes(all, (x) => x.w.at)})
      with ordinality as w (id, key, number, body, at, place) join fresh using (id)
    where fresh.repo is not null order by fresh.repo, w.key, w.place
    on conflict (repo, key) do update set seen_at = greatest(known.seen_at, excluded.seen_at)`;
}

function appendFlow(deliveries: readonly Delivery[]): SQL {
  const all = deliveries.flatMap((d) => {
    const base = d.bases !== "all" && d.bases.length === 1 ? (d.bases[0] ?? null) : null;
    return d.flow.map((f) => ({ id: d.id, base, f }));
  });
  return sql`
    insert into drumline.flow (repo, base, number, at, event, data)
    select fresh.repo, f.base, f.number, f.at, f.event, f.data::json
    from unnest(
        ${texts(all, (x) => x.id)}, ${texts(all, (x) => x.base)}, ${numbers(all, (x) => x.f.number)},
        ${wholes(all, (x) => x.f.at)}, ${texts(all, (x) => x.f.event)}, ${jsonTexts(all.map((x) => x.f.data))})
      with ordinality as f (id, base, number, at, event, data, place) join fresh using (id)
    where fresh.repo is not null order by f.place`;
}

/** A row for each queue concerned; for none, one under the repository (`owner/name@`) so that nothing is unrecorded. */
const note: SQL = sql`
    insert into drumline.ledger (at, queue, number, kind, body)
    select fresh.at, coalesce(concerned.queue, fresh.repo || '@', ''), fresh.number::int, 'delivery', fresh.body::json
    from fresh left join concerned using (id) order by fresh.place, concerned.queue`;

function texts<T>(of: readonly T[], pick: (one: T) => string | null): SQL {
  return list(of.map(pick), "text");
}

function wholes<T>(of: readonly T[], pick: (one: T) => number | null): SQL {
  return list(of.map(pick), "bigint");
}

function numbers<T>(of: readonly T[], pick: (one: T) => number | null): SQL {
  return list(of.map(pick), "integer");
}

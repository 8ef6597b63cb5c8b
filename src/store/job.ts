import { sql, type SQL } from "drizzle-orm";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { rows, type Db } from "./postgres.js";

/** Jobs as rows of graphile-worker's table, added in the transaction of what they follow from. */

export type QueueTask = "run-queue" | "publish" | "history";

/** graphile-worker takes queue names up to 128 characters and keys up to 512; a branch name may be longer. */
const nameCharacters = 100;
/** graphile-worker takes the lowest first: the past waits for live work. */
const priorities: Readonly<Record<QueueTask, number>> = { "run-queue": 0, publish: 0, history: 10 };
/** How often a job that slipped past `add_job` is added again; each failure needs a worker to take the key meanwhile. */
const addAttempts = 5;

/**
 * The SQL that adds a queue's job. One waiting job a queue and task; a job already under way does not count, so a
 * signal during a run makes exactly one more. A job for later has a key of its own (one a second), so that it never
 * puts off one for now.
 */
export function addJob(task: QueueTask, queue: SQL, at: SQL | null = null): SQL {
  const later = at === null ? sql`''` : sql`'@' || ceil(${at}::numeric / 1000)`;
  const runAt = at === null ? sql`now()` : sql`to_timestamp(ceil(${at}::numeric / 1000))`;
  const name = sql`case when length(${queue}) <= ${nameCharacters} then ${queue} else md5(${queue}) end`;
  return sql`(graphile_worker.add_job(
    identifier := ${task}::text, payload := json_build_object('queue', ${queue}),
    queue_name := ${task} || ':' || ${name}, run_at := ${runAt}, priority := ${priorities[task]}::integer,
    job_key := ${task} || ':' || ${queue} || ${later}, job_key_mode := 'replace')).id`;
}

/**
 * Adds the job and makes sure of it: when a worker takes the waiting job at the very moment it is replaced, `add_job`
 * adds nothing, and a run that began before this transaction would miss what it stored.
 */
export async function ensureJob(db: Db, task: QueueTask, of: { queue: QueueKey; at?: Instant }): Promise<void> {
  const at = of.at === undefined ? null : sql`${of.at}::bigint`;
  for (let attempt = 0; attempt < addAttempts; attempt += 1) {
    const [row] = await rows<{ id: string | null }>(db, sql`select ${addJob(task, sql`${of.queue}::text`, at)} as id`);
    if (row?.id != null) return;
  }
  throw new Error(`no ${task} job could be added for ${of.queue}`);
}

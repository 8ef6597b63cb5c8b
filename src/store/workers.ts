import pg from "pg";
import { lockKey, type Log } from "./postgres.js";

/** Looked for dead processes this often. */
const watchEveryMs = 5_000;
/** A process says which pool it is within this time of starting; a pool unknown for longer is of a dead one. */
const unknownForMs = 5_000;

export interface WorkerWatch {
  register(pool: string): void;
  stop(): Promise<void>;
}

/**
 * graphile-worker gives back a dead process's jobs after four hours. Here each process holds an advisory lock named
 * after its pool of workers, on a connection of its own: when another can take that lock, the process is dead, and
 * its jobs and queues are free again. Looked for before the first job and every few seconds.
 */
export async function watchWorkers(pool: pg.Pool, log: Log): Promise<WorkerWatch> {
  const mine = new Set<string>();
  let alive = await aliveConnection(pool, log);
  const look = async (): Promise<void> => {
    if (alive.broken) {
      await alive.end();
      alive = await aliveConnection(pool, log);
    }
    for (const name of mine) await alive.claim(name);
    await freeDead(alive.client, mine, log);
  };
  // One look at a time: each waits for the one before.
  let last = look();
  try {
    await last;
  } catch (error) {
    await alive.end();
    throw error;
  }
  const again = (): void => {
    last = last.then(look).catch((error: unknown) => log.warn({ err: error }, "could not look for dead workers"));
  };
  const timer = setInterval(again, watchEveryMs);
  timer.unref();
  return {
    register: (name) => {
      mine.add(name);
      again();
    },
    stop: async () => {
      clearInterval(timer);
      await last;
      for (const name of mine)
        await alive.client.query("delete from drumline.workers where pool = $1", [name]).catch(() => undefined);
      await alive.end();
    },
  };
}

interface Alive {
  readonly client: pg.Client;
  readonly broken: boolean;
  claim(name: string): Promise<void>;
  end(): Promise<void>;
}

async function aliveConnection(pool: pg.Pool, log: Log): Promise<Alive> {
  const client = new pg.Client(pool.options);
  const claimed = new Set<string>();
  let broken = false;
  client.on("error", (error) => {
    broken = true;
    log.warn({ err: error }, "the connection that shows this process alive broke");
  });
  await client.connect();
  return {
    client,
    get broken() {
      return broken;
    },
    claim: async (name) => {
      if (claimed.has(name)) return;
      await client.query("select pg_advisory_lock($1::bigint)", [lockOf(name)]);
      await client.query("insert into drumline.workers (pool) values ($1) on conflict do nothing", [name]);
      claimed.add(name);
    },
    end: async () => await client.end().catch(() => undefined),
  };
}

async function freeDead(client: pg.Client, mine: ReadonlySet<string>, log: Log): Promise<void> {
  const known = await client.query<{ pool: string }>("select pool from drumline.workers");
  const dead: string[] = [];
  for (const { pool } of known.rows) if (!mine.has(pool) && (await isDead(client, pool))) dead.push(pool);
  const unknown = await client.query<{ pool: string }>(
    `select distinct locked_by as pool from (
       select locked_by, locked_at from graphile_worker._private_jobs where locked_by is not null
       union all
       select locked_by, locked_at from graphile_worker._private_job_queues where locked_by is not null
     ) as locked
     where locked_at < now() - $1 * interval '1 millisecond'
       and not exists (select 1 from drumline.workers where workers.pool = locked_by)`,
    [unknownForMs],
  );
  const all = [...dead, ...unknown.rows.map((row) => row.pool).filter((name) => !mine.has(name))];
  if (all.length === 0) return;
  await client.query("select graphile_worker.force_unlock_workers($1::text[])", [all]);
  await client.query("delete from drumline.workers where pool = any($1::text[])", [all]);
  log.info({ pools: all }, "gave back the jobs of workers that died");
}

async function isDead(client: pg.Client, pool: string): Promise<boolean> {
  const { rows } = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1::bigint) as got", [
    lockOf(pool),
  ]);
  if (rows[0]?.got !== true) return false;
  await client.query("select pg_advisory_unlock($1::bigint)", [lockOf(pool)]);
  return true;
}

function lockOf(pool: string): string {
  return lockKey(`workers:${pool}`);
}

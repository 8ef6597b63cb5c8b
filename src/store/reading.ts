import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Delivery, Webhook } from "../engine/ports.js";
import type { Instant } from "../core/model/ids.js";
import { isFaultOfRow } from "./fault.js";
import { ensureJob } from "./job.js";
import { lockKey, type Db, type Log } from "./postgres.js";
import { storeSignals, type Signalled } from "./signals.js";
import type { Waker } from "./wake.js";

/** A webhook on disk, and how long its body was. */
export interface StoredWebhook extends Webhook {
  readonly bytes: number;
}

/** Reading stored webhooks: what each signals, and the runs that follow. Nobody waits for it. */
export interface Reading {
  /** Takes in webhooks that this process has just stored. */
  stored(webhooks: readonly StoredWebhook[]): void;
  /** Known to this process and not read yet. */
  held(): { readonly webhooks: number; readonly bytes: number };
  /** Resolves once everything stored up to now, by whichever process, is read. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface ReadingContext {
  readonly pool: pg.Pool;
  readonly db: Db;
  readonly waker: Waker;
  readonly log: Log;
  readonly now: () => Instant;
}

const batchMax = 500;
/**
 * Milliseconds from one batch's begin to the next: for each webhook in it, within bounds. The first is read at once,
 * those of a flood together: each batch makes its queues run again, and reading must not hold up receiving.
 */
const pace = { eachMs: 5, leastMs: 50, mostMs: 250 };
/** Parsing goes on at most so long, in milliseconds, before whoever else waits has its turn. */
const turnMs = 2;
/** What a process that died left unread is looked for this often; what is younger than that has a reader. */
const lookEveryMs = 5_000;
const pauseMs = { first: 20, longest: 5_000 };

/**
 * Starts with what was left unread. A delivery that cannot be read, ever, is marked with its fault and holds up no
 * other; when the database fails, the same ones are read again until it doesn't.
 */
export function startReading(context: ReadingContext, read: (webhook: Webhook) => Delivery): Reading {
  const { pool, log, now } = context;
  let unread: StoredWebhook[] = [];
  const known = new Set<string>();
  let bytes = 0;
  const stopping = new AbortController();
  let under: Promise<void> = Promise.resolve();
  let busy = false;
  let nextAt = 0;

  const pause = async (ms: number): Promise<void> => {
    if (ms > 0) await sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  };
  const work = async (): Promise<void> => {
    for (let failures = 0; unread.length > 0 && !(stopping.signal.aborted && failures > 0);) {
      if (unread.length < batchMax) await pause(nextAt - performance.now());
      const batch = unread.slice(0, batchMax);
      nextAt = performance.now() + Math.max(pace.leastMs, Math.min(pace.mostMs, batch.length * pace.eachMs));
      try {
        await readBatch(context, batch, read);
        unread = unread.slice(batch.length);
        for (const webhook of batch) {
          known.delete(webhook.id);
          bytes -= webhook.bytes;
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        log.error({ err: error, failures }, "deliveries could not be read; they are stored, and are read again");
        await pause(Math.min(pauseMs.first * 2 ** failures, pauseMs.longest));
      }
    }
    busy = false;
  };
  const add = (webhooks: readonly StoredWebhook[]): void => {
    const fresh = webhooks.filter(({ id }) => !known.has(id));
    for (const webhook of fresh) {
      known.add(webhook.id);
      bytes += webhook.bytes;
    }
    unread = unread.concat(fresh);
    if (busy || unread.length === 0) return;
    busy = true;
    under = work();
  };
  const caughtUp = async (before = now()): Promise<void> => {
    for (let left = true; left && !stopping.signal.aborted;) {
      const found = await leftUnread(pool, before);
      add(found);
      await under;
      left = found.length === batchMax;
    }
  };
  const look = (before?: Instant): void => {
    caughtUp(before).catch((error: unknown) => log.warn({ err: error }, "could not look for unread deliveries"));
  };
  look();
  const timer = setInterval(() => look(now() - lookEveryMs), lookEveryMs);
  timer.unref();
  return {
    stored: add,
    held: () => ({ webhooks: unread.length, bytes }),
    caughtUp: async () => await caughtUp(),
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await under;
    },
  };
}

async function leftUnread(pool: pg.Pool, before: Instant): Promise<readonly StoredWebhook[]> {
  const { rows } = await pool.query<{ id: string; event: string; received_at: string; payload: Buffer }>(
    `select id, event, received_at, payload from drumline.deliveries
     where read_at is null and received_at <= $1 order by received_at, id limit $2`,
    [before, batchMax],
  );
  return rows.map((row) => ({
    id: row.id,
    event: row.event,
    receivedAt: Number(row.received_at),
    payload: parsed(row.payload),
    bytes: row.payload.length,
  }));
}

/** What came as JSON is JSON; what isn't signals nothing. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

async function readBatch(
  context: ReadingContext,
  batch: readonly Webhook[],
  read: (webhook: Webhook) => Delivery,
): Promise<void> {
  const deliveries: Delivery[] = [];
  let since = performance.now();
  for (const webhook of batch) {
    try {
      deliveries.push(read(webhook));
    } catch (error) {
      await giveUp(context, webhook.id, error);
    }
    if (performance.now() - since < turnMs) continue;
    await turn();
    since = performance.now();
  }
  await storeAll(context, deliveries);
}

async function storeAll(context: ReadingContext, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  try {
    const signalled = await inOneTransaction(context, deliveries);
    for (const queue of signalled.missed ?? []) await ensureJob(context.db, "run-queue", { queue });
    if (signalled.waiting > 0) context.waker.wake();
  } catch (error) {
    if (!isFaultOfRow(error)) throw error;
    const [first, ...rest] = deliveries;
    if (rest.length > 0) for (const delivery of deliveries) await storeAll(context, [delivery]);
    else if (first) await giveUp(context, first.id, error);
  }
}

/** One transaction of this kind at a time, in any number of processes: two could mark the same rows and deadlock. */
async function inOneTransaction(context: ReadingContext, deliveries: readonly Delivery[]): Promise<Signalled> {
  const client = await context.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; select pg_advisory_xact_lock(${readingLock})`);
    const signalled = await storeSignals(client, deliveries, context.now());
    await client.query("commit");
    return signalled;
  } catch (error) {
    await client.query("rollback").catch((failed: unknown) => {
      broken = failed instanceof Error ? failed : new Error(String(failed));
    });
    throw error;
  } finally {
    client.release(broken ?? false);
  }
}

const readingLock = lockKey("drumline:reading");

async function giveUp({ pool, log, now }: ReadingContext, id: string, error: unknown): Promise<void> {
  log.error({ err: error, id }, "a delivery cannot be read; the sweep reads from GitHub what it may have said");
  const why = error instanceof Error ? error.message : String(error);
  await pool.query("update drumline.deliveries set read_at = $2, fault = $3 where id = $1", [
    id,
    now(),
    why.slice(0, 1000),
  ]);
}

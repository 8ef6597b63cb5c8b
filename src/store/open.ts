import type { Instant } from "../core/model/ids.js";
import { TooManyWaiting, type Delivery, type ReadPort, type Store, type Webhook } from "../engine/ports.js";
import { commit } from "./commit.js";
import { startEmbedded } from "./embedded.js";
import { historiesDue, historyOf, keepHistory, unclassified } from "./history.js";
import { ensureJob } from "./job.js";
import { startJobs, type JobHandlers, type JobOptions, type Jobs } from "./jobs.js";
import { withLease } from "./lease.js";
import { load } from "./load.js";
import { migrate } from "./migrate.js";
import { attempting, dueLine, dueWords } from "./outbox.js";
import { dbOn, openPool, type Db, type Log } from "./postgres.js";
import { prune } from "./prune.js";
import { know, queues } from "./queues.js";
import { readPort } from "./read.js";
import { startReading, type Reading } from "./reading.js";
import { makeInbox, type Inbox } from "./receive.js";
import { keep, markStale, resources } from "./resources.js";
import { postpone, settle } from "./settle.js";
import { said, say } from "./say.js";
import { makeWaker } from "./wake.js";
import type pg from "pg";

export interface StoreOptions {
  /** PostgreSQL 15 or later; undefined: a private one under `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly log: Log;
  /** The clock that instants in the store are taken from. */
  readonly now?: () => Instant;
  /** Webhooks held in memory at most, waiting to be stored or read; see `TooManyWaiting`. */
  readonly heldMax?: HeldMax;
  /** Settings of the private server, as PostgreSQL names them. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface OpenedStore {
  readonly store: Store;
  readonly readPort: ReadPort;
  /** Reads stored webhooks in this process until stopped; what is stored before is read then. */
  readonly startReading: (read: (webhook: Webhook) => Delivery) => Reading;
  /** Runs the queues' jobs in this process until stopped. */
  readonly startJobs: (handlers: JobHandlers, options?: JobOptions) => Promise<Jobs>;
  /** Forgets what is older than its limit; `startJobs` does so each hour. */
  readonly prune: () => Promise<Readonly<Record<string, number>>>;
  /** Whether the database answers now: for `/readyz`. */
  readonly ready: () => Promise<boolean>;
  /** Stop reading and the jobs first. Closes all connections, then the private PostgreSQL if there is one. */
  readonly close: () => Promise<void>;
}

/**
 * Connections for queries, for leases (runs holding one never starve what they wait for) and for webhooks (which no
 * run holds up): apart. For webhooks, two write and one reads.
 */
const connections = { queries: 16, leases: 16, webhooks: 3 };
export interface HeldMax {
  readonly webhooks: number;
  readonly bytes: number;
}

/** Some seconds of the most that one process takes. */
const heldMax: HeldMax = { webhooks: 4_000, bytes: 128 * 1024 * 1024 };

/** @throws Error when the database cannot be reached, started or brought to the newest schema. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const { databaseUrl, dataDir, log, settings } = options;
  const now = options.now ?? Date.now;
  const most = options.heldMax ?? heldMax;
  const embedded =
    databaseUrl === undefined || databaseUrl === ""
      ? await startEmbedded({ dataDir, log, ...(settings === undefined ? {} : { settings }) })
      : null;
  const connection = embedded?.connection ?? { connectionString: databaseUrl ?? "" };
  const pool = openPool({ connection, max: connections.queries, name: "drumline" }, log);
  const leases = openPool({ connection, max: connections.leases, name: "drumline leases" }, log);
  const webhooks = openPool({ connection, max: connections.webhooks, name: "drumline webhooks", stay: "open" }, log);
  const db = dbOn(pool);
  const waker = makeWaker(db, log);
  let reading: Reading | null = null;
  const inbox = makeInbox(webhooks, (stored) => reading?.stored(stored));
  const close = async (): Promise<void> => {
    await waker.stop();
    await Promise.all([pool.end(), leases.end(), webhooks.end()]);
    await embedded?.stop();
  };
  try {
    await migrate(pool);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    store: storeOn({
      db,
      leases,
      now,
      receive: async (webhook, body) => await receive({ inbox, reading, most }, webhook, body),
    }),
    readPort: readPort(db),
    startReading: (read) => (reading = startReading({ pool: webhooks, db, waker, log, now }, read)),
    startJobs: async (handlers, jobOptions) =>
      await startJobs(
        {
          pool,
          db,
          log,
          prune: async () => await prune(db, now()),
          signalLater: async (queue) => await ensureJob(db, "run-queue", { queue, at: Date.now() + 1000 }),
        },
        handlers,
        jobOptions,
      ),
    prune: async () => await prune(db, now()),
    ready: async () => await answers(pool),
    close,
  };
}

/** @throws TooManyWaiting */
async function receive(
  { inbox, reading, most }: { inbox: Inbox; reading: Reading | null; most: HeldMax },
  ...[webhook, body]: Parameters<Store["receive"]>
): ReturnType<Store["receive"]> {
  const held = [inbox.held(), ...(reading === null ? [] : [reading.held()])];
  const webhooks = held.reduce((sum, h) => sum + h.webhooks, 1);
  const bytes = held.reduce((sum, h) => sum + h.bytes, body.length);
  if (webhooks > most.webhooks || bytes > most.bytes)
    throw new TooManyWaiting(`${webhooks} webhooks of ${bytes} bytes wait to be stored or read`);
  return await inbox.put(webhook, body);
}

interface StoreOn {
  readonly db: Db;
  readonly leases: pg.Pool;
  readonly now: () => Instant;
  readonly receive: Store["receive"];
}

function storeOn({ db, leases, now, receive }: StoreOn): Store {
  return {
    receive,
    know: async (row) => await know(db, row),
    queues: async () => await queues(db),
    signal: async (queue, at) => await ensureJob(db, "run-queue", at === undefined ? { queue } : { queue, at }),
    withLease: async (queue, work) => await withLease(leases, queue, work),
    load,
    commit,
    say: async (queue, words) => await say(db, queue, words),
    said: async (queue, ids) => await said(db, queue, ids),
    dueLine,
    dueWords: async (queue, at) => await dueWords(db, queue, at),
    attempting: async (queue, effectId) => await attempting(db, queue, effectId),
    settle: async (queue, outcome) => await settle(db, queue, { outcome, now: now() }),
    postpone: async (queue, effectId, postponed) => await postpone(db, queue, { effectId, ...postponed, now: now() }),
    historiesDue: async (at) => await historiesDue(db, at),
    wantHistory: async (queue) => await ensureJob(db, "history", { queue }),
    historyOf: async (queue, at) => await historyOf(db, queue, at),
    keepHistory: async (queue, read) => await keepHistory(db, queue, read),
    unclassified: async (past, most) => await unclassified(db, past, most),
    resources: async (repo, keys) => await resources(db, repo, keys),
    keep: async (repo, answers) => await keep(db, repo, answers),
    markStale: async (repo, keys) => await markStale(db, repo, { keys, at: now() }),
  };
}

async function answers(pool: pg.Pool): Promise<boolean> {
  try {
    await pool.query("select 1");
    return true;
  } catch {
    return false;
  }
}

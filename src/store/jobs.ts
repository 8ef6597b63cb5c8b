import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, parseCronItems, run, type Job, type TaskList, type WorkerEvents } from "graphile-worker";
import { sql } from "drizzle-orm";
import type pg from "pg";
import type { QueueKey } from "../core/model/ids.js";
import { rows, type Db, type Log } from "./postgres.js";
import { watchWorkers, type WorkerWatch } from "./workers.js";

export interface JobHandlers {
  /** One run of the queue; `busy` when another process holds its lease. */
  runQueue(queue: QueueKey): Promise<unknown>;
  /** Posts the words that are due. */
  publish(queue: QueueKey): Promise<unknown>;
  /** Reads more of the queue's past. */
  readHistory(queue: QueueKey): Promise<unknown>;
  /** Looks at everything: at start and each minute. */
  sweep(): Promise<unknown>;
}

export interface JobOptions {
  /** Jobs at a time in this process. */
  readonly concurrency?: number;
  /** How often to look for jobs that no notice announced, in milliseconds. */
  readonly pollIntervalMs?: number;
}

export interface Jobs {
  /** Takes no new job, waits for those under way, and returns. */
  stop(): Promise<void>;
}

interface JobContext {
  readonly pool: pg.Pool;
  readonly db: Db;
  readonly log: Log;
  readonly prune: () => Promise<unknown>;
  readonly signalLater: (queue: QueueKey) => Promise<void>;
}

const defaults = { concurrency: 4, pollIntervalMs: 1000 };

/**
 * Runs the queues' jobs in this process, together with any other on the same database: one job of a queue and task at
 * a time everywhere. A job that throws is tried again with growing delays; one whose process died is given back.
 */
export async function startJobs(context: JobContext, handlers: JobHandlers, options: JobOptions = {}): Promise<Jobs> {
  const watch = await watchWorkers(context.pool, context.log);
  try {
    const stop = await startRunner(context, { ...defaults, ...options, handlers, watch });
    return {
      stop: async () => {
        await stop();
        await watch.stop();
      },
    };
  } catch (error) {
    await watch.stop();
    throw error;
  }
}

interface RunnerOptions extends Required<JobOptions> {
  readonly handlers: JobHandlers;
  readonly watch: WorkerWatch;
}

/** Answers how to stop it. */
async function startRunner(context: JobContext, options: RunnerOptions): Promise<() => Promise<void>> {
  const { pool, db, log } = context;
  const events = new EventEmitter() as WorkerEvents;
  const stopping = new AbortController();
  events.on("pool:create", ({ workerPool }) => options.watch.register(workerPool.id));
  events.on("job:complete", ({ job }) => {
    if (job.job_queue_id !== null) lookAgain(db, job, stopping.signal).catch(() => undefined);
  });
  events.on("job:failed", ({ job, error }) =>
    log.error({ err: error, job: job.id, task: job.task_identifier, payload: job.payload }, "a job is given up"),
  );
  const runner = await run({
    pgPool: pool,
    concurrency: options.concurrency,
    pollInterval: options.pollIntervalMs,
    noHandleSignals: true,
    events,
    logger: quietLogger(log),
    taskList: tasks(context, options.handlers),
    parsedCronItems: parseCronItems([
      { task: "sweep", match: "* * * * *", options: { backfillPeriod: 0, jobKey: "sweep", queueName: "sweep" } },
      { task: "prune", match: "17 * * * *", options: { backfillPeriod: 0, jobKey: "prune", queueName: "sweep" } },
    ]),
  });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await runner.stop();
  };
  try {
    await runner.addJob("sweep", {}, { jobKey: "sweep", queueName: "sweep" });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

function tasks(context: JobContext, handlers: JobHandlers): TaskList {
  return {
    "run-queue": async (payload) => {
      const queue = queueOf(payload);
      // The lease is held by someone who is not a job (a command, a process thought dead): look again soon.
      if ((await handlers.runQueue(queue)) === "busy") await context.signalLater(queue);
    },
    publish: async (payload) => {
      await handlers.publish(queueOf(payload));
    },
    history: async (payload) => {
      await handlers.readHistory(queueOf(payload));
    },
    sweep: async () => {
      await handlers.sweep();
    },
    prune: async () => {
      context.log.info({ gone: await context.prune() }, "pruned");
    },
  };
}

function queueOf(payload: unknown): QueueKey {
  const queue = (payload as { readonly queue?: unknown }).queue;
  if (typeof queue !== "string") throw new Error("a job without a queue");
  return queue;
}

/**
 * graphile-worker looks for its next job before the finished one has given up its queue, so the queue's next job,
 * added meanwhile, would wait for the next poll. This looks again until nothing of that queue waits.
 */
async function lookAgain(db: Db, done: Job, signal: AbortSignal): Promise<void> {
  for (const delayMs of [3, 10, 30, 100, 300]) {
    await sleep(delayMs, undefined, { signal });
    const told = await rows(
      db,
      sql`select pg_notify('jobs:insert', '{"r":' || random()::text || ',"count":1}')
      where exists (select 1 from graphile_worker._private_jobs
        where job_queue_id = ${done.job_queue_id}::int and is_available and run_at <= now())`,
    );
    if (told.length === 0) return;
  }
}

/** The runner's own words: only what is wrong is said, as a warning; each job's success is not. */
function quietLogger(log: Log): Logger {
  return new Logger((scope) => (level, message) => {
    if (String(level) === "error" || String(level) === "warning") log.warn({ scope, from: "graphile-worker" }, message);
  });
}

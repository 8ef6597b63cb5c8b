import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { JobHandlers } from "../../src/store/jobs.js";
import { aDelivery, main, repo } from "./records.js";
import { testServer, type TestServer } from "./server.js";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(async () => await server.stop());

const idle: JobHandlers = {
  readHistory: () => Promise.resolve(),
  runQueue: () => Promise.resolve(),
  publish: () => Promise.resolve(),
  sweep: () => Promise.resolve(),
};

/** Waits until it is so; a test that waits in vain says for what. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(5);
  }
}

async function withQueue(url?: string) {
  const opened = await server.open(url === undefined ? {} : { url });
  await opened.store.know({ queue: main, repo, base: "main", installationId: 7 });
  return opened;
}

describe("jobs", () => {
  test("a sweep runs at the start", async () => {
    const opened = await withQueue();
    let sweeps = 0;
    const jobs = await opened.startJobs({ ...idle, sweep: () => Promise.resolve((sweeps += 1)) });
    await until("it swept", () => sweeps === 1);
    await jobs.stop();
  });

  test("many signals before a run are one run", async () => {
    const opened = await withQueue();
    for (let i = 0; i < 20; i += 1) await opened.take(aDelivery({ id: `d${i}` }));
    let runs = 0;
    const jobs = await opened.startJobs({ ...idle, runQueue: () => Promise.resolve((runs += 1)) });
    await until("it ran", () => runs > 0);
    await sleep(100);
    await jobs.stop();
    expect(runs).toBe(1);
  });

  test("signals during a run make exactly one more, at once, never beside it", async () => {
    const opened = await withQueue();
    let running = 0;
    let together = 0;
    const ends: number[] = [];
    const starts: number[] = [];
    const jobs = await opened.startJobs(
      {
        ...idle,
        runQueue: async () => {
          starts.push(Date.now());
          running += 1;
          together = Math.max(together, running);
          if (starts.length === 1) for (let i = 0; i < 10; i += 1) await opened.store.signal(main);
          await sleep(50);
          running -= 1;
          ends.push(Date.now());
        },
      },
      { pollIntervalMs: 60_000 },
    );
    await opened.store.signal(main);
    await until("it ran again", () => ends.length === 2);
    await sleep(100);
    await jobs.stop();
    expect(starts).toHaveLength(2);
    expect(together).toBe(1);
    expect((starts[1] ?? 0) - (ends[0] ?? 0)).toBeLessThan(500);
  });

  test("different queues run beside each other", async () => {
    const opened = await withQueue();
    let running = 0;
    let together = 0;
    const jobs = await opened.startJobs({
      ...idle,
      runQueue: async () => {
        running += 1;
        together = Math.max(together, running);
        await sleep(100);
        running -= 1;
      },
    });
    for (const queue of ["a/a@main", "b/b@main", "c/c@main"]) await opened.store.signal(queue);
    await until("they ran together", () => together === 3);
    await jobs.stop();
  });

  test("a run that throws is tried again, and is said", async () => {
    const warnings: string[] = [];
    const log = {
      info: () => undefined,
      error: () => undefined,
      warn: (_: object, text: string) => warnings.push(text),
    };
    const opened = await server.open({ log });
    let runs = 0;
    const jobs = await opened.startJobs(
      {
        ...idle,
        runQueue: () => {
          runs += 1;
          return runs === 1 ? Promise.reject(new Error("GitHub is on fire")) : Promise.resolve();
        },
      },
      { pollIntervalMs: 50 },
    );
    await opened.store.signal(main);
    await until("it was tried again", () => runs === 2);
    await jobs.stop();
    expect(warnings.join()).toContain("GitHub is on fire");
  });

  test("a queue found busy is looked at again", async () => {
    const opened = await withQueue();
    let runs = 0;
    const jobs = await opened.startJobs(
      { ...idle, runQueue: () => Promise.resolve((runs += 1) === 1 ? "busy" : undefined) },
      { pollIntervalMs: 100 },
    );
    await opened.store.signal(main);
    await until("it ran again", () => runs === 2);
    await jobs.stop();
  });

  test("stopping waits for the run under way and starts no other", async () => {
    const opened = await withQueue();
    let ended = false;
    let started = 0;
    const jobs = await opened.startJobs({
      ...idle,
      runQueue: async () => {
        started += 1;
        await opened.store.signal(main);
        await sleep(150);
        ended = true;
      },
    });
    await opened.store.signal(main);
    await until("it runs", () => started === 1);
    await jobs.stop();
    expect(ended).toBe(true);
    expect(started).toBe(1);
  });

  test("two processes' workers: one run of a queue at a time", async () => {
    const url = await server.database();
    const both = await Promise.all([withQueue(url), withQueue(url)]);
    let running = 0;
    let together = 0;
    let runs = 0;
    const runQueue = async () => {
      running += 1;
      runs += 1;
      together = Math.max(together, running);
      await sleep(5);
      running -= 1;
    };
    const jobs = await Promise.all(both.map((o) => o.startJobs({ ...idle, runQueue })));
    for (let i = 0; i < 40; i += 1) {
      await both[i % 2]?.store.signal(main);
      await sleep(4);
    }
    await until("it is quiet", async () => (await both[0].readPort.counts())["jobs_waiting"] === 0 && running === 0);
    await Promise.all(jobs.map((j) => j.stop()));
    expect(together).toBe(1);
    expect(runs).toBeGreaterThan(1);
  });

  test("whatever was stored, a run that began afterwards sees it", async () => {
    const url = await server.database();
    const opened = await withQueue(url);
    let seen = 0;
    const runQueue = async () => {
      seen = (await opened.readPort.counts())["deliveries"] ?? 0;
      await sleep(1);
    };
    const jobs = await opened.startJobs({ ...idle, runQueue }, { pollIntervalMs: 60_000 });
    const stored = 300;
    for (let i = 0; i < stored; i += 10)
      await Promise.all(Array.from({ length: 10 }, (_, j) => opened.take(aDelivery({ id: `d${i + j}` }))));
    await until("a run saw the last delivery", () => seen === stored);
    await jobs.stop();
  });

  test("jobs of a process that died are given back within seconds", async () => {
    const url = await server.database();
    const opened = await withQueue(url);
    const client = await server.client(url);
    await opened.store.signal(main);
    // What a killed process leaves: a job and its queue locked by a pool whose advisory lock nobody holds.
    await client.query("insert into drumline.workers (pool) values ('pool-dead')");
    await client.query(
      "update graphile_worker._private_jobs set locked_by = 'pool-dead', locked_at = now(), attempts = 1",
    );
    await client.query("update graphile_worker._private_job_queues set locked_by = 'pool-dead', locked_at = now()");
    let runs = 0;
    const jobs = await opened.startJobs({ ...idle, runQueue: () => Promise.resolve((runs += 1)) });
    await until("it ran", () => runs === 1);
    await jobs.stop();
    expect((await client.query("select * from drumline.workers")).rowCount).toBe(0);
  });
});

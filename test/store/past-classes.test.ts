import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Logger } from "pino";
import { stepOfPastDeployment, stepsOfPast, type PastPull } from "../../src/core/constraint/flow/past.js";
import { judgmentOf } from "../../src/core/constraint/accounts/judgment.js";
import { emptyLedger, record } from "../../src/core/constraint/flow/ledger.js";
import { flowEventsOf } from "../../src/core/constraint/flow/recorded.js";
import type { FileChange } from "../../src/core/model/change.js";
import type { Fault } from "../../src/core/model/fault.js";
import { prNumber, sha } from "../../src/core/model/ids.js";
import { absent, read, unreadable, type Read } from "../../src/core/model/read.js";
import type { Engine } from "../../src/engine/engine.js";
import { readHistory } from "../../src/engine/history.js";
import { memoryOf } from "../../src/engine/lessons.js";
import { pastClassesMax } from "../../src/engine/past-classes.js";
import type { Budget, FlowRecord, GitHubHistory, Try } from "../../src/engine/ports.js";
import { quiet, testServer, type TestServer } from "./server.js";

/** What landed before the installation gets its class, newest first, whatever dies or is refused on the way. */

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(async () => {
  await server.stop();
});

const queue = "acme/shop@main";
const now = Date.UTC(2026, 10, 20);
const hour = 3_600_000;
const day = 24 * hour;
const shaOf = (number: number) => sha(number.toString(16).padStart(40, "0"));

/** Number 1 landed last, a day before now, each other one a day before; the even ones were approved. */
function past(number: number): PastPull {
  const at = now - number * day;
  return {
    ...{ number: prNumber(number), author: "ann", kind: "human", createdAt: at - 5 * hour, draft: false },
    ...{ closedAt: at, paths: ["x"], merged: { at, sha: shaOf(number) }, heads: [], turns: [] },
    reviews: number % 2 === 0 ? [{ by: "ben", state: "approved", at: at - hour }] : [],
  };
}

type Files = Try<Read<readonly FileChange[]>>;
const file = { path: "src/a.ts", status: "modified", added: 1, deleted: 0 } as const;
const patched = (path: string, text: string): Files => {
  return { ok: true, value: read([{ ...file, path, patch: { state: "text", text } }]) };
};
const harmless = patched("src/a.ts", "@@ -1 +1 @@\n-let a = 1;\n+let a = 2;");
const oneWay = patched("db/migrations/7.sql", "@@ -0,0 +1 @@\n+DROP TABLE orders;");
const faulty = (fault: Fault): Files => ({ ok: false, fault });
const limited = faulty({ kind: "limited", until: now + 5000, message: "slow down" });
const broken = faulty({ kind: "unavailable", message: "this diff takes too long" });

interface Wants {
  readonly landed: number;
  /** By number; left out: harmless. */
  readonly files?: (number: number) => Files;
  readonly budget?: Try<Budget>;
}

async function world({ landed, files = () => harmless, budget }: Wants) {
  const opened = await server.open();
  await opened.store.know({ queue, repo: "acme/shop", base: "main", installationId: 1 });
  const pulls = Array.from({ length: landed }, (_, i) => past(i + 1));
  const told = [
    ...pulls.flatMap((p) => stepsOfPast(p, now)),
    ...pulls.map((p) =>
      stepOfPastDeployment({ sha: shaOf(p.number), environment: "", at: p.createdAt + day, ok: true }),
    ),
  ];
  const flow = told.sort((a, b) => a.at - b.at) as FlowRecord[];
  const first = await opened.store.historyOf(queue, now);
  await opened.store.keepHistory(queue, { was: first, is: { ...first, phase: "classes" }, flow });
  const asked: number[] = [];
  const of = { files, budget: budget ?? ({ ok: false, fault: { kind: "not-found" } } as const) };
  const history: Pick<GitHubHistory, "files" | "budget"> = {
    files: (number, landedAs) => {
      expect(landedAs).toBe(shaOf(number));
      asked.push(number);
      return Promise.resolve(of.files(number));
    },
    budget: () => Promise.resolve(of.budget),
  };
  /** One job; the next one is asked for in the store. */
  const job = async (at = now) => {
    const engine = {
      ...{ store: opened.store, github: { history: () => Promise.resolve(history) } },
      ...{ clock: { now: () => at }, log: quiet as unknown as Logger },
    };
    await readHistory(engine as unknown as Engine, queue);
  };
  const phase = async () => (await opened.readPort.history(queue))?.phase;
  const jobs = async () => {
    for (let i = 0; i < 20 && (await phase()) !== "done"; i++) await job();
  };
  const classes = async () =>
    (await opened.readPort.flow(queue, 0))
      .filter((f) => f.event === "judged")
      .sort((a, b) => Number(a.number) - Number(b.number))
      .map((f) => `${f.number} ${String(f.data["reversibility"])}`);
  return { ...opened, asked, of, job, jobs, classes };
}

test("the newest that landed are classified, a few a job, and only so many", async () => {
  const { asked, job, jobs, classes, readPort } = await world({ landed: pastClassesMax + 7 });
  await job();
  expect(asked).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  expect(await readPort.history(queue)).toMatchObject({ phase: "classes", classesRead: 25, classesTotal: 300 });
  await jobs();
  expect(await readPort.history(queue)).toMatchObject({ phase: "done", classesRead: 300, classesTotal: 300 });
  expect(await classes()).toHaveLength(pastClassesMax);
  expect(Math.max(...asked)).toBe(pastClassesMax);
});

test("a process that dies on the way goes on where it was, and two at once write each class once", async () => {
  const { asked, of, job, jobs, classes } = await world({ landed: 60 });
  of.files = (number) => {
    if (number > 40) throw new Error("the process died");
    return harmless;
  };
  await job();
  await expect(job()).rejects.toThrow("died");
  expect(await classes()).toHaveLength(25);
  of.files = () => harmless;
  await Promise.all([job(), job()]);
  expect(await classes()).toHaveLength(50);
  await jobs();
  const all = await classes();
  expect(all).toHaveLength(60);
  expect(new Set(all).size).toBe(60);
  const before = asked.length;
  await job();
  expect(asked).toHaveLength(before);
});

test("what live work has judged is left to it", async () => {
  const { asked, jobs, take } = await world({ landed: 3 });
  await take({
    ...{ id: "d", event: "pull_request", action: "opened", repo: "acme/shop", installationId: 1, receivedAt: now },
    ...{ bases: ["main"], stale: [], witnessed: [] },
    flow: [
      { at: now - 3 * day, number: prNumber(2), event: "judged", data: { reversibility: "recoverable" } },
      { at: now + 1, number: prNumber(9), event: "landed", data: {} },
    ],
  });
  await jobs();
  expect(asked).toEqual([1, 3]);
});

test("when GitHub asks to wait it is asked no sooner, with what was read so far kept", async () => {
  const { of, job, jobs, classes, readPort, store } = await world({
    landed: 4,
    files: (number) => (number === 3 ? limited : harmless),
  });
  await job();
  const problem = expect.stringContaining("slow down");
  expect(await readPort.history(queue)).toMatchObject({
    classesRead: 2,
    classesTotal: 4,
    notBefore: now + 5000,
    problem,
  });
  expect(await classes()).toHaveLength(2);
  expect(await store.historiesDue(now)).toEqual([]);
  of.files = () => harmless;
  await jobs();
  expect(await readPort.history(queue)).toMatchObject({ classesRead: 4, problem: null, notBefore: 0 });
});

test("half of the hour's requests are left to live work", async () => {
  const until = now + hour;
  const { asked, of, job, jobs, readPort } = await world({
    landed: 2,
    budget: { ok: true, value: { remaining: 2_499, limit: 5_000, until } },
  });
  await job();
  expect(asked).toEqual([]);
  const problem = expect.stringContaining("2499 of 5000 requests are left for this hour");
  expect(await readPort.history(queue)).toMatchObject({ phase: "classes", notBefore: until, problem, tries: 0 });
  of.budget = { ok: true, value: { remaining: 2_500, limit: 5_000, until } };
  await jobs();
  expect(asked).toEqual([1, 2]);
});

test("what can't be read is unknown: at once where it will not pass, after three tries where it might", async () => {
  const given: Readonly<Record<number, Files>> = {
    1: { ok: true, value: unreadable("more than 3000 files") },
    2: { ok: true, value: absent },
    3: faulty({ kind: "invalid", message: "no" }),
    4: { ok: true, value: read([{ ...file, patch: { state: "missing", why: "truncated" } }]) },
    5: { ok: true, value: read([]) },
    6: broken,
  };
  const { asked, job, classes, readPort, store } = await world({ landed: 7, files: (n) => given[n] ?? harmless });
  await job();
  const problem = expect.stringContaining("takes too long");
  expect(await readPort.history(queue)).toMatchObject({ classesRead: 5, tries: 1, problem });
  expect(await store.historiesDue(now + 59_000)).toEqual([]);
  await job(now + 60_000);
  expect(await readPort.history(queue)).toMatchObject({ classesRead: 5, tries: 2 });
  await job(now + 120_000);
  expect(asked.filter((n) => n === 6)).toHaveLength(3);
  const unknown = [1, 2, 3, 4, 5, 6].map((n) => `${n} unknown`);
  expect(await classes()).toEqual([...unknown, "7 reversible"]);
  expect(await readPort.history(queue)).toMatchObject({ phase: "done", tries: 0, problem: null });
});

test("the drum is fed by what landed before, also in a process that learned before it was classified", async () => {
  const { jobs, readPort } = await world({ landed: 40, files: (n) => (n % 2 === 0 ? oneWay : harmless) });
  const memory = memoryOf(readPort);
  expect((await memory.drumOf(queue, now)).classes.irreversible).toMatchObject({ windows: 0 });
  await jobs();
  const after = await memory.drumOf(queue, now);
  expect(after.by).toBe("deploy");
  // Every other window of forty held one; the last week's haven't shown yet what they do.
  expect(after.classes.irreversible).toMatchObject({ windows: 17, harmed: 0, most: 1, rate: null });
  expect(await memoryOf(readPort).drumOf(queue, now)).toEqual(after);
});

test("two-way doors that waited for people, and one-way doors that nobody judged, show in the past too", async () => {
  // The even ones were approved.
  const { jobs, readPort } = await world({ landed: 4, files: (n) => (n <= 2 ? oneWay : harmless) });
  const account = async () => {
    const { events } = flowEventsOf(await readPort.flow(queue, 0));
    const ledger = emptyLedger();
    for (const event of events) record(ledger, event);
    return judgmentOf(ledger, { since: 0, now: ledger.now, model: null });
  };
  expect(await account()).toMatchObject({ overReview: { changes: 0 }, underReview: { changes: 0 } });
  await jobs();
  expect(await account()).toMatchObject({ overReview: { changes: 1 }, underReview: { changes: 1, ids: ["1"] } });
});

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Logger } from "pino";
import type { PastPull } from "../../src/core/constraint/flow/past.js";
import { prNumber } from "../../src/core/model/ids.js";
import { read as readable } from "../../src/core/model/read.js";
import type { Engine } from "../../src/engine/engine.js";
import { readHistory } from "../../src/engine/history.js";
import type { GitHubHistory, PastPage, Try } from "../../src/engine/ports.js";
import { quiet, testServer, type TestServer } from "./server.js";

/** A queue's past goes into the ledger of flow once, whatever dies or is refused on the way. */

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(async () => {
  await server.stop();
});

const queue = "acme/shop@main";
const now = Date.UTC(2026, 10, 20);
const pagesOf = 4;

function past(number: number): PastPull {
  const createdAt = now - number * 60_000;
  return {
    ...{ number: prNumber(number), author: "ann", kind: "human", createdAt, draft: false, closedAt: now, paths: [] },
    ...{ merged: null, heads: [], reviews: [], turns: [] },
  };
}

type Answer = (page: number) => "dies" | "limited" | "answers";

function github(answer: Answer): GitHubHistory {
  return {
    pulls: (_, cursor): Promise<Try<PastPage<PastPull>>> => {
      const page = Number(cursor ?? 0);
      const what = answer(page);
      if (what === "dies") throw new Error("the process died");
      if (what === "limited")
        return Promise.resolve({ ok: false, fault: { kind: "limited", until: now + 5000, message: "slow down" } });
      const items = [past(page * 2 + 1), past(page * 2 + 2)];
      return Promise.resolve({
        ok: true,
        value: { items, next: page + 1 < pagesOf ? String(page + 1) : null, total: 8 },
      });
    },
    deployments: () => Promise.resolve({ ok: true, value: { items: [], next: null, total: 0 } }),
    files: () => Promise.resolve({ ok: true, value: readable([]) }),
    budget: () => Promise.resolve({ ok: false, fault: { kind: "not-found" } }),
  };
}

async function world() {
  const opened = await server.open();
  await opened.store.know({ queue, repo: "acme/shop", base: "main", installationId: 1 });
  const log = quiet as unknown as Logger;
  const read = async (answer: Answer, at = now) => {
    const engine = {
      store: opened.store,
      github: { history: () => Promise.resolve(github(answer)) },
      clock: { now: () => at },
      log,
    };
    await readHistory(engine as unknown as Engine, queue);
  };
  const opens = async () =>
    (await opened.readPort.flow(queue, 0))
      .filter((f) => f.event === "opened")
      .map((f) => f.number)
      .sort();
  return { ...opened, read, opens };
}

test("a process that dies between two pages goes on where it was, and writes nothing twice", async () => {
  const { read, opens, readPort, store } = await world();
  await expect(read((page) => (page === 2 ? "dies" : "answers"))).rejects.toThrow("died");
  expect(await opens()).toEqual([1, 2, 3, 4]);
  expect(await readPort.history(queue)).toMatchObject({ phase: "pulls", pulls: 4, total: 8 });
  expect(await store.historiesDue(now)).toHaveLength(1);
  await read(() => "answers");
  expect(await opens()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await readPort.history(queue)).toMatchObject({ phase: "done", pulls: 8 });
  expect(await store.historiesDue(now)).toEqual([]);
  await read(() => "answers");
  expect(await opens()).toHaveLength(8);
});

test("two that read the same page write it once", async () => {
  const { read, opens } = await world();
  await Promise.all([read(() => "answers"), read(() => "answers")]);
  expect(await opens()).toHaveLength(8);
});

test("when GitHub asks to wait, it is asked again no sooner, and the reason is kept", async () => {
  const { read, readPort, store } = await world();
  await read((page) => (page === 1 ? "limited" : "answers"));
  expect(await readPort.history(queue)).toMatchObject({
    pulls: 2,
    notBefore: now + 5000,
    problem: expect.stringContaining("slow down"),
  });
  expect(await store.historiesDue(now)).toEqual([]);
  expect(await store.historiesDue(now + 5000)).toHaveLength(1);
});

test("what webhooks have told is left to them", async () => {
  const { read, readPort, take } = await world();
  await take({
    ...{ id: "d", event: "pull_request", action: "opened", repo: "acme/shop", installationId: 1, receivedAt: now },
    ...{ bases: ["main"], stale: [], witnessed: [] },
    flow: [{ at: now - 150_000, number: prNumber(2), event: "opened", data: {} }],
  });
  await read(() => "answers");
  const opened = (await readPort.flow(queue, 0)).filter((f) => f.event === "opened");
  expect(opened.map((f) => f.number)).toEqual([8, 7, 6, 5, 4, 3, 2]);
});

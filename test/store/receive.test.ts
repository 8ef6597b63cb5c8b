import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type pg from "pg";
import { TooManyWaiting, type Delivery } from "../../src/engine/ports.js";
import { prNumber } from "../../src/core/model/ids.js";
import { openStore, type OpenedStore } from "../../src/store/open.js";
import { aDelivery, at, main, repo } from "./records.js";
import { quiet, receiveDelivery, testServer, type TestServer } from "./server.js";

/** How webhooks are made durable together, and read afterwards. */

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(async () => await server.stop());

/** More than an index takes, and not to be compressed: PostgreSQL refuses the row. */
const poisonId = Array.from({ length: 9000 }, (_, i) => ((i * 7919 + ((i * i) % 9973)) % 36).toString(36)).join("");

/** A store that receives and doesn't read, as a process that is killed right after. */
async function unread(url: string, of: { heldMax?: { webhooks: number; bytes: number } } = {}): Promise<OpenedStore> {
  return await openStore({ databaseUrl: url, dataDir: "", log: quiet, ...of });
}

async function count(client: pg.Client, what: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${what}`);
  return Number(rows[0]?.n);
}

function many(n: number, of: (i: number) => Partial<Delivery> = () => ({})): Delivery[] {
  return Array.from({ length: n }, (_, i) => aDelivery({ id: `d-${i}`, ...of(i) }));
}

async function receiveAll(store: OpenedStore["store"], deliveries: readonly Delivery[]) {
  return await Promise.allSettled(deliveries.map(async (d) => await receiveDelivery(store, d)));
}

describe("webhooks that arrive together", () => {
  test("are on disk together, in few transactions, each answered for itself", async () => {
    const url = await server.database();
    const opened = await unread(url);
    const twice = [...many(400), ...many(400)];
    const answers = (await receiveAll(opened.store, twice)).map((a) => (a.status === "fulfilled" ? a.value : a));
    expect(answers.filter((a) => a === "new")).toHaveLength(400);
    expect(answers.filter((a) => a === "duplicate")).toHaveLength(400);
    const client = await server.client(url);
    expect(await count(client, "drumline.deliveries")).toBe(400);
    expect(await count(client, "(select distinct xmin::text from drumline.deliveries) as t")).toBeLessThan(40);
    await opened.close();
  });

  test("one that PostgreSQL refuses costs the others nothing", async () => {
    const url = await server.database();
    const opened = await unread(url);
    const deliveries = many(30, (i) => (i === 11 ? { id: poisonId } : {}));
    const answers = await receiveAll(opened.store, deliveries);
    expect(answers.flatMap((a, i) => (a.status === "rejected" ? [i] : []))).toEqual([11]);
    expect(await count(await server.client(url), "drumline.deliveries")).toBe(29);
    await opened.close();
  });

  test("are kept byte for byte", async () => {
    const url = await server.database();
    const opened = await unread(url);
    const bodies = ['{"a": 1 }', '{ "ü":"\\u0000"}', "{}", '{"\u{1f600}":[]}'].map((text) => Buffer.from(text));
    await Promise.all(
      bodies.map(async (body, i) => {
        await opened.store.receive({ id: `d-${i}`, event: "push", receivedAt: at, payload: {} }, body);
      }),
    );
    const client = await server.client(url);
    const { rows } = await client.query<{ payload: Buffer }>("select payload from drumline.deliveries order by id");
    expect(rows.map((row) => row.payload)).toEqual(bodies);
    await opened.close();
  });

  test("are put off when too many wait, and nothing of those that were taken is lost", async () => {
    const url = await server.database();
    const opened = await unread(url, { heldMax: { webhooks: 20, bytes: 1e6 } });
    const answers = await receiveAll(opened.store, many(50));
    const refused = answers.filter((a) => a.status === "rejected");
    expect(refused).toHaveLength(30);
    expect(refused.every((a) => a.reason instanceof TooManyWaiting)).toBe(true);
    expect(await count(await server.client(url), "drumline.deliveries")).toBe(20);
    expect((await receiveAll(opened.store, many(20))).every((a) => a.status === "fulfilled")).toBe(true);
    await opened.close();
  });

  test("fail together when the database is gone, and are stored when they come again", async () => {
    const url = await server.database();
    const opened = await unread(url);
    await receiveAll(opened.store, many(1));
    const admin = await server.client(url);
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'drumline webhooks' and datname = current_database()",
    );
    for (let rest = many(40), tries = 0; rest.length > 0 && tries < 20; tries += 1) {
      const answers = await receiveAll(opened.store, rest);
      rest = rest.filter((_, i) => answers[i]?.status === "rejected");
    }
    expect(await count(admin, "drumline.deliveries")).toBe(40);
    await opened.close();
  });
});

describe("reading", () => {
  test("what a process stored and never read is read by the next", async () => {
    const url = await server.database();
    const died = await unread(url);
    await receiveAll(
      died.store,
      many(250, () => ({ flow: [{ at, number: prNumber(12), event: "pushed", data: {} }] })),
    );
    await died.close();
    const next = await server.open({ url });
    await next.reading.caughtUp();
    expect(await next.readPort.flow(main, at)).toHaveLength(250);
    expect((await next.readPort.counts())["deliveries_unread"]).toBe(0);
    expect((await next.readPort.counts())["jobs_waiting"]).toBe(1);
  });

  test("one that can't be read is marked with why, said, and holds up no other", async () => {
    const url = await server.database();
    const said: string[] = [];
    const log = { ...quiet, error: (_: object, text: string) => said.push(text) };
    const opened = await server.open({ url, log });
    const odd = { id: "odd", repo: "acme/\u0000" };
    await receiveAll(opened.store, [...many(5), aDelivery(odd), ...many(5, (i) => ({ id: `e-${i}` }))]);
    await opened.store.receive({ id: "none", event: "push", receivedAt: at, payload: null }, Buffer.from("null"));
    await opened.reading.caughtUp();
    const client = await server.client(url);
    const faults = await client.query<{ id: string; fault: string }>(
      "select id, fault from drumline.deliveries where fault is not null order by id",
    );
    expect(faults.rows.map((row) => row.id)).toEqual(["none", "odd"]);
    expect(faults.rows[1]?.fault).toMatch(/invalid byte sequence/);
    expect(await count(client, "drumline.ledger where kind = 'delivery'")).toBe(10);
    expect(said).toHaveLength(2);
    expect((await opened.readPort.counts())["deliveries_unread"]).toBe(0);
  });

  test("two processes that read and store the same at once neither deadlock nor store anything twice", async () => {
    const url = await server.database();
    const said: object[] = [];
    const log = { ...quiet, error: (data: object) => said.push(data), warn: (data: object) => said.push(data) };
    const both = await Promise.all([server.open({ url, log }), server.open({ url, log })]);
    const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
    const deliveries = many(300, (i) => ({
      stale: i % 2 === 0 ? keys : keys.toReversed(),
      bases: i % 3 === 0 ? "all" : [`b${i % 7}`, "main"],
      witnessed: [
        { kind: "comment-edited", key: `w-${i % 11}`, number: prNumber((i % 5) + 1), commentId: i, at: at + i },
      ],
    }));
    const answers = await Promise.all([
      receiveAll(both[0].store, deliveries),
      receiveAll(both[1].store, deliveries.toReversed()),
      ...both.flatMap((o) => keys.map(async (key) => await o.store.markStale(repo, [key, "key-3", "key-1"]))),
    ]);
    await Promise.all(both.map(async (o) => await o.reading.caughtUp()));
    const given = [...(answers[0] ?? []), ...(answers[1] ?? [])];
    expect(given.filter((a) => a.status === "fulfilled" && a.value === "new")).toHaveLength(300);
    expect(given.filter((a) => a.status === "rejected")).toEqual([]);
    expect(said).toEqual([]);
    const client = await server.client(url);
    expect(await count(client, "(select distinct body->>'delivery' from drumline.ledger) as t")).toBe(300);
    expect(await count(client, "drumline.witnesses")).toBe(11);
    expect(await count(client, "drumline.resources where key like 'key-%'")).toBe(20);
    expect((await both[0].readPort.counts())["deliveries_unread"]).toBe(0);
    expect(await count(client, "graphile_worker.jobs where key like 'run-queue:%'")).toBe(8);
  });

  test("goes on by itself once the database is back", async () => {
    const url = await server.database();
    const opened = await server.open({ url });
    const admin = await server.client(url);
    await admin.query("alter table drumline.ledger rename to ledger_away");
    await receiveAll(opened.store, many(10));
    await new Promise((done) => setTimeout(done, 150));
    expect((await opened.readPort.counts().catch(() => ({}))) as object).toEqual({});
    await admin.query("alter table drumline.ledger_away rename to ledger");
    await opened.reading.caughtUp();
    expect(await count(admin, "drumline.ledger where kind = 'delivery'")).toBe(10);
  });
});

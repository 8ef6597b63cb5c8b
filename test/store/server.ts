import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../../src/store/embedded.js";
import { migrate } from "../../src/store/migrate.js";
import { openStore, type OpenedStore } from "../../src/store/open.js";
import type { Delivery, Store, Webhook } from "../../src/engine/ports.js";
import { openPool, type Log } from "../../src/store/postgres.js";
import type { Reading } from "../../src/store/reading.js";

/** Says nothing; a test that wants to know passes its own. */
export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * A real PostgreSQL for one test file: the private one in a temporary folder, or the one that TEST_DATABASE_URL names
 * (its user may make databases). Each test gets a database of its own, copied from a migrated one.
 */
export interface TestServer {
  /** An empty database without any table. */
  emptyDatabase(): Promise<string>;
  /** A migrated database; its address. */
  database(): Promise<string>;
  /** A store on the database, or on a new one; closed with the server. */
  open(options?: { readonly url?: string; readonly now?: () => number; readonly log?: Log }): Promise<TestStore>;
  /** A client on the database; closed with the server. */
  client(url: string): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** A store whose webhooks hold the delivery that they signal. */
export interface TestStore extends OpenedStore {
  readonly reading: Reading;
  /** Receives a webhook and waits until it is read. */
  readonly take: (delivery: Delivery) => Promise<"new" | "duplicate">;
}

/** @throws Error when there is none. */
export function deliveryIn({ payload }: Webhook): Delivery {
  if (payload === null) throw new Error("no delivery");
  return payload as Delivery;
}

export async function receiveDelivery(store: Store, delivery: Delivery): Promise<"new" | "duplicate"> {
  const { id, event, receivedAt } = delivery;
  return await store.receive({ id, event, receivedAt, payload: delivery }, Buffer.from(JSON.stringify(delivery)));
}

export async function testServer(): Promise<TestServer> {
  const external = process.env["TEST_DATABASE_URL"];
  const server =
    external === undefined ? await privateServer() : { url: () => external, stop: () => Promise.resolve() };
  const admin = new pg.Client(external ?? server.url("postgres"));
  await admin.connect();
  const made: string[] = [];
  const toClose: (() => Promise<unknown>)[] = [];
  const make = async (template: string | null): Promise<string> => {
    const name = `drumline_test_${process.pid}_${Date.now()}_${made.length}`;
    made.push(name);
    await admin.query(`create database ${name} ${template === null ? "" : `template ${template}`}`);
    return name;
  };
  const address = (name: string) => (external === undefined ? server.url(name) : withDatabase(external, name));
  const template = await make(null);
  const pool = openPool({ connection: { connectionString: address(template) }, max: 2, name: "template" }, quiet);
  await migrate(pool);
  await pool.end();
  const database = async () => address(await make(template));
  return {
    emptyDatabase: async () => address(await make(null)),
    database,
    open: async ({ url, now, log } = {}) => {
      const databaseUrl = url ?? (await database());
      const opened = await openStore({ databaseUrl, dataDir: "", log: log ?? quiet, ...(now ? { now } : {}) });
      const reading = opened.startReading(deliveryIn);
      let closing: Promise<void> | null = null;
      const close = async () => await (closing ??= reading.stop().then(opened.close));
      toClose.push(close);
      const take = async (delivery: Delivery) => {
        const answer = await receiveDelivery(opened.store, delivery);
        await reading.caughtUp();
        return answer;
      };
      return { ...opened, close, reading, take };
    },
    client: async (url) => {
      const client = new pg.Client(url);
      await client.connect();
      toClose.push(async () => await client.end());
      return client;
    },
    stop: async () => {
      for (const close of toClose.reverse()) await close();
      if (external !== undefined) for (const name of made) await admin.query(`drop database ${name} with (force)`);
      await admin.end();
      await server.stop();
    },
  };
}

async function privateServer() {
  const dataDir = mkdtempSync(join(tmpdir(), "drumline-test-"));
  const server = await startEmbedded({ dataDir, log: quiet, settings: { fsync: "off", max_connections: "200" } });
  return {
    url: (name: string) => `postgresql://${server.connection.user}@/${name}?host=${server.connection.host}`,
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

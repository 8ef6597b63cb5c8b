import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { startApp, type AppOptions } from "../../src/app.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.js";
import { testServer, type TestServer } from "../store/server.js";

let server: TestServer;
let sandbox: Sandbox;
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "drumline-start-"));
  server = await testServer();
  sandbox = await startSandbox({ dataDir: join(dataDir, "github") });
});
afterAll(async () => {
  await sandbox.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("an app that can't start lets go of its port and its database", async () => {
  const databaseUrl = await server.database();
  const client = await server.client(databaseUrl);
  const port = await freePort();
  await client.query("alter table drumline.workers rename to workers_away");
  await expect(startApp(options({ databaseUrl, port }))).rejects.toThrow("drumline.workers");
  expect(await connections(client)).toBe(0);
  await client.query("alter table drumline.workers_away rename to workers");
  const app = await startApp(options({ databaseUrl, port }));
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  await app.close();
  expect(await connections(client)).toBe(0);
});

test("one whose port is taken says so and lets go of its database", async () => {
  const databaseUrl = await server.database();
  const client = await server.client(databaseUrl);
  const port = Number(new URL(sandbox.url).port);
  await expect(startApp(options({ databaseUrl, port }))).rejects.toThrow("EADDRINUSE");
  expect(await connections(client)).toBe(0);
});

function options(of: { databaseUrl: string; port: number }): AppOptions {
  const { id: appId, privateKey, hookSecret: webhookSecret } = sandbox.app;
  return {
    ...{ appId, privateKey, webhookSecret, baseUrl: sandbox.url, throttled: false },
    ...{ dataDir: "", dashboardToken: null, host: "127.0.0.1", log: pino({ level: "silent" }) },
    ...of,
  };
}

/** PostgreSQL forgets a connection a moment after it is closed. */
async function connections(client: Awaited<ReturnType<TestServer["client"]>>): Promise<number> {
  let open = 0;
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await client.query<{ n: string }>(
      "select count(*) as n from pg_stat_activity where application_name like 'drumline%' and datname = current_database()",
    );
    open = Number(rows[0]?.n);
    if (open === 0) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  return open;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

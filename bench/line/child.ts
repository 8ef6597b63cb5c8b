import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { Probot } from "probot";
import { startApp } from "../../src/app.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { startEmbedded } from "../../src/store/embedded.js";

/**
 * The processes that the receiving bench watches, each alone in its own so that none shares the client's event loop:
 * `child.js sandbox | postgres | drumline | row | bare`. Says where it listens in one message to its parent, and ends with it.
 */

/** What the sandbox says of itself: an app to be, and the webhooks of one pull request's life. */
export interface SandboxSaid {
  readonly url: string;
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly webhooks: readonly Webhook[];
}

export interface Webhook {
  readonly event: string;
  readonly payload: string;
}

export interface AppSaid {
  readonly webhookUrl: string;
}

/** The PostgreSQL that those who store anything share. */
export interface PostgresSaid {
  readonly databaseUrl: string;
}

type Settings = Omit<SandboxSaid, "webhooks"> & PostgresSaid;

async function main(role: string | undefined): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "drumline-bench-"));
  const settings = JSON.parse(process.env["BENCH_APP"] ?? "{}") as Settings;
  const started = await start(role, { dataDir, settings });
  process.send?.(started.said);
  process.once("disconnect", () => {
    void started
      .close()
      .then(async () => await rm(dataDir, { recursive: true, force: true }))
      .finally(() => process.exit());
  });
}

interface Started {
  readonly said: SandboxSaid | PostgresSaid | AppSaid;
  readonly close: () => Promise<void>;
}

async function start(role: string | undefined, of: { dataDir: string; settings: Settings }): Promise<Started> {
  switch (role) {
    case "sandbox":
      return await sandbox(of.dataDir);
    case "postgres":
      return await postgres(of.dataDir);
    case "drumline":
      return await drumline(of);
    case "row":
      return await row(of.settings);
    case "bare":
      return await probotApp(of.settings, () => undefined);
    default:
      throw new Error("child.js sandbox | postgres | drumline | row | bare");
  }
}

async function sandbox(dataDir: string): Promise<Started> {
  // Where nothing listens: what is sent there is kept, and that is all that is wanted of it.
  const app = { webhookUrl: "http://127.0.0.1:9/" };
  const github = await startSandbox({ dataDir, app, ci: { decide: () => "success" } });
  const repo = await github.repository({
    owner: "acme",
    name: "shop",
    files: { "README.md": "# Shop\n" },
    collaborators: { alice: "write", bob: "write" },
  });
  const alice = github.person(repo, "alice");
  const pull = await alice.opensPullRequest({
    branch: "change",
    files: { "src/a.js": "export const a = 1;\n" },
    title: "Add a",
  });
  await alice.pushes({ branch: "change", files: { "src/a.js": "export const a = 2;\n" } });
  await github.person(repo, "bob").comments(pull.number, "Looks good so far.");
  await github.person(repo, "bob").requestsChanges(pull.number, "Please name it.");
  await github.settled();
  return {
    said: {
      url: github.url,
      appId: github.app.id,
      privateKey: github.app.privateKey,
      webhookSecret: github.app.hookSecret,
      webhooks: github.world.deliveries.map(({ event, payload }) => ({ event, payload })),
    },
    close: github.close,
  };
}

async function postgres(dataDir: string): Promise<Started> {
  const log = pino({ level: "silent" });
  const server = await startEmbedded({ dataDir, log });
  const { connection } = server;
  const databaseUrl = `postgresql://${connection.user}@/${connection.database}?host=${connection.host}`;
  return { said: { databaseUrl }, close: async () => await server.stop() };
}

async function drumline({ dataDir, settings }: { dataDir: string; settings: Settings }): Promise<Started> {
  const app = await startApp({
    ...settings,
    baseUrl: settings.url,
    throttled: false,
    dataDir,
    dashboardToken: null,
    port: 0,
    host: "127.0.0.1",
    log: pino({ level: process.env["BENCH_LOG"] ?? "silent" }),
  });
  return { said: { webhookUrl: app.webhookUrl }, close: app.close };
}

/** The least that a durable app can do: verify, commit one row, and answer. */
async function row(settings: Settings): Promise<Started> {
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 16 });
  // The server may end before this process does.
  pool.on("error", () => undefined);
  await pool.query("create schema bench");
  await pool.query("create table bench.deliveries (id text primary key, event text not null, payload bytea not null)");
  const text = "insert into bench.deliveries (id, event, payload) values ($1, $2, $3) on conflict do nothing";
  const app = await probotApp(settings, async ({ id, name, payload }) => {
    await pool.query({ name: "row", text, values: [id, name, Buffer.from(JSON.stringify(payload))] });
  });
  return {
    said: app.said,
    close: async () => {
      await app.close();
      await pool.end();
    },
  };
}

/** A Probot app as its documentation has it, before Node's own server. */
async function probotApp(
  settings: Settings,
  receive: (event: { id: string; name: string; payload: unknown }) => Promise<void> | undefined,
): Promise<Started> {
  const log = pino({ level: process.env["BENCH_LOG"] ?? "silent" });
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    baseUrl: settings.url,
    log,
  });
  await probot.load((app) => {
    app.onAny(async (event) => await receive(event));
  });
  const path = "/api/github/webhooks";
  const middleware = await probot.getNodeMiddleware({ log, path });
  const server = createServer((request, response) => void middleware(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    said: { webhookUrl: `http://127.0.0.1:${port}${path}` },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

await main(process.argv[2]);

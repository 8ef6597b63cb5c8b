import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { Probot } from "probot";
import { startApp } from "../../src/app.js";
import { startSandbox } from "../../src/sandbox/server.js";

/**
 * The processes that the receiving bench watches, each alone in its own so that none shares the client's event loop:
 * `child.js sandbox | drumline | bare`. Says where it listens in one message to its parent, and ends with it.
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

type Settings = Omit<SandboxSaid, "webhooks">;

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
  readonly said: SandboxSaid | AppSaid;
  readonly close: () => Promise<void>;
}

async function start(role: string | undefined, of: { dataDir: string; settings: Settings }): Promise<Started> {
  switch (role) {
    case "sandbox":
      return await sandbox(of.dataDir);
    case "drumline":
      return await drumline(of);
    case "bare":
      return await bare(of.settings);
    default:
      throw new Error("child.js sandbox | drumline | bare");
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

/** The least that a Probot app can do: verify and answer. */
async function bare(settings: Settings): Promise<Started> {
  const log = pino({ level: process.env["BENCH_LOG"] ?? "silent" });
  const probot = new Probot({
    appId: settings.appId,
    privateKey: settings.privateKey,
    secret: settings.webhookSecret,
    baseUrl: settings.url,
    log,
  });
  await probot.load((app) => {
    app.onAny(() => undefined);
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

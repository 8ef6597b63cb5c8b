import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import type { Instant } from "./core/model/ids.js";
import { dashboard } from "./dashboard/server.js";
import { newSearch } from "./engine/constraint-search.js";
import type { Engine } from "./engine/engine.js";
import type { ReadPort } from "./engine/ports.js";
import { withDrum } from "./engine/drum-account.js";
import { newDriftAlarm } from "./engine/drift-alarm.js";
import { memoryOf } from "./engine/lessons.js";
import { busyElsewhereOf } from "./engine/busy.js";
import { rehearsalOf } from "./engine/proposals.js";
import { readHistory } from "./engine/history.js";
import { newMessages } from "./engine/messages.js";
import { newPacing } from "./engine/pacing.js";
import { publishWords } from "./engine/perform.js";
import { withRules } from "./engine/rule-account.js";
import { runQueue } from "./engine/run.js";
import { sweep } from "./engine/sweep.js";
import { openGitHubApp, webhookPath, type GitHubAppOptions } from "./github/app.js";
import { webhookEndpoint } from "./github/endpoint.js";
import { openStore } from "./store/open.js";

export interface AppOptions extends Omit<GitHubAppOptions, "store" | "now"> {
  /** What GitHub signs webhooks with. */
  readonly webhookSecret: string;
  /** PostgreSQL 15 or later; left out: a private one under `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Who may look at the dashboard: whoever knows it; null: everybody who reaches the address. */
  readonly dashboardToken: string | null;
  readonly log: Logger;
  /** Left out: the machine's clock. */
  readonly now?: () => Instant;
}

export interface RunningApp {
  /** Of the dashboard, without a slash at its end. */
  readonly url: string;
  readonly webhookUrl: string;
  readonly reads: ReadPort;
  /** Takes nothing new, finishes what is under way, closes the store. */
  readonly close: () => Promise<void>;
}

/** What was opened, to be closed in reverse: when the app stops, and when it can't start. */
type Closers = (() => Promise<void>)[];

export async function startApp(options: AppOptions): Promise<RunningApp> {
  const closers: Closers = [];
  const close = async (): Promise<void> => {
    for (let last = closers.pop(); last; last = closers.pop()) await last();
  };
  try {
    return { ...(await start(options, closers)), close };
  } catch (error) {
    await close().catch((failed: unknown) => options.log.error({ err: failed }, "could not close what was opened"));
    throw error;
  }
}

/** Wiring only: store, GitHub, engine, jobs and HTTP, in the order in which they need each other. */
async function start(options: AppOptions, closers: Closers): Promise<Omit<RunningApp, "close">> {
  const { log, dataDir, databaseUrl } = options;
  const now = options.now ?? Date.now;
  const opened = await openStore({ databaseUrl, dataDir, log, now });
  closers.push(opened.close);
  const { read, github, ...signals } = await openGitHubApp({ ...options, store: opened.store, now });
  const finder = newSearch();
  const memory = memoryOf(opened.readPort, newPacing({ reads: opened.readPort, search: finder, now, log }));
  const search = withDrum(withRules(finder, opened.readPort), { reads: opened.readPort, memory });
  const engine: Engine = {
    store: opened.store,
    github,
    memory,
    rehearsal: rehearsalOf(opened.readPort),
    busyElsewhere: busyElsewhereOf(opened.readPort),
    clock: { now },
    log,
  };
  const reading = opened.startReading(read);
  closers.push(reading.stop);
  const { readPort: reads, ready } = opened;
  const pages = dashboard({ reads, search, risk: memory, ready, now, token: options.dashboardToken });
  const webhook = webhookEndpoint({
    secret: options.webhookSecret,
    receive: async (...given) => await opened.store.receive(...given),
    log,
    now,
  });
  const server = await listen(options, { webhook, pages: getRequestListener(pages.fetch) });
  closers.push(async () => await new Promise((resolve) => server.close(() => resolve())));
  const tell = newMessages({ ...engine, reads: opened.readPort, search });
  const sayDrift = newDriftAlarm(engine);
  // After the server: the first sweep asks GitHub to send again what came while nobody listened.
  const jobs = await opened.startJobs({
    runQueue: async (queue) => {
      const seen = await runQueue(engine, queue);
      if (seen) await tell(queue, seen);
    },
    publish: async (queue) => await publishWords(engine, queue),
    readHistory: async (queue) => await readHistory(engine, queue),
    sweep: async () => {
      await sweep(engine, signals);
      await sayDrift();
    },
  });
  // Closed after the server and the reading, which may ask for more of them.
  closers.splice(1, 0, async () => await jobs.stop());
  const url = `http://${options.host}:${(server.address() as AddressInfo).port}`;
  log.info({ url }, "Drumline is listening");
  return { url, webhookUrl: `${url}${webhookPath}`, reads };
}

/** GitHub hangs up after ten seconds. */
const requestTimeoutMs = 30_000;

async function listen(
  { port, host }: AppOptions,
  { webhook, pages }: { webhook: Handler; pages: (...of: Parameters<Handler>) => Promise<void> },
): Promise<Server> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    if (request.url?.split("?")[0] === webhookPath) webhook(request, response);
    else void pages(request, response);
  });
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Logger } from "pino";
import { dashboard } from "./dashboard/server.js";
import { newSearch } from "./engine/constraint-search.js";
import type { Engine } from "./engine/engine.js";
import type { ReadPort } from "./engine/ports.js";
import { newDriftAlarm } from "./engine/drift-alarm.js";
import { memoryOf } from "./engine/lessons.js";
import { rehearsalOf } from "./engine/proposals.js";
import { readHistory } from "./engine/history.js";
import { newPacing } from "./engine/pacing.js";
import { publishWords } from "./engine/perform.js";
import { runQueue } from "./engine/run.js";
import { sweep } from "./engine/sweep.js";
import { openGitHubApp, webhookPath, type GitHubAppOptions } from "./github/app.js";
import { receiveWebhook } from "./github/endpoint.js";
import { openStore } from "./store/open.js";

export interface AppOptions extends Omit<GitHubAppOptions, "store" | "now"> {
  /** PostgreSQL 15 or later; left out: a private one under `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Who may look at the dashboard: whoever knows it; null: everybody who reaches the address. */
  readonly dashboardToken: string | null;
  readonly log: Logger;
}

export interface RunningApp {
  /** Of the dashboard, without a slash at its end. */
  readonly url: string;
  readonly webhookUrl: string;
  readonly reads: ReadPort;
  /** Takes nothing new, finishes what is under way, closes the store. */
  readonly close: () => Promise<void>;
}

/** Wiring only: store, GitHub, engine, jobs and HTTP, in the order in which they need each other. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { log, dataDir, databaseUrl } = options;
  const now = Date.now;
  const opened = await openStore({ databaseUrl, dataDir, log });
  try {
    const { probot, github, ...signals } = await openGitHubApp({ ...options, store: opened.store, now });
    const search = newSearch();
    const pacing = newPacing({ reads: opened.readPort, search, now, log });
    const memory = memoryOf(opened.readPort, pacing);
    const engine: Engine = {
      store: opened.store,
      github,
      memory,
      rehearsal: rehearsalOf(opened.readPort),
      clock: { now },
      log,
    };
    const pages = getRequestListener(
      dashboard({
        reads: opened.readPort,
        search,
        risk: memory,
        ready: opened.ready,
        now,
        token: options.dashboardToken,
      }).fetch,
    );
    const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      if (request.url?.split("?")[0] === webhookPath) await receiveWebhook({ probot, log }, request, response);
      else await pages(request, response);
    };
    const sayDrift = newDriftAlarm(engine);
    const server = await listen(options, (request, response) => void route(request, response));
    // After the server: the first sweep asks GitHub to send again what came while nobody listened.
    const jobs = await opened.startJobs({
      runQueue: async (queue) => await runQueue(engine, queue),
      publish: async (queue) => await publishWords(engine, queue),
      readHistory: async (queue) => await readHistory(engine, queue),
      sweep: async () => {
        await sweep(engine, signals);
        await sayDrift();
      },
    });
    const url = `http://${options.host}:${(server.address() as AddressInfo).port}`;
    log.info({ url }, "Drumline is listening");
    return {
      url,
      webhookUrl: `${url}${webhookPath}`,
      reads: opened.readPort,
      close: async () => {
        await new Promise<void>((resolve) => server.close(() => resolve()));
        await jobs.stop();
        await opened.close();
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function listen(
  { port, host }: AppOptions,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handle);
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

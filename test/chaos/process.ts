import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sandbox } from "../../src/sandbox/server.js";

/** The app as `npm start` runs it: a process of its own, on a fixed port, that can be killed at any moment. */
export interface AppProcess {
  readonly url: string;
  readonly start: () => void;
  /** SIGKILL, and started again at once. */
  readonly killAndStart: () => Promise<void>;
  /** Answers once the process has come up; false when it has not in time. */
  readonly ready: (patienceMs: number) => Promise<boolean>;
  /** SIGTERM; answers its exit code. */
  readonly stop: () => Promise<number | null>;
}

const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));

export async function appProcess(
  sandbox: Sandbox,
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl?: string },
): Promise<AppProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(join(dataDir, `app-${port}.log`), "a");
  const env: Record<string, string | undefined> = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    APP_ID: String(sandbox.app.id),
    PRIVATE_KEY: sandbox.app.privateKey,
    WEBHOOK_SECRET: sandbox.app.hookSecret,
    GHE_HOST: new URL(sandbox.url).host,
    GHE_PROTOCOL: "http",
    HOST: "127.0.0.1",
    PORT: String(port),
    DRUMLINE_UNTHROTTLED: "1",
    DRUMLINE_DATA: join(dataDir, "data"),
    LOG_LEVEL: process.env["TEST_LOG"] ?? "warn",
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
  let child: ChildProcess | null = null;
  const start = (): void => {
    child = spawn(process.execPath, [main], {
      stdio: ["ignore", log, log],
      env,
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    url,
    start,
    killAndStart: async () => {
      await end("SIGKILL");
      start();
    },
    ready: async (patienceMs) => {
      const until = Date.now() + patienceMs;
      while (Date.now() < until) {
        const answer = await fetch(`${url}/readyz`).catch(() => null);
        if (answer?.ok) return true;
        await new Promise((done) => setTimeout(done, 100));
      }
      return false;
    },
    stop: async () => await end("SIGTERM"),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

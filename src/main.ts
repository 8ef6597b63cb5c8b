import { pino } from "pino";
import { startApp, type AppOptions } from "./app.js";
import { baseUrl, credentialVariables, privateKey } from "./github/credentials.js";
import { prettifyError, z } from "zod";

/** `npm start`: the app for real, configured by Probot's own variables and a few of ours; see the README. */

const environment = z.object({
  ...credentialVariables,
  WEBHOOK_SECRET: z.string("the secret that GitHub signs webhooks with").min(1),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default("localhost"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  DATABASE_URL: z.string().optional(),
  DRUMLINE_DATA: z.string().default("./data"),
  DRUMLINE_DASHBOARD_TOKEN: z.string().min(16, "use at least 16 characters").optional(),
  /** For a GitHub that sets no limits, such as the sandbox. */
  DRUMLINE_UNTHROTTLED: z.enum(["1"]).optional(),
});

/** @throws Error in words that name the variable and the remedy. */
function optionsFrom(variables: NodeJS.ProcessEnv): Omit<AppOptions, "log"> & { readonly level: string } {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) throw new Error(`The environment is not complete:\n${prettifyError(parsed.error)}`);
  const env = parsed.data;
  const root = baseUrl(env);
  const dashboardToken = env.DRUMLINE_DASHBOARD_TOKEN ?? null;
  if (dashboardToken === null && !isLoopback(env.HOST))
    throw new Error(
      `HOST is ${env.HOST}, so others can reach the dashboard, which shows what private repositories hold.\n` +
        "Set DRUMLINE_DASHBOARD_TOKEN (16 characters or more), or HOST=localhost behind a proxy of your own.",
    );
  return {
    appId: env.APP_ID,
    privateKey: privateKey(env),
    webhookSecret: env.WEBHOOK_SECRET,
    throttled: env.DRUMLINE_UNTHROTTLED === undefined,
    ...(root !== undefined && { baseUrl: root }),
    ...(env.DATABASE_URL !== undefined && { databaseUrl: env.DATABASE_URL }),
    dataDir: env.DRUMLINE_DATA,
    dashboardToken,
    port: env.PORT,
    host: env.HOST,
    level: env.LOG_LEVEL,
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

async function main(): Promise<void> {
  const { level, ...options } = optionsFrom(process.env);
  const log = pino({ level });
  const app = await startApp({ ...options, log });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping: finishing what is under way; a second signal stops at once");
    void app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "could not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`drumline: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, type Command } from "commander";
import { startSandbox, type Sandbox } from "../sandbox/server.js";
import { addAccount } from "../sandbox/world.js";
import { fixtureFiles } from "./demo/fixture.js";
import { cast, mainRules } from "./demo/cast.js";

/** `drumline sandbox`: GitHub on this machine alone, for trying Drumline, or anything that speaks with GitHub, against it. */
export function register(program: Command): void {
  program
    .command("sandbox")
    .description("Run the sandbox alone: a GitHub-shaped server over a real git repository, with CI and webhooks.")
    .option("--port <port>", "port to listen on; 0 takes any free one", port, 0)
    .option("--data <dir>", "where repositories are kept; without it, a folder that goes when the sandbox ends")
    .option("--webhook <url>", "where the app's webhooks go")
    .option("--seed <number>", "seed of the faults' chance", Number, 1)
    .action(async (options: { port: number; data?: string; webhook?: string; seed: number }) => {
      await runSandbox(options);
    });
}

async function runSandbox(options: { port: number; data?: string; webhook?: string; seed: number }): Promise<void> {
  const dataDir = options.data ?? (await mkdtemp(join(tmpdir(), "drumline-sandbox-")));
  const sandbox = await startSandbox({
    dataDir,
    port: options.port,
    seed: options.seed,
    ...(options.webhook === undefined ? {} : { app: { webhookUrl: options.webhook } }),
  });
  await sandbox.repository({
    owner: "harbour",
    name: "harbour",
    files: fixtureFiles(),
    collaborators: cast,
    rules: mainRules,
  });
  addAccount(sandbox.world, "zoe");
  describe(sandbox);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await sandbox.close();
  if (options.data === undefined) await rm(dataDir, { recursive: true, force: true });
}

/** One JSON line with all that a client needs; how to use it by hand goes to stderr. */
function describe(sandbox: Sandbox): void {
  const { app, url } = sandbox;
  const handle = { url, appId: app.id, webhookSecret: app.hookSecret, privateKey: app.privateKey };
  process.stdout.write(`${JSON.stringify(handle)}\n`);
  process.stderr.write(howTo(url));
}

/** How to open a pull request by hand: a person's token is their login. */
export function howTo(url: string): string {
  const host = url.replace("http://", "");
  return [
    "Open a pull request of your own:",
    `  git clone http://tom:tom@${host}/harbour/harbour.git && cd harbour && git switch -c mine`,
    `  echo "More." >> docs/guide.md && git commit -qam "More in the guide" && git push -u origin mine`,
    `  curl -s -H "Authorization: token tom" ${url}/repos/harbour/harbour/pulls -d '{"title":"More in the guide","head":"mine","base":"main"}'`,
    "",
  ].join("\n");
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError("a port is 0 to 65535");
  return value;
}

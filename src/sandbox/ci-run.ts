import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { git, isolated } from "./git/git.js";
import { z } from "zod";

/** How a repository says what tests it: `.drumline-sandbox-ci.json`, else the `test` script of its package.json. */
const configSchema = z
  .object({
    command: z.string().min(1),
    timeoutSeconds: z.number().positive().max(3600).default(120),
  })
  .strict();

export interface TestRun {
  readonly conclusion: "success" | "failure";
  /** The end of what the tests printed. */
  readonly log: string;
}

export interface WantedRun {
  readonly gitDir: string;
  readonly sha: string;
  /** Made for this run and removed after it. */
  readonly workDir: string;
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** In place of what the repository itself names. */
  readonly command: string | null;
  readonly signal: AbortSignal;
}

const logCharsMax = 8_000;

/** Checks the commit out into a folder of its own and runs its tests there. */
export async function runTests(wanted: WantedRun): Promise<TestRun> {
  const { workDir } = wanted;
  await rm(workDir, { recursive: true, force: true });
  await mkdir(workDir, { recursive: true });
  try {
    const index = { GIT_INDEX_FILE: join(workDir, ".sandbox-index") };
    await git(wanted.gitDir, ["--work-tree", workDir, "read-tree", wanted.sha], { env: index });
    await git(wanted.gitDir, ["--work-tree", workDir, "checkout-index", "--all", "--force"], { env: index });
    await rm(index.GIT_INDEX_FILE, { force: true });
    const config = await commandOf(workDir, wanted.command);
    if (typeof config === "string") return { conclusion: "failure", log: config };
    return await runCommand(wanted, config);
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The command, or why there is none: a commit that nothing tests is not a green one. */
async function commandOf(dir: string, command: string | null): Promise<z.output<typeof configSchema> | string> {
  if (command !== null) return configSchema.parse({ command });
  const own = await readJson(join(dir, ".drumline-sandbox-ci.json"));
  if (own !== null) {
    const parsed = configSchema.safeParse(own);
    return parsed.success ? parsed.data : `.drumline-sandbox-ci.json: ${parsed.error.issues[0]?.message ?? "invalid"}`;
  }
  const scripts = z
    .object({ scripts: z.object({ test: z.string() }) })
    .safeParse(await readJson(join(dir, "package.json")));
  return scripts.success
    ? configSchema.parse({ command: scripts.data.scripts.test })
    : "no .drumline-sandbox-ci.json and no test script in package.json";
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return { error: error.message };
    return null;
  }
}

async function runCommand(wanted: WantedRun, config: { command: string; timeoutSeconds: number }): Promise<TestRun> {
  const child = spawn("/bin/sh", ["-c", config.command], {
    cwd: wanted.workDir,
    // A group of its own, so that a test's own children end with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...isolated,
      PATH: process.env["PATH"] ?? "",
      HOME: wanted.cacheDir,
      TMPDIR: process.env["TMPDIR"] ?? "/tmp",
      CI: "true",
      CI_CACHE: wanted.cacheDir,
      ...wanted.env,
    },
  });
  let log = "";
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString("utf8")).slice(-logCharsMax);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let ended = "";
  const end = (why: string) => {
    ended = why;
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const timer = setTimeout(() => end(`stopped after ${config.timeoutSeconds} s`), config.timeoutSeconds * 1000);
  const aborted = () => end("the sandbox is closing");
  wanted.signal.addEventListener("abort", aborted, { once: true });
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", resolve);
  });
  clearTimeout(timer);
  wanted.signal.removeEventListener("abort", aborted);
  return {
    conclusion: code === 0 && ended === "" ? "success" : "failure",
    log: ended === "" ? log : `${log}\n${ended}`,
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

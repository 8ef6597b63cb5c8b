import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { startApp, type RunningApp } from "../../src/app.js";
import { startSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/server.js";
import { givePast, type Past } from "../../src/sandbox/past.js";
import type { Person } from "../../src/sandbox/people.js";
import type { Repo } from "../../src/sandbox/state.js";
import type { NewRepo } from "../../src/sandbox/world.js";

/** GitHub in the small, with the app on it: tests say what people do, and wait for what the world becomes. */
export interface TestWorld {
  readonly sandbox: Sandbox;
  readonly repo: Repo;
  /** Another one after `restarts`. */
  readonly app: RunningApp;
  readonly person: (login: string) => Person;
  /** @throws Error with what the world looks like when it doesn't come true in time. */
  readonly until: (what: string, holds: () => boolean | Promise<boolean>) => Promise<void>;
  readonly pull: (number: number) => { state: string; merged: boolean; labels: readonly string[] };
  readonly check: (
    number: number,
  ) => { status: string; conclusion: string | null; title: string; summary: string } | null;
  readonly comments: (number: number) => readonly string[];
  /** The app ends, and begins again on the same records. */
  readonly restarts: () => Promise<void>;
  readonly end: () => Promise<void>;
}

export interface WorldWants {
  readonly files?: NewRepo["files"];
  readonly policy?: string;
  readonly collaborators?: NewRepo["collaborators"];
  readonly ci?: SandboxOptions["ci"];
  /** What happened there before. */
  readonly past?: Past;
  /** The app's clock; left out: the machine's. */
  readonly now?: () => number;
}

const patienceMs = Number(process.env["TEST_PATIENCE_MS"] ?? 60_000);

export async function startWorld(wants: WorldWants = {}): Promise<TestWorld> {
  const dataDir = await mkdtemp(join(tmpdir(), "drumline-world-"));
  const sandbox = await startSandbox({ dataDir: join(dataDir, "github"), ci: wants.ci ?? { decide: byContent } });
  const repo = await sandbox.repository({
    owner: "acme",
    name: "shop",
    files: {
      "README.md": "# Shop\n",
      ...(wants.policy !== undefined && { ".github/drumline.yml": wants.policy }),
      ...wants.files,
    },
    collaborators: wants.collaborators ?? { alice: "write", bob: "write", carol: "maintain" },
  });
  if (wants.past) givePast(repo, wants.past);
  const start = async () =>
    await startApp({
      appId: sandbox.app.id,
      privateKey: sandbox.app.privateKey,
      webhookSecret: sandbox.app.hookSecret,
      baseUrl: sandbox.url,
      throttled: false,
      dataDir: join(dataDir, "data"),
      ...(process.env["TEST_DATABASE_URL"] !== undefined && { databaseUrl: process.env["TEST_DATABASE_URL"] }),
      dashboardToken: null,
      port: 0,
      host: "127.0.0.1",
      log: pino({ level: process.env["TEST_LOG"] ?? "silent" }),
      ...(wants.now && { now: wants.now }),
    });
  let app = await start();
  sandbox.connect(app.webhookUrl);
  const world: TestWorld = {
    sandbox,
    repo,
    get app() {
      return app;
    },
    person: (login) => sandbox.person(repo, login),
    until: async (what, holds) => {
      const end = Date.now() + patienceMs;
      while (!(await holds())) {
        if (Date.now() > end) throw new Error(`never came true: ${what}\n${picture(world)}`);
        await sleep(20);
      }
    },
    pull: (number) => {
      const issue = repo.issues.get(number);
      if (!issue?.pull) throw new Error(`no pull request #${number}`);
      return { state: issue.state, merged: issue.pull.merged !== null, labels: issue.labels };
    },
    check: (number) => checkOf(repo, number),
    comments: (number) => [...repo.comments.values()].filter((c) => c.issue === number).map((c) => c.body),
    restarts: async () => {
      await app.close();
      app = await start();
      sandbox.connect(app.webhookUrl);
    },
    end: async () => {
      await app.close();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return world;
}

/** CI that fails while the commit holds a file called `broken`, and while it holds both halves of a clash. */
async function byContent(commit: { files: () => Promise<string[]> }): Promise<"success" | "failure"> {
  const files = await commit.files();
  const clash = files.includes("left.txt") && files.includes("right.txt");
  return files.includes("broken") || clash ? "failure" : "success";
}

function checkOf(repo: Repo, number: number): ReturnType<TestWorld["check"]> {
  const headSha = repo.issues.get(number)?.pull?.headSha;
  const run = [...repo.checkRuns.values()].findLast((r) => r.headSha === headSha && r.name === "Drumline");
  if (!run) return null;
  return {
    status: run.status,
    conclusion: run.conclusion,
    title: run.output.title ?? "",
    summary: run.output.summary ?? "",
  };
}

/** Every pull request as it stands, for a failed wait. */
function picture(world: TestWorld): string {
  return [...world.repo.issues.values()]
    .filter((i) => i.pull)
    .map(
      (i) =>
        `#${i.number} ${i.title}: ${i.state}${i.pull?.merged ? " merged" : ""} · ${world.check(i.number)?.title ?? "no check"}\n${world.check(i.number)?.summary ?? ""}`,
    )
    .join("\n\n");
}

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Annotation } from "../core/model/effect.js";
import { addCheckRun, updateCheckRun, type CheckFields } from "./actions/checks.js";
import { blobAt, commitOf, git, listTree } from "./git/git.js";
import { runTests, type TestRun } from "./ci-run.js";
import { addAccount, addApp, type WorldOptions } from "./world.js";
import { fullName, type App, type CheckRun, type Repo, type World } from "./state.js";

/**
 * The sandbox's CI: another app, `sandbox-ci`, that really runs a repository's tests on each pushed commit and says so
 * in a check run. One run a commit; asking for the check again makes another attempt.
 */
export interface CiOptions {
  /** The check's name. */
  readonly name?: string;
  /** Runs at a time. */
  readonly concurrency?: number;
  /** Decides by what is in the commit instead of running its tests: for fast tests. */
  readonly decide?: (commit: CiCommit) => Promise<CiVerdict | CiAnswer> | CiVerdict | CiAnswer;
  /** The shell command that tests a commit, in place of what the commit itself names. */
  readonly command?: string;
}

export type CiVerdict = "success" | "failure";

/** A verdict with what CI says of it: a runner that is lost under a job is a failure to GitHub. */
export interface CiAnswer {
  readonly conclusion: CiVerdict;
  readonly annotations: readonly Annotation[];
}

export interface CiCommit {
  readonly repo: string;
  readonly sha: string;
  readonly tree: string;
  /** The branch whose push caused the run. */
  readonly branch: string;
  /** From 1, counted by commit. */
  readonly attempt: number;
  readonly read: (path: string) => Promise<string | null>;
  readonly files: () => Promise<string[]>;
}

/** What CI found; the demo's proof that every landed tree is a tested tree. */
export interface CiRecord {
  readonly repo: string;
  readonly sha: string;
  readonly tree: string;
  readonly branch: string;
  readonly attempt: number;
  readonly conclusion: CiVerdict;
  readonly at: number;
  readonly ms: number;
}

export interface Ci {
  readonly app: App;
  readonly records: readonly CiRecord[];
  /** Runs waiting and running. */
  readonly load: () => { waiting: number; running: number };
  /** Asks for a run unless this commit has had one. */
  readonly test: (repo: Repo, of: { sha: string; branch: string }) => void;
  readonly passed: (repo: Repo, sha: string) => boolean;
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Job {
  readonly repo: Repo;
  readonly sha: string;
  readonly branch: string;
  readonly attempt: number;
}

export function startCi(world: World, options: CiOptions): Ci {
  const app = addApp(world, {
    slug: "sandbox-ci",
    owner: addAccount(world, "sandbox", "Organization"),
    permissions: { checks: "write", contents: "read", metadata: "read" },
    events: [],
    hookUrl: null,
  });
  const waiting: Job[] = [];
  const running = new Set<Promise<void>>();
  const attempts = new Map<string, number>();
  const records: CiRecord[] = [];
  const stop = new AbortController();
  const concurrency = options.concurrency ?? 2;

  const pump = (): void => {
    while (running.size < concurrency && !stop.signal.aborted) {
      const job = waiting.shift();
      if (!job) return;
      const done = runJob(world, { app, job, options, records, signal: stop.signal })
        .catch((error: unknown) => {
          if (!stop.signal.aborted) process.stderr.write(`sandbox ci: ${String(error)}\n`);
        })
        .finally(() => {
          running.delete(done);
          pump();
        });
      running.add(done);
    }
  };
  const enqueue = (repo: Repo, of: { sha: string; branch: string }): void => {
    const key = `${repo.id} ${of.sha}`;
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    waiting.push({ repo, ...of, attempt });
    pump();
  };
  const test = (repo: Repo, of: { sha: string; branch: string }): void => {
    if (!attempts.has(`${repo.id} ${of.sha}`)) enqueue(repo, of);
  };
  world.listeners.pushed = (repo, ref, sha) => {
    // A fork's own pushes are tested in its parent, once there is a pull request.
    if (sha === null || repo.parent !== null || !watched(repo, ref)) return;
    test(repo, { sha, branch: ref.replace(/^refs\/heads\//, "") });
  };
  world.listeners.rerequested = (repo, run) => {
    if (run.appId === app.id) enqueue(repo, { sha: run.headSha, branch: branchOf(records, run) });
  };
  return {
    app,
    records,
    load: () => ({ waiting: waiting.length, running: running.size }),
    test,
    passed: (repo, sha) =>
      records.findLast((r) => r.repo === fullName(repo) && r.sha === sha)?.conclusion === "success",
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
    stop: async () => {
      waiting.length = 0;
      stop.abort();
      await Promise.all(running);
    },
  };
}

/** As a workflow would say it: the default branch, pull requests, and what the queue shows under `drumline/`. */
function watched(repo: Repo, ref: string): boolean {
  return (
    ref === `refs/heads/${repo.defaultBranch}` || ref.startsWith("refs/heads/drumline/") || ref.startsWith("refs/pull/")
  );
}

function branchOf(records: readonly CiRecord[], run: CheckRun): string {
  return records.findLast((r) => r.sha === run.headSha)?.branch ?? "";
}

async function runJob(
  world: World,
  of: { app: App; job: Job; options: CiOptions; records: CiRecord[]; signal: AbortSignal },
): Promise<void> {
  const { job, options, app } = of;
  const { repo, sha, branch, attempt } = job;
  const tree = (await git(repo.dir, ["rev-parse", `${sha}^{tree}`])).trim();
  const started = performance.now();
  const run = await addCheckRun(world, repo, {
    app,
    name: options.name ?? "ci/test",
    headSha: sha,
    fields: { status: "in_progress", detailsUrl: `${world.url}/_sandbox/ci/${sha}` },
  });
  const result: Result = options.decide
    ? await decided(options.decide, { repo, sha, branch, attempt, tree })
    : await runTests({
        gitDir: repo.dir,
        sha,
        workDir: join(world.dataDir, "ci", `${sha.slice(0, 12)}-${attempt}`),
        cacheDir: await cacheFor(world, branch),
        env: { CI_ATTEMPT: String(attempt), CI_BRANCH: branch, CI_COMMIT: sha },
        command: options.command ?? null,
        signal: of.signal,
      });
  if (of.signal.aborted) return;
  const record: CiRecord = {
    repo: fullName(repo),
    sha,
    tree,
    branch,
    attempt,
    conclusion: result.conclusion,
    at: world.now(),
    ms: Math.round(performance.now() - started),
  };
  of.records.push(record);
  updateCheckRun(world, repo, { run, fields: said(result, attempt), by: app.bot });
}

/** Queue branches and others have caches of their own, as runners of different pools do. */
async function cacheFor(world: World, branch: string): Promise<string> {
  const dir = join(world.dataDir, "ci-cache", branch.startsWith("drumline/") ? "queue" : "branches");
  await mkdir(dir, { recursive: true });
  return dir;
}

async function decided(
  decide: NonNullable<CiOptions["decide"]>,
  of: { repo: Repo; sha: string; branch: string; attempt: number; tree: string },
): Promise<Result> {
  const { repo, sha } = of;
  const verdict = await decide({
    ...of,
    repo: fullName(repo),
    read: async (path) => await blobAt(repo.dir, sha, path),
    files: async () =>
      (await listTree(repo.dir, sha, { deep: "deep" })).filter((e) => e.type === "blob").map((e) => e.path),
  });
  return typeof verdict === "string" ? { conclusion: verdict, log: "" } : { ...verdict, log: "" };
}

type Result = TestRun & Partial<Pick<CiAnswer, "annotations">>;

function said(result: Result, attempt: number): CheckFields {
  const again = attempt > 1 ? ` (attempt ${attempt})` : "";
  const title = `${result.conclusion === "success" ? "Tests passed" : "Tests failed"}${again}`;
  return {
    conclusion: result.conclusion,
    output: {
      title,
      summary: title,
      text: result.log === "" ? null : `\`\`\`\n${result.log}\n\`\`\``,
      annotations: result.annotations ?? [],
    },
  };
}

/** Forgets an earlier story's work trees and caches. */
export async function clearCi(options: Pick<WorldOptions, "dataDir">): Promise<void> {
  for (const name of ["ci", "ci-cache"]) await rm(join(options.dataDir, name), { recursive: true, force: true });
}

/** Tests the default branch, so that a fresh repository's main is known to be green. */
export async function testDefaultBranch(ci: Ci, repo: Repo): Promise<void> {
  const sha = await commitOf(repo.dir, `refs/heads/${repo.defaultBranch}`);
  if (sha !== null) ci.test(repo, { sha, branch: repo.defaultBranch });
}

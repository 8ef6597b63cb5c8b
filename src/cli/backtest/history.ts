import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, truncateSync } from "node:fs";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { InputError } from "../input.js";
import type { LandedCommit } from "./landed.js";
import { logForm, readLog } from "./read-log.js";

export interface HistoryWish {
  readonly git: string;
  /** What git understands as a date; null for everything. */
  readonly since: string | null;
  /** Where the extracted history is kept, so that a second run and an interrupted one read only what is new. */
  readonly cache: string;
  readonly progress: (done: number, total: number) => void;
}

/**
 * The landed changes of the checked-out branch, oldest first.
 * @throws InputError when the folder is no clone, or git fails.
 */
export async function readHistory(wish: HistoryWish): Promise<readonly LandedCommit[]> {
  const head = (await git(wish.git, ["rev-parse", "--verify", "HEAD^{commit}"])).trim();
  const since = wish.since === null ? [] : [`--since=${wish.since}`];
  const total = Number(await git(wish.git, ["rev-list", "--count", "--first-parent", ...since, head]));
  const cached = await readCache(wish);
  const commits = [...cached.commits];
  const last = commits.at(-1);
  const range = last ? [`${last.sha}..${head}`] : [...since, head];
  if (last?.sha === head) return commits;
  await mkdir(dirname(wish.cache), { recursive: true });
  const file = createWriteStream(wish.cache, { flags: commits.length > 0 ? "a" : "w" });
  if (commits.length === 0) file.write(`${JSON.stringify(cacheHeader(wish))}\n`);
  for await (const commit of logOf(wish.git, range)) {
    commits.push(commit);
    if (!file.write(`${JSON.stringify(commit)}\n`)) await once(file, "drain");
    if (commits.length % progressEvery === 0) wish.progress(commits.length, total);
  }
  file.end();
  await once(file, "finish");
  wish.progress(commits.length, Math.max(total, commits.length));
  return commits;
}

/** The newest of them, oldest first, read anew each time. @throws InputError */
export async function newestCommits(folder: string, count: number): Promise<readonly LandedCommit[]> {
  const commits: LandedCommit[] = [];
  for await (const commit of logOf(folder, [`--max-count=${count}`, "HEAD"])) commits.push(commit);
  return commits;
}

/** Where a clone's extracted history is kept unless the caller says otherwise: inside its git folder. */
export async function defaultCache(folder: string): Promise<string> {
  const gitFolder = (await git(folder, ["rev-parse", "--absolute-git-dir"])).trim();
  return `${gitFolder}/drumline/history.jsonl`;
}

const progressEvery = 50;
/** Counts up when a cached line's fields change their meaning. */
const cacheVersion = 1;

function cacheHeader({ since }: HistoryWish): { version: number; since: string | null } {
  return { version: cacheVersion, since };
}

/**
 * What an earlier run extracted, if it is of the same kind and its last commit still lies on the branch. A last line
 * cut short by an interruption is dropped.
 */
async function readCache(wish: HistoryWish): Promise<{ commits: LandedCommit[] }> {
  if (!existsSync(wish.cache)) return { commits: [] };
  const commits: LandedCommit[] = [];
  let whole = 0;
  let first = true;
  for await (const line of createInterface({ input: createReadStream(wish.cache), crlfDelay: Infinity })) {
    const value = parseLine(line);
    if (value === undefined) break;
    if (first && JSON.stringify(value) !== JSON.stringify(cacheHeader(wish))) return { commits: [] };
    if (!first) commits.push(value as LandedCommit);
    first = false;
    whole += Buffer.byteLength(line) + 1;
  }
  const last = commits.at(-1);
  if (last === undefined || !(await isOnBranch(wish.git, last.sha))) return { commits: [] };
  truncateSync(wish.cache, whole);
  return { commits };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** On the first-parent line, not only an ancestor: a rebased branch must be read anew. */
async function isOnBranch(folder: string, sha: string): Promise<boolean> {
  try {
    const list = await git(folder, ["rev-list", "--first-parent", "HEAD"]);
    return list.split("\n").includes(sha);
  } catch {
    return false;
  }
}

async function* logOf(folder: string, range: readonly string[]): AsyncGenerator<LandedCommit> {
  const child = spawn("git", ["-C", folder, "log", ...logForm, ...range, "--"], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = endOf(child);
  child.stdout.setEncoding("utf8");
  yield* readLog(child.stdout as AsyncIterable<string>);
  await ended;
}

export async function git(folder: string, args: readonly string[]): Promise<string> {
  const child = spawn("git", ["-C", folder, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = endOf(child);
  let text = "";
  child.stdout.setEncoding("utf8");
  for await (const piece of child.stdout as AsyncIterable<string>) text += piece;
  await ended;
  return text;
}

export function endOf(child: ReturnType<typeof spawn>): Promise<void> {
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const end = new Promise<void>((resolve, reject) => {
    child.on("error", (error) => reject(new InputError(`git could not be run: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new InputError(`git: ${complaint.trim().split("\n")[0] ?? `ended with ${code}`}`));
    });
  });
  // Who reads the output first awaits this later: until then a failure is not an unhandled one.
  end.catch(() => undefined);
  return end;
}

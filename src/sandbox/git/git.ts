import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";

/**
 * The `git` binary over a bare repository. Nothing of the user's own configuration is read, so that a story plays the
 * same on every machine.
 */
export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Milliseconds since 1970 UTC; git keeps seconds. */
  readonly at: number;
}

export const isolated: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C",
};

/** @throws Error with git's own words when it exits with anything but 0. */
export async function git(dir: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await tryGit(dir, args, options);
  if (result.code !== 0) throw new Error(`git ${args.slice(0, 3).join(" ")}: ${result.stderr.trim() || result.code}`);
  return result.stdout;
}

export async function tryGit(dir: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return await new Promise((resolve, reject) => {
    const child = spawn("git", ["--git-dir", dir, ...args], {
      env: { ...process.env, ...isolated, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({
        code: code ?? 128,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
      });
    });
    // git may exit before it has read everything; its exit code tells.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

export async function initBare(dir: string, defaultBranch: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await git(dir, ["init", "--bare", "--quiet", `--initial-branch=${defaultBranch}`]);
  await git(dir, ["config", "http.receivepack", "true"]);
  await git(dir, ["config", "uploadpack.allowAnySHA1InWant", "true"]);
  await git(dir, ["config", "gc.auto", "0"]);
}

/** The commit that a name, ref or id leads to; null when there is none. */
export async function commitOf(dir: string, name: string): Promise<string | null> {
  if (name.startsWith("-")) return null;
  const { code, stdout } = await tryGit(dir, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  return code === 0 ? stdout.trim() : null;
}

/** Branch first, then anything else: a branch may be named like a tag or an id's beginning. */
export async function commitOfBranchOrName(dir: string, name: string): Promise<string | null> {
  return (await commitOf(dir, `refs/heads/${name}`)) ?? (await commitOf(dir, name));
}

export async function refs(dir: string, prefix = "refs/"): Promise<Map<string, string>> {
  const out = await git(dir, ["for-each-ref", "--format=%(refname) %(objectname)", prefix]);
  return new Map(
    out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
  );
}

const noCommit = "0".repeat(40);

/**
 * Moves, makes (`from: null`) or deletes (`to: null`) a ref, only if it still is where the caller saw it.
 * @returns false when it had moved.
 */
export async function moveRef(
  dir: string,
  move: { ref: string; from: string | null; to: string | null },
): Promise<boolean> {
  const args =
    move.to === null
      ? ["update-ref", "-d", move.ref, move.from ?? noCommit]
      : ["update-ref", move.ref, move.to, move.from ?? noCommit];
  return (await tryGit(dir, args)).code === 0;
}

export async function isAncestor(dir: string, older: string, newer: string): Promise<boolean> {
  if (older === newer) return true;
  return (await tryGit(dir, ["merge-base", "--is-ancestor", older, newer])).code === 0;
}

export async function mergeBase(dir: string, a: string, b: string): Promise<string | null> {
  const { code, stdout } = await tryGit(dir, ["merge-base", a, b]);
  return code === 0 ? (stdout.split("\n")[0] ?? null) : null;
}

/** Commits reachable from `to` and not from `from`, newest first. */
export async function between(dir: string, from: string, to: string): Promise<string[]> {
  const out = await git(dir, ["rev-list", `${from}..${to}`]);
  return out.split("\n").filter((line) => line !== "");
}

export type MergeResult =
  { readonly clean: true; readonly tree: string } | { readonly clean: false; readonly conflicts: readonly string[] };

/** A real three-way merge, in memory. Unrelated histories count as a conflict. */
export async function mergeTrees(dir: string, ours: string, theirs: string): Promise<MergeResult> {
  const { code, stdout } = await tryGit(dir, [
    "merge-tree",
    "--write-tree",
    "--name-only",
    "--no-messages",
    ours,
    theirs,
  ]);
  const [tree = "", ...names] = stdout.split("\n").filter((line) => line !== "");
  return code === 0 ? { clean: true, tree } : { clean: false, conflicts: names };
}

export async function commitTree(
  dir: string,
  commit: {
    tree: string;
    parents: readonly string[];
    message: string;
    author: Signature;
    committer: Signature;
  },
): Promise<string> {
  const parents = commit.parents.flatMap((p) => ["-p", p]);
  const out = await git(dir, ["commit-tree", commit.tree, ...parents], {
    input: commit.message,
    env: { ...signatureEnv("AUTHOR", commit.author), ...signatureEnv("COMMITTER", commit.committer) },
  });
  return out.trim();
}

function signatureEnv(who: "AUTHOR" | "COMMITTER", signature: Signature): Record<string, string> {
  return {
    [`GIT_${who}_NAME`]: signature.name,
    [`GIT_${who}_EMAIL`]: signature.email,
    [`GIT_${who}_DATE`]: `${Math.floor(signature.at / 1000)} +0000`,
  };
}

/** A file's bytes at a commit; null when it isn't there or is a folder. */
export async function blobAt(dir: string, commit: string, path: string): Promise<string | null> {
  const { code, stdout } = await tryGit(dir, ["cat-file", "blob", `${commit}:${path}`]);
  return code === 0 ? stdout : null;
}

export interface TreeEntry {
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
  readonly size: number | null;
  readonly path: string;
}

/** What stands at a path (the entry itself) or in it (`${path}/`). */
export async function listTree(
  dir: string,
  tree: string,
  options: { path?: string; deep?: "deep" },
): Promise<TreeEntry[]> {
  const args = ["ls-tree", "-z", "-l", "--full-tree", ...(options.deep ? ["-r", "-t"] : []), tree];
  const { code, stdout } = await tryGit(dir, options.path ? [...args, "--", options.path] : args);
  if (code !== 0) return [];
  return stdout
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => {
      const [meta = "", path = ""] = line.split("\t");
      const [mode = "", type = "", sha = "", size = "-"] = meta.split(/ +/);
      return { mode, type: type as TreeEntry["type"], sha, size: size === "-" ? null : Number(size), path };
    });
}

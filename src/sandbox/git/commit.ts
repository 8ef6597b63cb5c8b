import { git, tryGit, type Signature } from "./git.js";

/** A commit as git has it. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const format = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B"].join("%x01");

export async function readCommit(dir: string, sha: string): Promise<Commit | null> {
  const { code, stdout } = await tryGit(dir, ["log", "-1", "-z", `--format=${format}`, sha]);
  if (code !== 0) return null;
  return parse(stdout)[0] ?? null;
}

/** Newest first; merges included. */
export async function readCommits(dir: string, range: string, limit: number): Promise<Commit[]> {
  return parse(await git(dir, ["log", "-z", `--max-count=${limit}`, "--topo-order", `--format=${format}`, range]));
}

function parse(text: string): Commit[] {
  return text
    .split("\0")
    .filter((record) => record !== "")
    .map((record) => {
      const [sha = "", tree = "", parents = "", an = "", ae = "", at = "0", cn = "", ce = "", ct = "0", message = ""] =
        record.split("\x01");
      return {
        sha,
        tree,
        parents: parents.split(" ").filter((p) => p !== ""),
        author: { name: an, email: ae, at: Number(at) * 1000 },
        committer: { name: cn, email: ce, at: Number(ct) * 1000 },
        message: message.replace(/\n+$/, ""),
      };
    });
}

/** What becomes of a file in a new commit: its text, its text with a mode, or null to remove it. */
export type FileEdit = string | null | { readonly mode: string; readonly content: string | Buffer };

let written = 0;

/**
 * Writes a commit on top of `parent` (null: a first commit) without a clone and in one process. The branch doesn't
 * move; that is the caller's next step.
 */
export async function writeCommit(
  dir: string,
  commit: {
    parent: string | null;
    files: Readonly<Record<string, FileEdit>>;
    message: string;
    author: Signature;
  },
): Promise<string> {
  written += 1;
  const ref = `refs/sandbox/write-${process.pid}-${written}`;
  const who = `${commit.author.name} <${commit.author.email}> ${Math.floor(commit.author.at / 1000)} +0000`;
  const parts: Buffer[] = [
    Buffer.from(`commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`),
    data(Buffer.from(commit.message)),
    Buffer.from(commit.parent === null ? "" : `from ${commit.parent}\n`),
    ...Object.entries(commit.files).flatMap(([path, edit]) => editParts(path, edit)),
    Buffer.from("\nget-mark :1\n"),
  ];
  const out = await git(dir, ["fast-import", "--quiet", "--force"], { input: Buffer.concat(parts) });
  await tryGit(dir, ["update-ref", "-d", ref]);
  return out.trim();
}

function editParts(path: string, edit: FileEdit): Buffer[] {
  const name = `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
  if (edit === null) return [Buffer.from(`D ${name}\n`)];
  const { mode, content } = typeof edit === "string" ? { mode: "100644", content: edit } : edit;
  return [Buffer.from(`M ${mode} inline ${name}\n`), data(Buffer.from(content))];
}

function data(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from("\n")]);
}

/**
 * A tree made from another by edits of single entries, as `POST /git/trees` takes them.
 * An entry with a null `sha` is removed.
 */
export async function writeTree(
  dir: string,
  tree: {
    base: string | null;
    entries: readonly { path: string; mode: string; sha: string | null }[];
    indexFile: string;
  },
): Promise<string> {
  const env = { GIT_INDEX_FILE: tree.indexFile };
  await git(dir, tree.base === null ? ["read-tree", "--empty"] : ["read-tree", tree.base], { env });
  const lines = tree.entries.map((e) =>
    e.sha === null ? `0 ${"0".repeat(40)}\t${e.path}` : `${e.mode} ${e.sha}\t${e.path}`,
  );
  await git(dir, ["update-index", "--add", "--index-info"], { env, input: `${lines.join("\n")}\n` });
  return (await git(dir, ["write-tree"], { env })).trim();
}

export async function writeBlob(dir: string, content: string): Promise<string> {
  return (await git(dir, ["hash-object", "-w", "--stdin"], { input: content })).trim();
}

import { createHash } from "node:crypto";
import { fileStatusOf, filesReadMax } from "../../core/risk/change.js";
import type { ScoredFile } from "../../core/risk/change.js";
import type { LandedCommit } from "./landed.js";
import { bodyCharsMax } from "./landed.js";

/**
 * What `git log` is asked for. With `-z` every field and entry ends with NUL, so no path or message can break the
 * form: a header is `\x01 sha, time, author, address, message`, an entry of `--raw` starts with `:`, one of
 * `--numstat` with a number or `-`.
 */
export const logForm = [
  "--first-parent",
  "--diff-merges=first-parent",
  "--reverse",
  "-z",
  "--raw",
  "--numstat",
  "--no-abbrev",
  "--find-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--format=format:%x01%H%x00%ct%x00%an%x00%ae%x00%B%x00",
];

/** Turns the pieces of `git log`'s output, cut anywhere, into commits, oldest first. */
export async function* readLog(pieces: AsyncIterable<string>): AsyncGenerator<LandedCommit> {
  let open: OpenCommit | null = null;
  for await (const token of tokensOf(pieces)) {
    if (token.startsWith("\x01")) {
      if (open) yield finished(open);
      open = { header: [token.slice(1)], raw: [], counts: new Map(), awaits: [], added: 0, deleted: 0 };
    } else if (open) {
      take(open, token);
    }
  }
  if (open) yield finished(open);
}

interface RawEntry {
  readonly status: string;
  readonly before: string;
  readonly after: string;
  readonly paths: string[];
}

interface OpenCommit {
  readonly header: string[];
  readonly raw: RawEntry[];
  readonly counts: Map<string, { added: number; deleted: number }>;
  /** Numstat of a rename names the old and the new path in two further tokens. */
  awaits: Array<{ added: number; deleted: number; paths: string[] }>;
  added: number;
  deleted: number;
}

const headerFields = 5;

function take(open: OpenCommit, token: string): void {
  if (open.header.length < headerFields) {
    open.header.push(token);
    return;
  }
  const rename = open.awaits[0];
  if (rename) {
    rename.paths.push(token);
    if (rename.paths.length < 2) return;
    open.counts.set(token, rename);
    open.awaits = [];
    return;
  }
  const raw = open.raw.at(-1);
  if (raw && raw.paths.length < pathsOf(raw.status)) {
    raw.paths.push(token);
    return;
  }
  const entry = token.replace(/^\n+/, "");
  if (entry.startsWith(":")) takeRaw(open, entry);
  else takeCount(open, entry);
}

function pathsOf(status: string): number {
  return status.startsWith("R") || status.startsWith("C") ? 2 : 1;
}

/** `:100644 100644 before after M`. */
function takeRaw(open: OpenCommit, entry: string): void {
  const [, , before = "", after = "", status = "M"] = entry.split(" ");
  open.raw.push({ status, before, after, paths: [] });
}

/** `added TAB deleted TAB path`; `-` for a binary file; an empty path announces a rename's two. */
function takeCount(open: OpenCommit, entry: string): void {
  const first = entry.indexOf("\t");
  const second = entry.indexOf("\t", first + 1);
  if (first < 0 || second < 0) return;
  const count = { added: lines(entry.slice(0, first)), deleted: lines(entry.slice(first + 1, second)) };
  open.added += count.added;
  open.deleted += count.deleted;
  const path = entry.slice(second + 1);
  if (path === "") open.awaits = [{ ...count, paths: [] }];
  else open.counts.set(path, count);
}

function lines(text: string): number {
  return text === "-" ? 0 : Number(text);
}

function finished(open: OpenCommit): LandedCommit {
  const [sha = "", at = "0", author = "", address = "", message = ""] = open.header;
  const files = open.raw.slice(0, filesReadMax).map((r): ScoredFile => {
    const path = r.paths.at(-1) ?? "";
    return { path, status: fileStatusOf(r.status), added: 0, deleted: 0, ...open.counts.get(path) };
  });
  return {
    sha,
    at: Number(at),
    author: createHash("sha256")
      .update(address.toLowerCase() || author)
      .digest("hex")
      .slice(0, 12),
    isBot: isBotName(author) || isBotName(address.split("@")[0] ?? ""),
    ...titleOf(message),
    files: files.map(({ path, status, added, deleted }) => ({ path, status, added, deleted })),
    fileCount: open.raw.length,
    added: open.added,
    deleted: open.deleted,
    ...digests(open.raw),
  };
}

/** GitHub's merge commits say `Merge pull request #N from …` and hold the title below; a squash ends with `(#N)`. */
function titleOf(message: string): { title: string; body: string; pulls: number[] } {
  const [subject = "", ...rest] = message.trim().split("\n");
  const below = rest.join("\n").trim();
  const merge = /^Merge pull request #(\d+)/.exec(subject);
  if (merge && below !== "") {
    const [title = "", ...body] = below.split("\n");
    return { title, body: body.join("\n").trim().slice(0, bodyCharsMax), pulls: [Number(merge[1])] };
  }
  const squash = /\(#(\d+)\)\s*$/.exec(subject);
  return { title: subject, body: below.slice(0, bodyCharsMax), pulls: squash ? [Number(squash[1])] : [] };
}

/** Machine accounts by their names; an agent that writes code under a person's name can't be told in git. */
function isBotName(name: string): boolean {
  return /\[bot\]|(^|[-_ ])(bot|robot|autobump|autoroll|dependabot|renovate|greenkeeper|snyk)($|[-_ ])|bot$/i.test(
    name,
  );
}

/** Two commits are opposites when one's blobs before are the other's after, path by path. */
function digests(raw: readonly RawEntry[]): { did: string; undid: string } {
  if (raw.length === 0) return { did: "", undid: "" };
  const forward = raw.map((r) => `${r.paths[0]}\0${r.before}\0${r.paths.at(-1)}\0${r.after}`);
  const backward = raw.map((r) => `${r.paths.at(-1)}\0${r.after}\0${r.paths[0]}\0${r.before}`);
  return { did: digest(forward), undid: digest(backward) };
}

function digest(entries: readonly string[]): string {
  return createHash("sha256")
    .update([...entries].sort().join("\n"))
    .digest("hex")
    .slice(0, 32);
}

async function* tokensOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf("\0"); end >= 0; end = piece.indexOf("\0", from)) {
      rest.push(piece.slice(from, end));
      from = end + 1;
      yield rest.join("");
      rest = [];
    }
    if (from < piece.length) rest.push(piece.slice(from));
  }
  if (rest.length > 0) yield rest.join("");
}

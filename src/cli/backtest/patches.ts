import { spawn } from "node:child_process";
import { endOf } from "./history.js";

/** The unified diff of one landed commit against its first parent; null when it is longer than `patchCharsMax`. */
export interface LandedPatch {
  readonly sha: string;
  readonly diff: string | null;
}

/** A longer diff is not read: what can't be read is unknown, and never safe. */
export const patchCharsMax = 2_000_000;

const patchForm = [
  "--first-parent",
  "--diff-merges=first-parent",
  "--reverse",
  "--patch",
  "--full-index",
  "--find-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--format=format:%x01%H",
];
/** Settings of the clone that would change the diff's form are overruled. */
const settings = ["-c", "core.quotePath=true", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false"];

/**
 * The diffs of a clone's landed changes, oldest first.
 * @throws HistoryError when git fails.
 */
export async function* readPatches(
  folder: string,
  { since, newest = null }: { since: string | null; newest?: number | null },
): AsyncGenerator<LandedPatch> {
  const from = [...(since === null ? [] : [`--since=${since}`]), ...(newest === null ? [] : [`--max-count=${newest}`])];
  const range = [...from, "HEAD"];
  const args = ["-C", folder, ...settings, "log", ...patchForm, ...range, "--"];
  const child = spawn("git", args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = endOf(child);
  child.stdout.setEncoding("utf8");
  yield* splitPatches(child.stdout as AsyncIterable<string>);
  await ended;
}

/** A line of a diff never begins with the mark `\x01`, so a line that does is the next commit's. */
export async function* splitPatches(pieces: AsyncIterable<string>): AsyncGenerator<LandedPatch> {
  let open: OpenPatch | null = null;
  let rest = "\n";
  for await (const piece of pieces) {
    const text = rest + piece;
    let from = 0;
    for (let mark = text.indexOf("\n\x01"); mark >= 0; mark = text.indexOf("\n\x01", from)) {
      if (open) {
        add(open, text.slice(from, mark + 1));
        yield finished(open);
      }
      open = { parts: [], length: 0 };
      from = mark + 2;
    }
    // A mark may be cut in two: the last line's end waits for the next piece.
    const keep = text.endsWith("\n") ? text.length - 1 : text.length;
    if (open) add(open, text.slice(from, keep));
    rest = text.slice(Math.max(from, keep));
  }
  if (!open) return;
  add(open, rest);
  yield finished(open);
}

interface OpenPatch {
  parts: string[];
  length: number;
}

function add(open: OpenPatch, text: string): void {
  open.length += text.length;
  if (open.length <= patchCharsMax || open.parts.length === 0) open.parts.push(text);
}

function finished({ parts, length }: OpenPatch): LandedPatch {
  const text = parts.join("");
  const end = text.indexOf("\n");
  const sha = (end < 0 ? text : text.slice(0, end)).trim();
  return { sha, diff: length > patchCharsMax ? null : end < 0 ? "" : text.slice(end + 1) };
}

import { hunkLines, type DiffLine } from "../../classify/hunks.js";
import type { FileChange } from "../../model/change.js";
import type { Read } from "../../model/read.js";
import { pathMatches } from "../../policy/pattern.js";
import type { Pattern } from "../../policy/policy.js";

export interface ChangedLine {
  readonly path: string;
  readonly number: number;
  readonly text: string;
}

/** Added or removed lines of the files that match, and whether some of those could not be read. */
export function changedLines(
  wanted: { readonly side: "added" | "removed" | "either"; readonly in: readonly Pattern[] },
  files: Read<readonly FileChange[]>,
): { readonly lines: readonly ChangedLine[]; readonly unread: boolean } {
  if (files.state !== "read") return { lines: [], unread: true };
  const concerned = files.value.filter(
    (f) =>
      wanted.in.length === 0 || wanted.in.some((p) => pathMatches(p, f.path) || pathMatches(p, f.oldPath ?? f.path)),
  );
  const lines = concerned.flatMap((file) =>
    linesOf(file)
      .filter((line) => line.kind !== "context" && (wanted.side === "either" || line.kind === wanted.side))
      .map(({ number, text }) => ({ path: file.path, number, text })),
  );
  return { lines, unread: concerned.some((f) => f.patch.state === "missing") };
}

/** A diff is read once, however many rules ask about its lines. */
const kept = new WeakMap<FileChange, readonly DiffLine[]>();

function linesOf(file: FileChange): readonly DiffLine[] {
  const lines = kept.get(file) ?? (file.patch.state === "text" ? hunkLines(file.patch.text) : []);
  kept.set(file, lines);
  return lines;
}

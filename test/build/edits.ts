import type { Detector, ReadFile } from "../../src/core/classify/detector.js";
import { finding } from "../../src/core/classify/detector.js";
import { hunkLines } from "../../src/core/classify/hunks.js";
import type { Change, FileChange, FileStatus } from "../../src/core/model/change.js";
import type { Finding, Reversibility } from "../../src/core/model/classification.js";
import { reversibilities } from "../../src/core/model/classification.js";

/** One file of a change as its two texts; a missing `before` is a new file, a missing `after` a removed one. */
export interface Edit {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
  readonly oldPath?: string;
}

/** What the detector says about the edits, worst first; `[]` when it says nothing. */
export function findingsOf(detector: Detector, edits: readonly Edit[]): Finding[] {
  const files = edits.map(readFile);
  const change: Change = {
    title: "",
    body: "",
    labels: [],
    author: { login: "ann", kind: "human" },
    files: files.map((f) => f.change),
  };
  return files
    .filter((file) => detector.concerns(file.change))
    .flatMap((file) => detector.detect(file, { change, files }))
    .map((hit) => finding(detector, hit))
    .sort((a, b) => reversibilities.indexOf(a.reversibility) - reversibilities.indexOf(b.reversibility));
}

/** The worst class the detector gives, or `silent`. */
export function doorOf(detector: Detector, ...edits: readonly Edit[]): Reversibility | "silent" {
  return findingsOf(detector, edits)[0]?.reversibility ?? "silent";
}

export function readFile(edit: Edit): ReadFile {
  const text = unifiedHunks(edit.before ?? "", edit.after ?? "");
  const lines = hunkLines(text);
  const status: FileStatus =
    edit.before === undefined
      ? "added"
      : edit.after === undefined
        ? "removed"
        : edit.oldPath === undefined
          ? "modified"
          : "renamed";
  const change: FileChange = {
    path: edit.path,
    ...(edit.oldPath !== undefined && { oldPath: edit.oldPath }),
    status,
    added: lines.filter((l) => l.kind === "added").length,
    deleted: lines.filter((l) => l.kind === "removed").length,
    patch: text === "" ? { state: "none" } : { state: "text", text },
  };
  return { change, lines };
}

const contextLines = 3;

/** A unified diff of two small texts by longest common subsequence, with the usual three lines of context. */
export function unifiedHunks(before: string, after: string): string {
  const ops = script(split(before), split(after));
  const keep = ops.map((_, i) =>
    ops.slice(Math.max(0, i - contextLines), i + contextLines + 1).some((o) => o[0] !== " "),
  );
  const out: string[] = [];
  let oldLine = 1;
  let newLine = 1;
  for (let i = 0; i < ops.length;) {
    if (!keep[i]) {
      oldLine++;
      newLine++;
      i++;
      continue;
    }
    const hunk: string[] = [];
    while (i < ops.length && keep[i]) hunk.push(ops[i++] ?? "");
    const above = ops.slice(0, i - hunk.length).filter((l) => !l.startsWith("+"));
    const heading = above.map((l) => l.slice(1)).findLast((l) => /^[A-Za-z_$]/.test(l)) ?? "";
    const olds = hunk.filter((l) => !l.startsWith("+")).length;
    const news = hunk.filter((l) => !l.startsWith("-")).length;
    out.push(
      `@@ -${olds ? oldLine : oldLine - 1},${olds} +${news ? newLine : newLine - 1},${news} @@ ${heading}`.trimEnd(),
      ...hunk,
    );
    oldLine += olds;
    newLine += news;
  }
  return out.join("\n");
}

function split(text: string): string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

function script(a: readonly string[], b: readonly string[]): string[] {
  const common: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i]![j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push(` ${a[i++]}`);
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) out.push(`-${a[i++]}`);
    else out.push(`+${b[j++]}`);
  }
  return out;
}

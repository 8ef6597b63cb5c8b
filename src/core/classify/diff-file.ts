import type { FileChange, FileStatus, Patch } from "../model/change.js";
import { plainPath, stripOne, stripPair, type PathPair } from "./diff-paths.js";

/** A file whose lines are being read. */
export interface OpenFile {
  /** Line of the diff where it begins. */
  readonly line: number;
  readonly pair: PathPair | null;
  readonly git: boolean;
  from: string | null;
  to: string | null;
  oldSide: string | null | undefined;
  newSide: string | null | undefined;
  oldMode: string | null;
  newMode: string | null;
  born: boolean;
  gone: boolean;
  copied: boolean;
  /** Content ids of an `index` line, abbreviated or not. */
  index: readonly [string, string] | null;
  identical: boolean;
  binary: boolean;
  submodule: boolean;
  fault: "malformed" | "over-limit" | "truncated" | "not-sent" | null;
  /** Where the first `@@` starts, -1 before it. */
  hunks: number;
  /** Where the last hunk's last line ends. */
  hunksEnd: number;
  oldLeft: number;
  newLeft: number;
  added: number;
  deleted: number;
}

export function openFile(known: { pair: PathPair | null; git: boolean; line: number }): OpenFile {
  return {
    ...known,
    from: null,
    to: null,
    oldSide: undefined,
    newSide: undefined,
    oldMode: null,
    newMode: null,
    born: false,
    gone: false,
    copied: false,
    index: null,
    identical: false,
    binary: false,
    submodule: false,
    fault: null,
    hunks: -1,
    hunksEnd: -1,
    oldLeft: 0,
    newLeft: 0,
    added: 0,
    deleted: 0,
  };
}

/** The lines between `diff --git` and the hunks. */
export function readExtended(open: OpenFile, line: string): void {
  const [word, rest] = extendedWord(line);
  switch (word) {
    case "old mode":
      open.oldMode = rest;
      break;
    case "new mode":
      open.newMode = rest;
      break;
    case "new file mode":
      open.born = true;
      open.newMode = rest;
      break;
    case "deleted file mode":
      open.gone = true;
      open.oldMode = rest;
      break;
    case "rename from":
    case "copy from":
      open.copied = word === "copy from";
      open.from = plainPath(rest);
      break;
    case "rename to":
    case "copy to":
      open.to = plainPath(rest);
      break;
    case "similarity index":
      open.identical = rest === "100%";
      break;
    case "index": {
      const ids = /^([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{6}))?$/.exec(rest);
      if (!ids) open.fault ??= "malformed";
      else {
        open.index = [ids[1] ?? "", ids[2] ?? ""];
        if (ids[3] !== undefined) open.oldMode = open.newMode = ids[3];
      }
      break;
    }
    case "GIT binary patch":
    case "Binary files":
      open.binary = true;
      break;
    case null:
      break;
  }
}

const extendedWords = [
  "old mode",
  "new mode",
  "new file mode",
  "deleted file mode",
  "rename from",
  "rename to",
  "copy from",
  "copy to",
  "similarity index",
  "index",
  "GIT binary patch",
  "Binary files",
] as const;

function extendedWord(line: string): [(typeof extendedWords)[number] | null, string] {
  const word = extendedWords.find((w) => line === w || line.startsWith(`${w} `));
  return word === undefined ? [null, ""] : [word, line.slice(word.length + 1)];
}

/** What was read of a file, as a change; null when no name is known. `text` is the whole diff. */
export function fileChange(open: OpenFile, text: string): FileChange | null {
  const names = namesOf(open);
  if (!names || names.newPath === "" || names.oldPath === "") return null;
  const status = statusOf(open, names);
  return {
    path: names.newPath,
    ...((status === "renamed" || status === "copied") && { oldPath: names.oldPath }),
    status,
    added: open.added,
    deleted: open.deleted,
    patch: patchOf(open, text),
    ...(open.oldMode !== null && { oldMode: open.oldMode }),
    ...(open.newMode !== null && { newMode: open.newMode }),
  };
}

/** Names with the most certain source first: rename lines carry no prefix, then the header, then the sides. */
function namesOf(open: OpenFile): PathPair | null {
  if (open.from !== null && open.to !== null) return { oldPath: open.from, newPath: open.to };
  if (open.pair) return open.pair;
  const { oldSide, newSide } = open;
  if (typeof oldSide === "string" && typeof newSide === "string") return stripPair(oldSide, newSide);
  const only = oldSide ?? newSide;
  return typeof only === "string" ? { oldPath: stripOne(only), newPath: stripOne(only) } : null;
}

function statusOf(open: OpenFile, names: PathPair): FileStatus {
  if (open.born || (open.oldSide === null && open.newSide !== null)) return "added";
  if (open.gone || (open.newSide === null && open.oldSide !== null)) return "removed";
  if (open.copied) return "copied";
  if (names.oldPath !== names.newPath) return "renamed";
  const modeOnly = open.oldMode !== open.newMode && open.hunks < 0 && !open.binary && !open.index;
  return modeOnly ? "changed" : "modified";
}

function patchOf(open: OpenFile, text: string): Patch {
  if (open.submodule || open.oldMode === "160000" || open.newMode === "160000") return { state: "submodule" };
  if (open.fault !== null) return { state: "missing", why: open.fault };
  if (open.oldLeft > 0 || open.newLeft > 0) return { state: "missing", why: "truncated" };
  if (open.binary) return { state: "binary" };
  if (open.hunks >= 0) return { state: "text", text: text.slice(open.hunks, open.hunksEnd) };
  return contentUnchanged(open) ? { state: "none" } : { state: "missing", why: "truncated" };
}

/** No hunks: right for a pure rename, a mode, an empty file; otherwise the diff was cut after the header. */
function contentUnchanged(open: OpenFile): boolean {
  if (open.index) {
    const nothing = (id: string) => /^0+$/.test(id) || emptyBlobs.some((blob) => blob.startsWith(id));
    return open.index[0] === open.index[1] || open.index.every(nothing);
  }
  return open.identical || (!open.born && !open.gone && open.oldMode !== null && open.from === null);
}

/** The ids of empty content, SHA-1 and SHA-256. */
const emptyBlobs = [
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
];

import type { FileChange } from "../model/change.js";
import { fileChange, openFile, readExtended, type OpenFile } from "./diff-file.js";
import { gitHeaderPaths, plainPath, sidePath, type PathPair } from "./diff-paths.js";

export const diffLimits = {
  /** Characters of the whole diff; the rest is not read. */
  characters: 256 * 1024 * 1024,
  files: 20_000,
  /** Characters of one line; a file with a longer one is not read. */
  line: 1024 * 1024,
} as const;

/** What kept a diff from being read whole. */
export interface DiffProblem {
  readonly code: "not-a-diff" | "too-long" | "too-many-files" | "malformed-header";
  readonly message: string;
  /** Line of the diff, from 1. */
  readonly line: number;
}

export interface DiffReading {
  readonly files: readonly FileChange[];
  /** Not empty: some of the change is not in `files`, so nothing may be concluded from what is missing. */
  readonly problems: readonly DiffProblem[];
}

/**
 * Reads a unified diff as git writes it (also without prefixes, from diff(1), with a commit message before it).
 * Never throws: a file that can't be read has a `missing` patch, and what can't be given to a file is a problem.
 * Each line is looked at once; patches are slices of the text.
 */
export function readDiff(text: string): DiffReading {
  const reader: Reader = { files: [], problems: [], open: null, old: null };
  const end = Math.min(text.length, diffLimits.characters);
  let number = 0;
  for (let start = 0; start < end;) {
    const newline = text.indexOf("\n", start);
    const stop = newline < 0 || newline > end ? end : newline;
    number++;
    readLine(reader, { text, start, stop, number });
    if (reader.files.length > diffLimits.files) {
      reader.files.length = diffLimits.files;
      reader.open = null;
      reader.problems.push(problem("too-many-files", `only the first ${diffLimits.files} files were read`, number));
      break;
    }
    start = stop + 1;
  }
  close(reader, text);
  if (text.length > diffLimits.characters) {
    reader.problems.push(problem("too-long", `only the first ${diffLimits.characters} characters were read`, number));
  }
  if (reader.files.length === 0 && reader.problems.length === 0 && /\S/.test(text)) {
    reader.problems.push(problem("not-a-diff", "no file of a unified git diff was found in it", 1));
  }
  return { files: reader.files, problems: reader.problems };
}

function problem(code: DiffProblem["code"], message: string, line: number): DiffProblem {
  return { code, message, line };
}

interface Reader {
  readonly files: FileChange[];
  readonly problems: DiffProblem[];
  open: OpenFile | null;
  /** A `---` line outside a git header: with a `+++` line after it, it begins a file. */
  old: { readonly name: string | null } | null;
}

interface LineAt {
  readonly text: string;
  readonly start: number;
  readonly stop: number;
  readonly number: number;
}

function readLine(reader: Reader, at: LineAt): void {
  const { open } = reader;
  if (at.stop - at.start > diffLimits.line) {
    if (!open) reader.problems.push(problem("not-a-diff", "a line before the first file is too long", at.number));
    else {
      open.fault = "over-limit";
      passContent(open, at.text.charCodeAt(at.start));
    }
    return;
  }
  if (open && (open.oldLeft > 0 || open.newLeft > 0)) {
    if (readContent(open, at)) return;
    open.fault ??= "truncated";
    open.oldLeft = 0;
    open.newLeft = 0;
  }
  let stop = at.stop;
  if (at.text.charCodeAt(stop - 1) === 13 && stop > at.start) stop--;
  readHeader(reader, at.text.slice(at.start, stop), at);
}

/** A line inside a hunk; false when it can't be one, so that the hunk was cut. */
function readContent(open: OpenFile, at: LineAt): boolean {
  const first = at.start === at.stop ? 32 : at.text.charCodeAt(at.start);
  if (first === 43 && at.text.startsWith("+Subproject commit ", at.start)) open.submodule = true;
  if (first === 45 && at.text.startsWith("-Subproject commit ", at.start)) open.submodule = true;
  if (!passContent(open, first)) return false;
  open.hunksEnd = at.stop;
  return true;
}

function passContent(open: OpenFile, first: number): boolean {
  if (first === 43 && open.newLeft > 0) {
    open.newLeft--;
    open.added++;
  } else if (first === 45 && open.oldLeft > 0) {
    open.oldLeft--;
    open.deleted++;
  } else if ((first === 32 || first === 13) && open.oldLeft > 0 && open.newLeft > 0) {
    open.oldLeft--;
    open.newLeft--;
  } else return first === 92;
  return true;
}

function readHeader(reader: Reader, line: string, at: LineAt): void {
  if (line.startsWith("diff --git ")) {
    begin(reader, at, { pair: gitHeaderPaths(line), git: true });
    return;
  }
  if (line.startsWith("diff --cc ") || line.startsWith("diff --combined ")) {
    const path = plainPath(line.slice(line.indexOf(" ", 5) + 1));
    begin(reader, at, { pair: { oldPath: path, newPath: path }, git: true }).fault = "not-sent";
    return;
  }
  const submodule = /^Submodule (.+) (?:[0-9a-f]{7,64}\.{2,3}[0-9a-f]{7,64}.*|\(.*\))$/.exec(line);
  if (submodule?.[1] !== undefined) {
    begin(reader, at, { pair: { oldPath: submodule[1], newPath: submodule[1] }, git: true }).submodule = true;
    return;
  }
  const { open } = reader;
  if (line.startsWith("--- ")) return readOldSide(reader, line);
  if (line.startsWith("+++ ")) return readNewSide(reader, line, at);
  if (open && line.startsWith("@@ ")) return readHunkHeader(open, line, at);
  if (open?.git === true && open.hunks < 0) readExtended(open, line);
}

function begin(reader: Reader, at: LineAt, known: { pair: PathPair | null; git: boolean }): OpenFile {
  close(reader, at.text);
  reader.old = null;
  return (reader.open = openFile({ ...known, line: at.number }));
}

function readOldSide(reader: Reader, line: string): void {
  const { open } = reader;
  if (open?.git === true && open.hunks < 0) open.oldSide = sidePath(line);
  else reader.old = { name: sidePath(line) };
}

function readNewSide(reader: Reader, line: string, at: LineAt): void {
  const name = sidePath(line);
  if (reader.open?.git === true && reader.open.hunks < 0) {
    reader.open.newSide = name;
    return;
  }
  if (!reader.old) return;
  const oldSide = reader.old.name;
  const open = begin(reader, at, { pair: null, git: false });
  open.oldSide = oldSide;
  open.newSide = name;
}

function readHunkHeader(open: OpenFile, line: string, at: LineAt): void {
  const header = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
  if (!header) {
    open.fault ??= "malformed";
    return;
  }
  if (open.hunks < 0) open.hunks = at.start;
  open.hunksEnd = at.stop;
  open.oldLeft = Number(header[1] ?? 1);
  open.newLeft = Number(header[2] ?? 1);
}

function close(reader: Reader, text: string): void {
  if (!reader.open) return;
  const file = fileChange(reader.open, text);
  if (file) reader.files.push(file);
  else reader.problems.push(problem("malformed-header", "a file's name could not be read", reader.open.line));
  reader.open = null;
}

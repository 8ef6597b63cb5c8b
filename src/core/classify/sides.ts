import { rememberFew } from "./few.js";
import type { ReadFile } from "./detector.js";
import type { DiffLine } from "./hunks.js";

/** One line of a file as it was or as it will be. */
export interface SideLine {
  readonly text: string;
  /** From 1, as in `DiffLine`. */
  readonly number: number;
  /** Removed on the old side, added on the new one. */
  readonly changed: boolean;
}

/** A stretch of consecutive lines that the diff shows of one side of a file. */
export type Fragment = readonly SideLine[] & {
  /** The line behind `@@ … @@`, if each hunk had its own. */
  readonly heading?: string;
};

export interface Sides {
  readonly before: readonly Fragment[];
  readonly after: readonly Fragment[];
  /** The diff shows the whole file: it is new or gone. */
  readonly whole: boolean;
}

/** The two sides of a file as far as its hunks show them; computed once for all detectors. */
export const sidesOf = rememberFew((file: ReadFile): Sides => {
  const hunks = hunksOf(file.lines);
  const titles = headingsOf(file);
  const fragments = (changed: "removed" | "added") =>
    hunks.flatMap((hunk, i) => {
      const lines = side(hunk, changed);
      // Titles are trusted only when each hunk has its own.
      const fragment: Fragment =
        titles.length === hunks.length ? Object.assign(lines, { heading: titles[i] ?? "" }) : lines;
      return fragment.length > 0 ? [fragment] : [];
    });
  return {
    before: fragments("removed"),
    after: fragments("added"),
    whole: file.change.status === "added" || file.change.status === "removed",
  };
});

/**
 * The line behind `@@ … @@`: the last one above the hunk that starts at the margin, which git takes for the name of
 * what the hunk is in. "" when there is none.
 */
export function headingOf(fragment: Fragment): string {
  return fragment.heading ?? "";
}

function headingsOf(file: ReadFile): string[] {
  if (file.change.patch.state !== "text") return [];
  return [...file.change.patch.text.matchAll(/^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@ ?(.*)$/gm)].map((m) => m[1] ?? "");
}

export function addedLines(file: ReadFile): DiffLine[] {
  return file.lines.filter((l) => l.kind === "added");
}

export function removedLines(file: ReadFile): DiffLine[] {
  return file.lines.filter((l) => l.kind === "removed");
}

/** The text of a fragment, one line each, so that a row of a parser is an index into it. */
export function textOf(fragment: Fragment): string {
  return fragment.map((l) => l.text).join("\n");
}

/** Splits the lines where a number jumps: a hunk ended there. */
export function hunksOf(lines: readonly DiffLine[]): DiffLine[][] {
  const hunks: DiffLine[][] = [];
  let nextOld: number | null = null;
  let nextNew: number | null = null;
  for (const line of lines) {
    const expected = line.kind === "removed" ? nextOld : nextNew;
    if (hunks.length === 0 || (expected !== null && expected !== line.number)) {
      hunks.push([]);
      nextOld = null;
      nextNew = null;
    }
    hunks.at(-1)?.push(line);
    if (line.kind === "removed") nextOld = line.number + 1;
    else {
      nextNew = line.number + 1;
      if (line.kind === "context" && nextOld !== null) nextOld++;
    }
  }
  return hunks;
}

function side(hunk: readonly DiffLine[], changed: "removed" | "added"): SideLine[] {
  return hunk
    .filter((l) => l.kind === "context" || l.kind === changed)
    .map((l) => ({ text: l.text, number: l.number, changed: l.kind === changed }));
}

import { rememberFew } from "../few.js";
import type { ReadFile } from "../detector.js";
import { sidesOf } from "../sides.js";
import { mask } from "./mask.js";

/** One changed line, as written and without what isn't code. */
export interface CodeLine {
  readonly number: number;
  readonly text: string;
  /** Without comments and the insides of strings. */
  readonly code: string;
  /** Without comments. */
  readonly uncommented: string;
}

export const addedCode = rememberFew((file: ReadFile): readonly CodeLine[] => changedCode(file, "after"));

export const removedCode = rememberFew((file: ReadFile): readonly CodeLine[] => changedCode(file, "before"));

/** Added lines that don't stand, but for spaces, among the removed ones: moved code is not new. */
export const newCode = rememberFew((file: ReadFile) => without(addedCode(file), removedCode(file)));

/** Removed lines that don't come back. */
export const goneCode = rememberFew((file: ReadFile) => without(removedCode(file), addedCode(file)));

/** Whether the file's diff says the pattern anywhere: a cheap look before lines are told apart. */
export function mentions(file: ReadFile, pattern: RegExp): boolean {
  const { patch } = file.change;
  return patch.state === "text" && pattern.test(patch.text);
}

function without(lines: readonly CodeLine[], others: readonly CodeLine[]): readonly CodeLine[] {
  if (others.length === 0) return lines;
  const there = new Set(others.map((l) => squeezed(l.text)));
  return lines.filter((l) => !there.has(squeezed(l.text)));
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}

function changedCode(file: ReadFile, side: "before" | "after"): CodeLine[] {
  return sidesOf(file)[side].flatMap((fragment) => {
    const masked = mask(fragment, file.change.path);
    return fragment.flatMap((line, i) => {
      const code = masked.code[i] ?? "";
      const uncommented = masked.uncommented[i] ?? "";
      return line.changed && uncommented.trim() !== ""
        ? [{ number: line.number, text: line.text, code, uncommented }]
        : [];
    });
  });
}

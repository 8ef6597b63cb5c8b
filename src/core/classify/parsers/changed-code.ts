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

export function addedCode(file: ReadFile): CodeLine[] {
  return changedCode(file, "after");
}

export function removedCode(file: ReadFile): CodeLine[] {
  return changedCode(file, "before");
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

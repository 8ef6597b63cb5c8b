import { rememberFew } from "../../few.js";
import type { FileChange } from "../../../model/change.js";
import type { ReadFile } from "../../detector.js";
import type { CodeLine } from "../../parsers/changed-code.js";
import { goneCode, newCode } from "../../parsers/changed-code.js";
import { isExamplePath, isTestPath, isVendoredPath } from "../../path-kinds.js";
import { hunksOf } from "../../sides.js";

/** What the code detectors share. */

export function isProgram(file: FileChange): boolean {
  return (
    /\.([cm]?[jt]sx?|py|go|java|kt|rs|rb|php|cs|swift|scala|ex|exs|c|cc|cpp|m|dart|clj|vue|svelte)$/.test(file.path) &&
    !isTestPath(file.path) &&
    !isExamplePath(file.path) &&
    !isVendoredPath(file.path)
  );
}

/** Per hunk, the lines that went and those that came. */
export const exchanges = rememberFew(exchanged);

export interface Exchange {
  readonly gone: readonly CodeLine[];
  readonly come: readonly CodeLine[];
}

function exchanged(file: ReadFile): Exchange[] {
  const gone = new Map(goneCode(file).map((l) => [l.number, l]));
  const come = new Map(newCode(file).map((l) => [l.number, l]));
  if (gone.size === 0 || come.size === 0) return [];
  return hunksOf(file.lines).flatMap((hunk) => {
    const pick = (kind: "removed" | "added", from: ReadonlyMap<number, CodeLine>) =>
      hunk.flatMap((l) => (l.kind === kind ? (from.get(l.number) ?? []) : []));
    const pair = { gone: pick("removed", gone), come: pick("added", come) };
    return pair.gone.length > 0 && pair.come.length > 0 ? [pair] : [];
  });
}

/** All that `pattern` (global) finds in the lines, lower case. */
export function wordsOf(lines: readonly CodeLine[], pattern: RegExp): Set<string> {
  return new Set(lines.flatMap((l) => [...l.uncommented.matchAll(pattern)].map((m) => m[0].toLowerCase())));
}

export function differ(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size > 0 && b.size > 0 && ([...a].some((x) => !b.has(x)) || [...b].some((x) => !a.has(x)));
}

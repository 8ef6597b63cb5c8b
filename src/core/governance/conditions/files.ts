import type { FileChange } from "../../model/change.js";
import type { Read } from "../../model/read.js";
import { pathMatches, textMatches } from "../../policy/pattern.js";
import type { Pattern } from "../../policy/policy.js";
import type { Judged } from "../judged.js";
import { ownedPaths } from "../owned.js";
import { truthOf } from "../truth.js";
import { compare, comparisonText, listed, patternsText, type Found, type LeafOf } from "./found.js";
import { changedLines } from "./lines.js";

/** Both names of a renamed or copied file. */
function namesOf(file: FileChange): readonly string[] {
  return file.oldPath === undefined || file.oldPath === file.path ? [file.path] : [file.path, file.oldPath];
}

/** A change without files matches no paths: neither `any`, nor `only`, nor `none`. */
export function pathsFound(condition: LeafOf<"paths">, { pull }: Judged): Found {
  const status = condition.status.length > 0 ? ` (${condition.status.join(", ")})` : "";
  const but = condition.except.length > 0 ? ` but for ${patternsText(condition.except)}` : "";
  const what = `paths ${condition.quantifier}${status}: ${patternsText(condition.patterns)}${but}`;
  if (pull.files.state !== "read") return { truth: "unknown", what, found: "files could not be read" };
  const files = pull.files.value.filter((f) => condition.status.length === 0 || condition.status.includes(f.status));
  const names = files.flatMap(namesOf).filter((name) => !condition.except.some((p) => pathMatches(p, name)));
  if (names.length === 0) return { truth: "not-applicable", what, found: "no files" };
  const hit = names.filter((name) => condition.patterns.some((p) => pathMatches(p, name)));
  const holds = { any: hit.length > 0, only: hit.length === names.length, none: hit.length === 0 };
  const telling = condition.quantifier === "only" && !holds.only ? names.filter((n) => !hit.includes(n)) : hit;
  const found = telling.length > 0 ? listed(telling) : `${names.length} paths, none of them`;
  return { truth: truthOf(holds[condition.quantifier]), what, found };
}

/** Without a CODEOWNERS file nothing is owned; a change without files says nothing either way. */
export function ownedFound({ is }: LeafOf<"owned">, { repo, pull }: Judged): Found {
  const what = `owned: ${is}`;
  if (pull.files.state !== "read") return { truth: "unknown", what, found: "files could not be read" };
  if (pull.files.value.length === 0) return { truth: "not-applicable", what, found: "no files" };
  const owned = ownedPaths({ repo, pull });
  if (owned.state === "unreadable") return { truth: "unknown", what, found: owned.why };
  const covered = new Set(owned.state === "read" ? owned.value.flatMap((o) => o.paths) : []);
  const bare = pull.files.value.flatMap(namesOf).filter((name) => !covered.has(name));
  const found = bare.length === 0 ? "all of them" : `nobody owns ${listed(bare)}`;
  return { truth: truthOf((bare.length === 0) === is), what, found };
}

export function linesFound(condition: LeafOf<"lines">, { pull }: Judged): Found {
  const what = `${condition.side} lines: ${patternsText(condition.patterns)}`;
  const { lines, unread } = changedLines(condition, pull.files);
  const hit = lines.find((line) => condition.patterns.some((p) => lineMatches(p, line.text)));
  if (hit) return { truth: "true", what, found: `${hit.path}:${hit.number}` };
  if (unread) return { truth: "unknown", what, found: "some of the diff could not be read" };
  return lines.length === 0
    ? { truth: "not-applicable", what, found: "no such lines" }
    : { truth: "false", what, found: `${lines.length} lines, none of them` };
}

/** In a line a pattern without slashes around it is a piece of text, with `*` for anything. */
function lineMatches(pattern: Pattern, text: string): boolean {
  return textMatches(pattern.kind === "glob" ? { ...pattern, source: `*${pattern.source}*` } : pattern, text);
}

export function sizeFound(condition: LeafOf<"size">, { pull }: Judged): Found {
  const what = `size: ${condition.of} ${comparisonText(condition.is)}`;
  const size = sizeOf(pull.files, condition.of);
  if (size === null) return { truth: "unknown", what, found: "files could not be read" };
  return { truth: compare(size, condition.is), what, found: `${size}` };
}

function sizeOf(files: Read<readonly FileChange[]>, of: LeafOf<"size">["of"]): number | null {
  if (files.state !== "read") return null;
  if (of === "files") return files.value.length;
  const added = files.value.reduce((sum, f) => sum + f.added, 0);
  const deleted = files.value.reduce((sum, f) => sum + f.deleted, 0);
  return { lines: added + deleted, added, deleted }[of];
}

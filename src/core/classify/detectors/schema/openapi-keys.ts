import { rememberFew } from "../../few.js";
import type { FileChange } from "../../../model/change.js";
import type { ReadFile } from "../../detector.js";
import { jsonEntries, yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { isVendoredPath, isWorkflowPath } from "../../path-kinds.js";
import { headingOf, sidesOf } from "../../sides.js";

/** What the OpenAPI detectors share: the keys of a description before and after, lists told apart by their items. */

export interface Key {
  readonly keys: readonly string[];
  readonly value: string | null;
  readonly line: number;
  readonly changed: boolean;
}

export type Keys = ReadonlyMap<string, Key>;

export function concernsOpenapi(file: FileChange): boolean {
  return (
    /\.(ya?ml|json)$/.test(file.path) &&
    file.status !== "added" &&
    !isVendoredPath(file.path) &&
    !isWorkflowPath(file.path) &&
    !/(^|\/)(package(-lock)?|tsconfig[^/]*|composer)\.json$|lock\.(ya?ml|json)$/.test(file.path)
  );
}

const saysSo =
  /^\s*["']?(openapi|swagger)["']?\s*:\s*["']?[23]|^\s*(-\s*)?["']?(operationId|requestBody)["']?\s*:|^\s*(-\s*)?["']?in["']?\s*:\s*["']?(query|header|path|cookie|body)["']?\s*,?$/;
const pathKey = /^\s*["']?\/[\w{}.~:@/-]*["']?\s*:\s*\{?\s*$/;
const schemaKey = /^\s*["']?(get|put|post|delete|patch|responses|parameters|schema|properties|\$ref)["']?\s*:/;

/** A description by its name, its first line, or a shape that nothing else has. */
export function isOpenapi(file: ReadFile): boolean {
  const byName = /openapi|swagger|(^|\/)(oas|api-?spec|api-?docs?)([^/]*)\./i.test(file.change.path);
  const lines = file.lines;
  if (byName || lines.some((l) => saysSo.test(l.text))) return true;
  const titled = () => sidesOf(file).after.some((f) => /^["']?(paths|components|definitions)["']?:/.test(headingOf(f)));
  return (lines.some((l) => pathKey.test(l.text)) || titled()) && lines.some((l) => schemaKey.test(l.text));
}

export const openapiKeys = rememberFew((file: ReadFile): { before: Keys; after: Keys } => {
  const read = /\.(json|avsc|avpr)$/.test(file.change.path) ? jsonEntries : yamlEntries;
  return {
    before: keyed(sidesOf(file).before.flatMap((f) => named(read(f)))),
    after: keyed(sidesOf(file).after.flatMap((f) => named(read(f)))),
  };
});

/** Keys of one side that the other lacks, on changed lines, the outermost only. */
export function missingKeys(from: Keys, other: Keys): Key[] {
  const missing: Key[] = [];
  const gone = new Set<string>();
  for (const [id, key] of from) {
    if (!key.changed || other.has(id)) continue;
    const parent = idOf(key.keys.slice(0, -1));
    gone.add(id);
    if (!gone.has(parent)) missing.push(key);
  }
  return missing;
}

/** Keys with another value than before. */
export function changedValues(before: Keys, after: Keys): { was: Key; is: Key }[] {
  return [...before].flatMap(([id, was]) => {
    const is = after.get(id);
    return is && was.value !== null && is.value !== null && was.value !== is.value ? [{ was, is }] : [];
  });
}

export type Direction = "request" | "response" | "shared";

/** Whether the key describes what clients send, what they get, or a schema used for who knows which. */
export function directionOf(keys: readonly string[]): Direction {
  if (keys.includes("responses") || keys.includes("headers")) return "response";
  if (keys.includes("requestBody") || keys.includes("parameters") || keys.includes("requestBodies")) return "request";
  return "shared";
}

function keyed(keys: readonly Key[]): Keys {
  const out = new Map<string, Key>();
  for (const key of keys) if (!out.has(idOf(key.keys))) out.set(idOf(key.keys), key);
  return out;
}

/** Names of path parameters don't matter to callers. */
function idOf(keys: readonly string[]): string {
  return keys.map((k) => (k.startsWith("/") ? k.replace(/\{[^}]*\}/g, "{}") : k)).join("\n");
}

/** Gives each list item the name of what it is: its `name`, its `$ref`, or its own text. */
function named(entries: readonly Entry[]): Key[] {
  const titles: string[] = [];
  return entries.map((e, i) => {
    const depth = e.keys.length - 1;
    if (e.keys[depth] === "[]") titles[depth] = e.value !== null ? `[=${e.value}]` : `[${titleOf(entries, i)}]`;
    const keys = e.keys.map((k, d) => (k === "[]" ? (titles[d] ?? "[]") : k));
    return { keys, value: e.value, line: e.line, changed: e.changed };
  });
}

/** An item's parts looked through for its name before it is called by its place. */
const partsMax = 40;

function titleOf(entries: readonly Entry[], at: number): string {
  const depth = entries[at]?.keys.length ?? 0;
  for (let i = at + 1; i < Math.min(entries.length, at + partsMax); i++) {
    const e = entries[i];
    if (!e || e.keys.length <= depth) break;
    if (e.keys.length === depth + 1 && /^(name|\$ref|operationId|url)$/.test(e.keys[depth] ?? "")) return e.value ?? "";
  }
  return "?";
}

import { parse } from "smol-toml";
import type { Fragment, SideLine } from "../sides.js";
import type { Entry } from "./outline.js";
import { mask } from "./mask.js";

/**
 * The keys of a fragment of TOML. Tables are followed line by line, because a hunk may lack its table's header;
 * each value is read by the TOML parser itself.
 */
export function tomlEntries(fragment: Fragment): Entry[] {
  const { uncommented } = mask(fragment, "x.toml");
  const out: Entry[] = [];
  let table: readonly string[] = ["?"];
  let list: readonly string[] | null = null;
  fragment.forEach((line, row) => {
    const text = (uncommented[row] ?? "").trim();
    if (text === "") return;
    const header = /^\[\[?([^\]]+)\]\]?$/.exec(text);
    const pair = /^("[^"]*"|'[^']*'|[\w.-]+)\s*=\s*(.*)$/.exec(text);
    if (
      header &&
      !text.includes(",") &&
      list === null &&
      !/^\[\s*["']?\s*\]?$/.test(text) &&
      !isArrayRow(header[1] ?? "")
    ) {
      table = keysOf(header[1] ?? "");
      out.push(entry(table, { line, row, value: null }));
    } else if (pair && list === null) {
      const keys = [...table, ...keysOf(pair[1] ?? "")];
      const raw = pair[2] ?? "";
      out.push(...valueEntries(keys, raw, { line, row }));
      if (raw.startsWith("[") && !raw.endsWith("]")) list = keys;
    } else {
      const keys = list ?? [...table, "?"];
      for (const item of strings(text)) out.push(entry([...keys, "[]"], { line, row, value: item }));
      if (/\]\s*,?$/.test(text)) list = null;
    }
  });
  return out;
}

/** `["a"]` alone on a line is an item, `[a."b"]` a table. */
function isArrayRow(inside: string): boolean {
  return /^\s*["'][^"']*["']\s*$/.test(inside);
}

function keysOf(dotted: string): string[] {
  return [...dotted.matchAll(/"([^"]*)"|'([^']*)'|([^.\s"']+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? "");
}

function valueEntries(keys: readonly string[], raw: string, at: { line: SideLine; row: number }): Entry[] {
  const value = valueOf(raw);
  if (typeof value === "string") return [entry(keys, { ...at, value })];
  if (Array.isArray(value))
    return value.map((v) => entry([...keys, "[]"], { ...at, value: typeof v === "string" ? v : String(v) }));
  if (value !== null && typeof value === "object") {
    const pairs = Object.entries(value as Record<string, unknown>);
    const own = pairs
      .filter(([, v]) => typeof v !== "object")
      .map(([k, v]) => entry([...keys, k], { ...at, value: String(v) }));
    return [entry(keys, { ...at, value: null }), ...own];
  }
  const items = raw.startsWith("[") ? strings(raw).map((s) => entry([...keys, "[]"], { ...at, value: s })) : [];
  return [entry(keys, { ...at, value: raw.startsWith("[") || raw.startsWith("{") ? null : raw }), ...items];
}

/** Null when the value doesn't end on its line, or is none. */
function valueOf(raw: string): unknown {
  try {
    const value = parse(`v = ${raw}`)["v"];
    return typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" ? String(value) : value;
  } catch {
    return null;
  }
}

function strings(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'/g)].map((m) => m[1] ?? m[2] ?? "");
}

function entry(keys: readonly string[], at: { line: SideLine; row: number; value: string | null }): Entry {
  const { line, row, value } = at;
  return { keys, value, line: line.number, changed: line.changed, document: 0, row, endRow: row };
}

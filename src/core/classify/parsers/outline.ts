import { rememberFew } from "../few.js";
import { LineCounter, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Node } from "yaml";
import { headingOf, textOf } from "../sides.js";
import type { Fragment } from "../sides.js";

/** One key or list item of a YAML, JSON or TOML text. */
export interface Entry {
  /** From the outermost; `[]` is an item of a list, `?` a parent that the diff does not show. */
  readonly keys: readonly string[];
  /** A scalar's text; null for a mapping, a list or nothing. */
  readonly value: string | null;
  readonly line: number;
  readonly changed: boolean;
  /** Number of the YAML document in the fragment, from 0. */
  readonly document: number;
  /** Row of the fragment on which the key stands, and the last one of its value. */
  readonly row: number;
  readonly endRow: number;
}

/** A document nested deeper than this is read to this depth only. */
const depthMax = 60;

/** Every key of a fragment of YAML; parents that lie outside the hunk are made up as `?` so that the parser can read on. */
export const yamlEntries = rememberFew((fragment: Fragment): Entry[] => parsed(fragment, missingParents(fragment)));

/** Every key of a fragment of JSON: brackets that open or close outside the hunk are supplied. */
export const jsonEntries = rememberFew((fragment: Fragment): Entry[] => {
  const { before, after } = missingBrackets(textOf(fragment));
  return parsed(fragment, [before], after);
});

/** Whether the last keys are these. */
export function endsWith(entry: Entry, ...keys: readonly string[]): boolean {
  const from = entry.keys.length - keys.length;
  return from >= 0 && keys.every((key, i) => entry.keys[from + i] === key);
}

export function lastKey(entry: Entry): string {
  return entry.keys.at(-1) ?? "";
}

function parsed(fragment: Fragment, prefix: readonly string[], suffix = ""): Entry[] {
  const counter = new LineCounter();
  const text = [...prefix, untemplated(textOf(fragment))].join("\n") + suffix;
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    strict: false,
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  const out: Entry[] = [];
  const rowAt = (offset: number) => Math.min(fragment.length - 1, counter.linePos(offset).line - 1 - prefix.length);
  const put = (keys: readonly string[], at: number, value: { node: Node | null; document: number }) => {
    const row = rowAt(at);
    const line = fragment[row];
    if (!line) return;
    const end = value.node?.range ? rowAt(Math.max(at, value.node.range[1] - 1)) : row;
    const text = isScalar(value.node) && value.node.value !== null ? scalarText(value.node.value) : null;
    const changed = fragment.slice(row, (text === null ? row : end) + 1).some((l) => l.changed);
    out.push({ keys, value: text, line: line.number, changed, document: value.document, row, endRow: end });
  };
  const visit = (node: Node | null, keys: readonly string[], document: number): void => {
    if (keys.length > depthMax) return;
    if (isMap(node)) {
      for (const pair of node.items) {
        const key = pair.key as Node | null;
        if (!isScalar(key) || !key.range) continue;
        const path = [...keys, scalarText(key.value)];
        put(path, key.range[0], { node: pair.value as Node | null, document });
        visit(pair.value as Node | null, path, document);
      }
    } else if (isSeq(node)) {
      for (const item of node.items as Node[]) {
        if (!item?.range) continue;
        put([...keys, "[]"], item.range[0], { node: item, document });
        visit(item, [...keys, "[]"], document);
      }
    }
  };
  if (Array.isArray(documents)) documents.forEach((d, i) => visit(d.contents, [], i));
  return out;
}

/** Helm and Jinja fill templates in before anyone reads the YAML; workflows' `${{ … }}` are ordinary text. */
function untemplated(text: string): string {
  if (!text.includes("{{")) return text;
  return text.replace(/^[ \t]*\{\{[^}\n]*\}\}[ \t]*$/gm, "").replace(/(?<!\$)\{\{[^}\n]*\}\}/g, "template");
}

function scalarText(value: unknown): string {
  return typeof value === "string" ? value : String(value);
}

/**
 * A hunk may begin deep inside a mapping and go back out. For each level that it returns to without having shown
 * where that level began, one made-up key at that indentation.
 */
function missingParents(fragment: Fragment): string[] {
  const parents: string[] = [];
  let least: number | null = null;
  let leastIsItem = false;
  for (const { text } of fragment) {
    const body = text.trimStart();
    if (body === "" || body.startsWith("#")) continue;
    if (body.startsWith("---")) break;
    const indent = text.length - body.length;
    const item = body === "-" || body.startsWith("- ");
    if (least !== null && (indent < least || (indent === least && leastIsItem && !item)))
      parents.unshift(" ".repeat(indent) + (item ? '- "?":' : '"?":'));
    if (least === null || indent < least || (indent === least && leastIsItem && !item)) {
      least = indent;
      leastIsItem = item;
    }
  }
  const top = headingOf(fragment);
  if (least !== null && least > 0 && /^["']?[\w./-]+["']?:\s*$/.test(top)) parents.unshift(top);
  return parents;
}

function missingBrackets(text: string): { before: string; after: string } {
  const open: string[] = [];
  const closers: string[] = [];
  let tail = text;
  for (const { char, index } of brackets(text)) {
    if (char === "{" || char === "[") open.push(char);
    else if (open.length > 0) open.pop();
    else {
      closers.push(char);
      tail = text.slice(index + 1);
    }
  }
  const inner = closers.map((c) => (c === "}" ? "{" : "[")).reverse();
  const outermost = /^[\s,]*$/.test(tail) || /^\s*[{[]/.test(tail) ? [] : [/^[\s,]*"[^"]*"\s*:/.test(tail) ? "{" : "["];
  const levels = [...outermost, ...inner];
  const before = levels.map((c, i) => (c === "{" && i < levels.length - 1 ? '{"?":' : c)).join("");
  const after = [...outermost, ...open].map((c) => (c === "{" ? "}" : "]")).reverse();
  return { before, after: after.length > 0 ? `\n${after.join("")}` : "" };
}

function* brackets(text: string): Generator<{ char: string; index: number }> {
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? "";
    if (quoted) {
      if (char === "\\") index++;
      else if (char === '"' || char === "\n") quoted = false;
    } else if (char === '"') quoted = true;
    else if ("{}[]".includes(char)) yield { char, index };
  }
}

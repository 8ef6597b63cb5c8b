import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, visit, type Document, type Node } from "yaml";
import { policyLimits } from "./limits.js";
import type { Problem } from "./problem.js";
import { aliasProblem, readable, yamlProblem } from "./yaml-errors.js";

/** A YAML text with the places of its values, for errors that say where. */
export interface YamlText {
  readonly value: unknown;
  /** Line and column of the value at a path of keys and indexes, or of the nearest one above it. */
  readonly placeOf: (
    path: readonly PropertyKey[],
    at?: "key" | "value",
  ) => { readonly line: number; readonly col: number };
}

/**
 * Reads one YAML document. Everything YAML itself can be made to cost has a limit: length, nesting, aliases; merge
 * keys and custom tags are not read.
 */
export function readYaml(text: string, path: string): { yaml: YamlText | null; problems: Problem[] } {
  const fail = (message: string): { yaml: null; problems: Problem[] } => ({
    yaml: null,
    problems: [{ path, line: 1, col: 1, message, severity: "error" }],
  });
  if (text.length > policyLimits.textLength) {
    return fail(`longer than ${policyLimits.textLength} characters (limit textLength)`);
  }
  if (openBrackets(text) > policyLimits.yamlDepth) {
    return fail(`nested deeper than ${policyLimits.yamlDepth} levels (limit yamlDepth)`);
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const unresolved = spellOutAliases(document);
    const problems = [
      ...[...document.errors, ...document.warnings].map((error) => yamlProblem(error, { text, path, lines })),
      ...unresolved.map(({ name, at }) => aliasProblem(name, { path, ...lines.linePos(at) })),
    ];
    const deep = tooDeep(document, lines);
    if (deep) problems.push({ path, ...deep, severity: "error" });
    // Where the text still says what was meant, the rest of it is checked as well.
    if (deep || document.errors.some((e) => !readable.includes(e.code))) return { yaml: null, problems };
    const value: unknown = document.toJS({ maxAliasCount: policyLimits.yamlAliases });
    return { yaml: { value, placeOf: (keys, at = "value") => place(document, lines, { keys, at }) }, problems };
  } catch (error) {
    // Exhausted aliases and a parser out of stack arrive here; neither has a place in the text.
    const why =
      error instanceof RangeError ? "nested too deeply" : error instanceof Error ? error.message : "unreadable";
    return fail(`not readable as YAML: ${why}`);
  }
}

/** Most flow brackets open at once: the parser recurses over them, so they are counted before it runs. */
function openBrackets(text: string): number {
  let open = 0;
  let most = 0;
  for (const line of text.split("\n")) {
    open = Math.max(0, open);
    for (const character of line) {
      if (character === "[" || character === "{") most = Math.max(most, ++open);
      else if (character === "]" || character === "}") open--;
    }
  }
  return most;
}

/** Aliases of anchors that are nowhere become the text that was written: mostly globs without quotes. */
function spellOutAliases(document: Document): { name: string; at: number }[] {
  const unresolved: { name: string; at: number }[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document)) return undefined;
      unresolved.push({ name: node.source, at: node.range?.[0] ?? 0 });
      const text = document.createNode(`*${node.source}`);
      text.range = node.range ?? null;
      return text;
    },
  });
  return unresolved;
}

function tooDeep(document: Document, lines: LineCounter): { line: number; col: number; message: string } | null {
  let found: { line: number; col: number; message: string } | null = null;
  visit(document, {
    Collection(_key, node, ancestors) {
      if (ancestors.filter((a) => isMap(a) || isSeq(a)).length < policyLimits.yamlDepth) return undefined;
      const { line, col } = lines.linePos(node.range?.[0] ?? 0);
      found = { line, col, message: `nested deeper than ${policyLimits.yamlDepth} levels (limit yamlDepth)` };
      return visit.BREAK;
    },
  });
  return found;
}

function place(
  document: Document,
  lines: LineCounter,
  { keys, at }: { keys: readonly PropertyKey[]; at: "key" | "value" },
): { line: number; col: number } {
  let node: unknown = document.contents;
  let best = 0;
  for (const [i, key] of keys.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      const keyStart = (pair.key as Node).range?.[0];
      node = pair.value;
      const wantsKey = (at === "key" && i === keys.length - 1) || !isNode(node);
      best = (wantsKey ? keyStart : ((node as Node).range?.[0] ?? keyStart)) ?? best;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (!isNode(node)) break;
      best = node.range?.[0] ?? best;
    } else break;
  }
  const { line, col } = lines.linePos(best);
  return { line: Math.max(1, line), col: Math.max(1, col) };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}

import { rememberFew } from "../few.js";
import type { Fragment } from "../sides.js";

/** A fragment without what isn't code; blanked characters become spaces, so columns and rows stay. */
export interface Masked {
  /** Comments and the insides of strings blanked. */
  readonly code: readonly string[];
  /** Comments blanked, strings kept. */
  readonly uncommented: readonly string[];
}

interface Lexis {
  readonly line: readonly string[];
  readonly block?: readonly [string, string];
  /** Quotes that end with the line, and those that run over several. */
  readonly quotes: string;
  readonly long: readonly string[];
}

const slashes: Lexis = { line: ["//"], block: ["/*", "*/"], quotes: "\"'", long: ["`"] };
const rust: Lexis = { line: ["//"], block: ["/*", "*/"], quotes: '"', long: [] };
const hashes: Lexis = { line: ["#"], quotes: "\"'", long: [] };
const python: Lexis = { line: ["#"], quotes: "\"'", long: ['"""', "'''"] };
const terraform: Lexis = { line: ["#", "//"], block: ["/*", "*/"], quotes: '"', long: [] };
const php: Lexis = { line: ["//", "#"], block: ["/*", "*/"], quotes: "\"'", long: [] };
const dashes: Lexis = { line: ["--"], block: ["/*", "*/"], quotes: "'", long: [] };

const byExtension: Readonly<Record<string, Lexis>> = {
  ...Object.fromEntries(
    "js jsx mjs cjs ts tsx mts cts java go c cc cpp cxx h hpp cs kt kts swift scala dart groovy gradle proto graphql m mm sol"
      .split(" ")
      .map((ext) => [ext, slashes]),
  ),
  rs: rust,
  py: python,
  pyi: python,
  tf: terraform,
  tfvars: terraform,
  hcl: terraform,
  php,
  sql: dashes,
  lua: dashes,
};

/** Masks by the file's extension; a file of an unknown kind is read as one whose comments begin with `#`. */
export const mask = rememberFew((fragment: Fragment, path: string): Masked => {
  const lexis = byExtension[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? hashes;
  return masked(fragment, lexis);
});

/** What the scanner is inside of, and what ends it. */
type Inside = { readonly what: "comment" | "string"; readonly end: string } | null;

function masked(fragment: Fragment, lexis: Lexis): Masked {
  const code: string[] = [];
  const uncommented: string[] = [];
  let inside: Inside = null;
  for (const { text } of fragment) {
    const line = maskLine(text, { lexis, inside });
    code.push(line.code);
    uncommented.push(line.uncommented);
    inside = line.inside;
  }
  return { code, uncommented };
}

const marks = new Map<Lexis, RegExp>();

/** Where the next character stands that may begin a comment or a string. */
function plainRun(text: string, at: number, lexis: Lexis): number {
  let mark = marks.get(lexis);
  if (!mark) {
    const first = [...lexis.line, ...(lexis.block ?? []), ...lexis.long].map((m) => m.slice(0, 1)).join("");
    mark = new RegExp(`[${`${first}${lexis.quotes}`.replace(/[\\\]^-]/g, "\\$&")}]`, "g");
    marks.set(lexis, mark);
  }
  mark.lastIndex = at;
  return mark.exec(text)?.index ?? text.length;
}

function maskLine(text: string, { lexis, inside }: { lexis: Lexis; inside: Inside }) {
  // Inside a block comment that began above the hunk, lines start with a star.
  if (inside === null && lexis.block && /^\s*\*(\s|\/|$)/.test(text)) {
    const blank = " ".repeat(text.length);
    return { code: blank, uncommented: blank, inside };
  }
  let code = "";
  let uncommented = "";
  let at = 0;
  let state = inside;
  while (at < text.length) {
    if (state) {
      const end = endOf(text, at, state);
      const body = text.slice(at, end.at);
      code += " ".repeat(body.length);
      uncommented += state.what === "string" ? body : " ".repeat(body.length);
      at = end.at;
      if (!end.found) break;
      code += state.what === "string" ? state.end : " ".repeat(state.end.length);
      uncommented += state.what === "string" ? state.end : " ".repeat(state.end.length);
      at += state.end.length;
      state = null;
      continue;
    }
    const plain = plainRun(text, at, lexis);
    code += text.slice(at, plain);
    uncommented += text.slice(at, plain);
    at = plain;
    if (at >= text.length) break;
    if (lexis.line.some((mark) => text.startsWith(mark, at) && startsComment(text, at, mark))) break;
    const opened = opening(text, at, lexis);
    const width = opened?.width ?? 1;
    const kept = text.slice(at, at + width);
    code += opened?.inside.what === "comment" ? " ".repeat(width) : kept;
    uncommented += opened?.inside.what === "comment" ? " ".repeat(width) : kept;
    at += width;
    state = opened?.inside ?? null;
  }
  const runsOn = state !== null && (state.what === "comment" || lexis.long.includes(state.end));
  return {
    code: code.padEnd(text.length),
    uncommented: uncommented.padEnd(text.length),
    inside: runsOn ? state : null,
  };
}

/** `#` and `//` begin a comment only at a word's start: `$#`, `a#b` and `http://` are none. */
function startsComment(text: string, at: number, mark: string): boolean {
  const before = at === 0 ? " " : (text[at - 1] ?? " ");
  return mark === "#" ? /[\s;(){}[\],]/.test(before) : mark === "//" ? before !== ":" : true;
}

function opening(text: string, at: number, lexis: Lexis): { inside: NonNullable<Inside>; width: number } | null {
  if (lexis.block && text.startsWith(lexis.block[0], at))
    return { inside: { what: "comment", end: lexis.block[1] }, width: lexis.block[0].length };
  const long = lexis.long.find((q) => text.startsWith(q, at));
  if (long !== undefined) return { inside: { what: "string", end: long }, width: long.length };
  const char = text[at] ?? "";
  return lexis.quotes.includes(char) ? { inside: { what: "string", end: char }, width: 1 } : null;
}

function endOf(text: string, from: number, inside: NonNullable<Inside>): { at: number; found: boolean } {
  for (let at = from; at < text.length; at++) {
    if (inside.what === "string" && text[at] === "\\") at++;
    else if (text.startsWith(inside.end, at)) return { at, found: true };
  }
  return { at: text.length, found: false };
}

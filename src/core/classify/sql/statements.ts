/** One SQL statement of a text, without the semicolon. */
export interface Statement {
  readonly text: string;
  /** The same length, with comments blanked and the insides of quotes as they are. */
  readonly code: string;
  /** Lines of the text where its code begins and ends, from 1. */
  readonly line: number;
  readonly endLine: number;
}

/** Longest statement that is read; a longer one is data (a seed's INSERT), or can't be judged. */
export const statementCharsMax = 200_000;

/**
 * Splits SQL of any dialect at its semicolons: comments, strings, quoted names, dollar quotes, `DELIMITER`, `GO` and
 * the bodies of triggers and procedures hold none. Tolerant: what isn't closed runs to the end. Each character is
 * looked at once.
 */
export function splitStatements(text: string): Statement[] {
  const s: Splitter = {
    text,
    code: [],
    at: 0,
    start: 0,
    codeStart: 0,
    delimiter: ";",
    out: [],
    lines: new Lines(text),
  };
  while (s.at < text.length) step(s);
  flush(s, text.length);
  return s.out;
}

interface Splitter {
  readonly text: string;
  /** Pieces of the statement's code. */
  code: string[];
  at: number;
  start: number;
  /** Where the piece that isn't in `code` yet begins. */
  codeStart: number;
  delimiter: string;
  readonly out: Statement[];
  readonly lines: Lines;
}

function step(s: Splitter): void {
  const { text, at } = s;
  const char = text[at] ?? "";
  if (char === "-" && text[at + 1] === "-") return blank(s, lineEnd(text, at));
  if (char === "#" && startsLine(text, at)) return blank(s, lineEnd(text, at));
  if (char === "/" && text[at + 1] === "*") {
    // MySQL runs what stands in /*! … */.
    const run = /^\/\*!\d{0,6}/.exec(text.slice(at, at + 9));
    return blank(s, run ? at + run[0].length : commentEnd(text, at));
  }
  if (char === "*" && text[at + 1] === "/") return blank(s, at + 2);
  if (char === "'" || char === '"' || char === "`") {
    s.at = quoteEnd(text, at, char);
    return;
  }
  if (char === "$" && !/[\w$]/.test(text[at - 1] ?? "")) {
    const tag = /^\$(?:[A-Za-z_]\w{0,62})?\$/.exec(text.slice(at, at + 66));
    if (tag) {
      const close = text.indexOf(tag[0], at + tag[0].length);
      s.at = close < 0 ? text.length : close + tag[0].length;
      return;
    }
  }
  if ((char === "D" || char === "d" || char === "G" || char === "g" || char === "\\") && startsLine(text, at)) {
    if (directive(s)) return;
  }
  if (text.startsWith(s.delimiter, at) && !(s.delimiter === ";" && insideBody(s))) {
    flush(s, at);
    s.at = s.start = s.codeStart = at + s.delimiter.length;
    return;
  }
  s.at = at + 1;
}

/** `DELIMITER x`, `GO` and psql's backslash commands take a line of their own. */
function directive(s: Splitter): boolean {
  const end = lineEnd(s.text, s.at);
  const line = s.text.slice(s.at, Math.min(end, s.at + 200)).trim();
  const delimiter = /^delimiter\s+(\S{1,16})$/i.exec(line);
  if (!delimiter && !/^go$/i.test(line) && !/^\\[a-z!?]/i.test(line)) return false;
  flush(s, s.at);
  if (delimiter?.[1] !== undefined) s.delimiter = delimiter[1];
  s.at = s.start = s.codeStart = end;
  return true;
}

function blank(s: Splitter, end: number): void {
  s.code.push(s.text.slice(s.codeStart, s.at), s.text.slice(s.at, end).replace(/[^\n]/g, " "));
  s.at = s.codeStart = end;
}

function flush(s: Splitter, end: number): void {
  s.code.push(s.text.slice(s.codeStart, end));
  const code = s.code.join("");
  s.code = [];
  const lead = code.length - code.trimStart().length;
  if (lead === code.length) return;
  const tail = code.length - code.trimEnd().length;
  s.out.push({
    text: s.text.slice(s.start + lead, end - tail),
    code: code.slice(lead, code.length - tail),
    line: s.lines.at(s.start + lead),
    endLine: s.lines.at(end - tail),
  });
}

const body =
  /^\s*CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TEMP(?:ORARY)?\s+)?(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)\b/i;

/** Inside `CREATE TRIGGER … BEGIN … END`, whose semicolons don't end it. */
function insideBody(s: Splitter): boolean {
  if (s.at - s.start > statementCharsMax) return false;
  const so = s.code.join("") + s.text.slice(s.codeStart, s.at);
  if (!body.test(so.slice(0, 400))) return false;
  let depth = 0;
  let begun = false;
  for (const [word] of so
    .replace(/'(?:[^']|'')*'/g, "''")
    .matchAll(/\b(?:BEGIN|CASE|END(?:\s+(?:IF|LOOP|WHILE|REPEAT))?)\b/gi)) {
    const upper = word.toUpperCase();
    if (upper === "BEGIN") begun = true;
    if (upper === "BEGIN" || upper === "CASE") depth++;
    else if (upper === "END") depth--;
  }
  return begun && depth > 0;
}

function startsLine(text: string, at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    if (text[i] === "\n") return true;
    if (text[i] !== " " && text[i] !== "\t") return false;
  }
  return true;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function commentEnd(text: string, at: number): number {
  const end = text.indexOf("*/", at + 2);
  return end < 0 ? text.length : end + 2;
}

/** After the closing quote; a doubled quote is one character, a backslash escapes only after E (PostgreSQL). */
function quoteEnd(text: string, at: number, quote: string): number {
  const escapes = quote === "'" && /[eE]/.test(text[at - 1] ?? "") && !/\w/.test(text[at - 2] ?? "");
  for (let i = at + 1; i < text.length; i++) {
    if (escapes && text[i] === "\\") i++;
    else if (text[i] === quote) {
      if (text[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return text.length;
}

/** Line numbers of growing offsets. */
class Lines {
  private offset = 0;
  private line = 1;
  constructor(private readonly text: string) {}
  at(offset: number): number {
    for (; this.offset < offset; this.offset++) if (this.text.charCodeAt(this.offset) === 10) this.line++;
    return this.line;
  }
}

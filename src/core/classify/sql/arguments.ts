/** The arguments of a call as written: `:users, null: false`, `"users", nullable=False`, `'users', { a: 1 }`. */
export interface Arguments {
  readonly positional: readonly string[];
  /** By keyword (Ruby, Python) or by key (of an object that is the last argument). */
  readonly named: ReadonlyMap<string, string>;
}

/** Reads an argument list, with or without its brackets. Tolerant: what isn't closed runs to the end. */
export function readArguments(text: string): Arguments {
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const part of splitTopLevel(inner(text))) {
    const key =
      /^(?::?["']?([A-Za-z_]\w*)["']?\s*=>|["']?([A-Za-z_]\w*)["']?:(?!:)|([A-Za-z_]\w*)\s*=(?![=>]))\s*/.exec(part);
    if (key) named.set(key[1] ?? key[2] ?? key[3] ?? "", part.slice(key[0].length));
    else positional.push(part);
  }
  const last = positional.at(-1);
  if (last?.startsWith("{"))
    for (const [key, value] of readArguments(last).named) if (!named.has(key)) named.set(key, value);
  return { positional, named };
}

/** What a text or symbol says (`:users`, `"users"`, `'''…'''`); null for anything else. */
export function literalText(raw: string | undefined): string | null {
  if (raw === undefined) return null;
  const symbol = /^:([A-Za-z_]\w*[?!]?)$/.exec(raw);
  if (symbol?.[1] !== undefined) return symbol[1];
  const parts = splitAdjacent(raw.replace(/^\((.*)\)$/s, "$1").trim());
  return parts === null ? null : parts.join("");
}

/** The texts of a list, or of the one text. */
export function literalTexts(raw: string | undefined): string[] {
  if (raw === undefined) return [];
  const words = /^%[wi][[({](.*)[\])}]$/s.exec(raw);
  if (words?.[1] !== undefined) return words[1].split(/\s+/).filter((w) => w !== "");
  if (!/^[[({]/.test(raw)) return [literalText(raw) ?? raw];
  return splitTopLevel(inner(raw)).flatMap((part) => literalTexts(part));
}

function inner(text: string): string {
  const trimmed = text.trim();
  return /^[[({]/.test(trimmed) && /[\])}]$/.test(trimmed) ? trimmed.slice(1, -1) : trimmed;
}

/** Python and C join texts that stand beside each other; JavaScript with `+`. */
function splitAdjacent(raw: string): string[] | null {
  const parts: string[] = [];
  let rest = raw;
  while (rest !== "") {
    const open = /^(?:\s|\+|\\\n|(?:#|\/\/).*\n)*([rRbBuUfF]{0,2})("""|'''|"|'|`)/.exec(rest);
    if (!open) return /^(?:\s|(?:#|\/\/).*)*$/.test(rest) && parts.length > 0 ? parts : null;
    const quote = open[2] ?? "";
    const start = open[0].length;
    let end = start;
    while (end < rest.length && !rest.startsWith(quote, end)) end += rest[end] === "\\" ? 2 : 1;
    if (end >= rest.length) return null;
    const body = rest.slice(start, end);
    parts.push(/r/i.test(open[1] ?? "") ? body : body.replace(/\\(["'`\\])/g, "$1").replace(/\\n/g, "\n"));
    rest = rest.slice(end + quote.length).trimStart();
  }
  return parts;
}

function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === '"' || char === "'" || char === "`") i = closing(text, i) - 1;
    else if (char === "#" && /\s/.test(text[i - 1] ?? " ")) i = Math.max(i, text.indexOf("\n", i));
    else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    else if (char === "," && depth <= 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((p) => p.trim()).filter((p) => p !== "");
}

function closing(text: string, at: number): number {
  const quote = text.startsWith(text.slice(at, at + 1).repeat(3), at) ? text.slice(at, at + 3) : text.slice(at, at + 1);
  for (let i = at + quote.length; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text.startsWith(quote, i)) return i + quote.length;
  }
  return text.length;
}

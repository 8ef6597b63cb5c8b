/** One parameter of a function, as callers see it. */
export interface Parameter {
  readonly name: string;
  /** As written, without blanks; "" when none is. */
  readonly type: string;
  /** May be left out: it has a default, or a mark that says so. */
  readonly optional: boolean;
  /** Takes all that is left: `...rest`, `*args`, `**options`. */
  readonly rest: boolean;
  /** Given by its name, never by its place. */
  readonly keyword: boolean;
}

export type ParameterStyle = "typescript" | "python" | "ruby" | "go" | "rust" | "java";

/** The parameters of a list as written, brackets included. What a caller never gives (`self`, a block) is left out. */
export function parametersOf(list: string, style: ParameterStyle): readonly Parameter[] {
  const parts = splitParameters(list.trim().replace(/^[(|]/, "").replace(/[)|]$/, ""));
  switch (style) {
    case "python":
      return python(parts);
    case "ruby":
      return parts.filter((p) => !p.startsWith("&")).map(ruby);
    case "go":
      return go(parts);
    case "rust":
      return parts.filter((p) => !/^(?:#\[[^\]]*\]\s*)?&?(?:'\w+\s+)?(?:mut\s+)?self\b/.test(p)).map(rust);
    case "java":
      return parts.map(java);
    case "typescript":
      return parts.filter((p) => !/^this\s*:/.test(p)).map(typescript);
  }
}

/** A type as it is compared: without blanks and without the marks before it. */
export function squeezedType(text: string): string {
  return text
    .replace(/^\s*(?:->|:)\s*/, "")
    .replace(/\s+/g, "")
    .replace(/,([)\]}])/g, "$1");
}

/** Splits at commas outside brackets and quotes; `=>` and `->` close no bracket. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === '"' || char === "'" || char === "`") i = quoteEnd(text, i, char);
    else if ("([{<".includes(char)) depth++;
    else if (char === ">" && /[=-]/.test(text[i - 1] ?? "")) continue;
    else if (")]}>".includes(char)) depth--;
    else if (char === "," && depth <= 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((p) => p.trim()).filter((p) => p !== "");
}

/** Where the quote closes; the opening one when it doesn't (a lifetime `'a` is no text). */
function quoteEnd(text: string, at: number, quote: string): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === quote) return i;
  }
  return at;
}

function parameter(name: string, more: Partial<Parameter> = {}): Parameter {
  return { name, type: "", optional: false, rest: false, keyword: false, ...more };
}

/** `a`, `a?: T`, `a: T = 1`, `...a: T[]`, `{ a, b }: T`, `private readonly a: T`. */
function typescript(part: string): Parameter {
  const text = part.replace(/^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|private|protected|readonly|override)\s+)*/, "");
  const rest = text.startsWith("...");
  const [before, fallback] = cut(rest ? text.slice(3) : text, "=");
  const [name, type] = cut(before, ":");
  const optional = rest || fallback !== "" || name.trim().endsWith("?");
  return parameter(name.trim().replace(/\?$/, ""), { type: squeezedType(type), optional, rest });
}

function python(parts: readonly string[]): Parameter[] {
  const out: Parameter[] = [];
  let keyword = false;
  parts.forEach((part, i) => {
    if (part === "/" || (i === 0 && /^(?:self|cls)\b/.test(part))) return;
    if (part === "*") {
      keyword = true;
      return;
    }
    const stars = /^\*{1,2}/.exec(part)?.[0] ?? "";
    const [before, fallback] = cut(part.slice(stars.length), "=");
    const [name, type] = cut(before, ":");
    const optional = fallback !== "" || stars !== "";
    out.push(parameter(name.trim(), { type: squeezedType(type), optional, rest: stars !== "", keyword }));
    if (stars === "*") keyword = true;
  });
  return out;
}

/** `a`, `b = 1`, `*r`, `k:`, `k: 1`, `**o`. */
function ruby(part: string): Parameter {
  const stars = /^\*{1,2}/.exec(part)?.[0];
  if (stars !== undefined) return parameter(part, { optional: true, rest: true, keyword: stars === "**" });
  const key = /^(\w+):\s*(.*)$/s.exec(part);
  if (key) return parameter(key[1] ?? "", { optional: key[2] !== "", keyword: true });
  const [name, fallback] = cut(part, "=");
  return parameter(name.trim(), { optional: fallback !== "" });
}

/** `a, b int, c ...string`, or types alone: a name without a type has that of the next one. */
function go(parts: readonly string[]): Parameter[] {
  const named = parts.some((p) => /^\w+\s+\S/.test(p) && !/^(?:func|chan|map|struct|interface)\b/.test(p));
  let type = "";
  return [...parts]
    .reverse()
    .map((part) => {
      if (!named) return typed("", part);
      const pair = /^(\w+)\s+(.+)$/s.exec(part);
      if (pair) type = pair[2] ?? "";
      return typed(pair?.[1] ?? part, type);
    })
    .reverse();
}

function typed(name: string, type: string): Parameter {
  const rest = type.startsWith("...");
  return parameter(name, { type: squeezedType(type), rest, optional: rest });
}

function rust(part: string): Parameter {
  const [name, type] = cut(part.replace(/^(?:#\[[^\]]*\]\s*)*(?:mut\s+)?/, ""), ":");
  return parameter(name.trim(), { type: squeezedType(type) });
}

/** `final @A Map<K, V> name`, `int... numbers`. */
function java(part: string): Parameter {
  const text = part.replace(/^(?:@\w+(?:\([^)]*\))?\s+|final\s+)*/, "");
  const name = /(\w+)\s*$/.exec(text)?.[1] ?? "";
  const type = squeezedType(text.slice(0, text.length - name.length));
  return parameter(name, { type, rest: type.endsWith("..."), optional: type.endsWith("...") });
}

/** Before and after the first `=` or `:` outside brackets; "" after when there is none. */
function cut(text: string, mark: "=" | ":"): [string, string] {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if ("([{<".includes(char)) depth++;
    else if (")]}".includes(char) || (char === ">" && !/[=-]/.test(text[i - 1] ?? ""))) depth--;
    else if (char === mark && depth === 0 && isAlone(text, i)) return [text.slice(0, i), text.slice(i + 1)];
  }
  return [text, ""];
}

/** Not a part of `=>`, `==` or `::`. */
function isAlone(text: string, at: number): boolean {
  const char = text[at] ?? "";
  return !/[=!<>:]/.test(text[at - 1] ?? "") && text[at + 1] !== char && text[at + 1] !== ">";
}

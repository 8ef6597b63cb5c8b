import { rememberFew } from "../few.js";
import protobuf from "protobufjs";
import { headingOf, textOf } from "../sides.js";
import type { Fragment } from "../sides.js";
import { mask } from "./mask.js";

/** Something that a .proto file declares, with what a change of it would break. */
export interface ProtoSymbol {
  readonly kind: "message" | "enum" | "service" | "extend" | "oneof" | "rpc" | "field" | "value" | "reserved" | "file";
  /** The message, enum or service around it, dotted; "" at the top, `?` where the hunk doesn't show it. */
  readonly scope: string;
  readonly name: string;
  /** Of a field or enum value. */
  readonly number: number | null;
  /** A field's type, an rpc's request and response, a file option's value, reserved numbers and names. */
  readonly type: string;
  /** `repeated`, `required`, `optional` or "". */
  readonly label: string;
  readonly oneof: string;
  /** `json_name`, `default` and the like, as written. */
  readonly options: string;
  readonly line: number;
  readonly changed: boolean;
}

/**
 * What a fragment of a .proto file declares. Read from the tokens of protobufjs, because its parser takes whole files
 * only; blocks that open outside the hunk are called by the hunk's title or `?`.
 */
export const protoSymbols = rememberFew(symbolsOf);

interface Token {
  readonly text: string;
  readonly row: number;
}

interface Scope {
  readonly kind: string;
  readonly name: string;
}

function symbolsOf(fragment: Fragment): ProtoSymbol[] {
  const before = missingBlocks(fragment);
  const out: ProtoSymbol[] = [];
  const scopes: Scope[] = [];
  let statement: Token[] = [];
  let depth = 0;
  for (const token of tokens([...before, textOf(fragment)].join("\n"))) {
    const inOption = statement[0]?.text === "option" || statement.some((t) => t.text === "[");
    if (inOption && (token.text === "{" || token.text === "}")) {
      depth += token.text === "{" ? 1 : -1;
      statement.push(token);
    } else if (token.text === "{") {
      out.push(...declared(statement, { scopes, fragment, skipped: before.length }));
      scopes.push(opened(statement));
      statement = [];
    } else if (token.text === "}") {
      scopes.pop();
      statement = [];
    } else if (token.text === ";" && depth <= 0) {
      out.push(...declared(statement, { scopes, fragment, skipped: before.length }));
      statement = [];
      depth = 0;
    } else statement.push(token);
  }
  return out;
}

/** Tokens with their rows; a string is one token with its quotes. Stops where the text is no protobuf. */
function* tokens(text: string): Generator<Token> {
  const tokenizer = protobuf.tokenize(text, false);
  try {
    for (let token = tokenizer.next(); token !== null; token = tokenizer.next()) {
      const row = tokenizer.line - 1;
      if (token !== '"' && token !== "'") {
        yield { text: token, row };
        continue;
      }
      yield { text: `"${tokenizer.next() ?? ""}"`, row };
      tokenizer.next();
    }
  } catch {
    return;
  }
}

interface Around {
  readonly scopes: readonly Scope[];
  readonly fragment: Fragment;
  readonly skipped: number;
}

const blocks = /^(message|enum|service|extend|oneof|group)$/;

function opened(statement: readonly Token[]): Scope {
  const at = statement.findIndex((t) => blocks.test(t.text));
  return at < 0
    ? { kind: "other", name: "" }
    : { kind: statement[at]?.text ?? "", name: statement[at + 1]?.text ?? "?" };
}

function declared(statement: readonly Token[], around: Around): ProtoSymbol[] {
  const words = statement.map((t) => t.text);
  const first = words[0];
  if (first === undefined) return [];
  const found = shapeOf(words);
  if (!found || found.name === "?") return [];
  const line = around.fragment[(statement[0]?.row ?? 0) - around.skipped];
  if (!line) return [];
  const rows = around.fragment.slice(
    (statement[0]?.row ?? 0) - around.skipped,
    (statement.at(-1)?.row ?? 0) - around.skipped + 1,
  );
  const named = around.scopes.filter((s) => s.kind !== "oneof" && s.kind !== "other").map((s) => s.name);
  const scope = named.filter((n, i) => n !== "?" || named[i + 1] !== "?").join(".");
  const oneof = around.scopes.findLast((s) => s.kind === "oneof")?.name ?? "";
  return [
    {
      number: null,
      type: "",
      label: "",
      options: "",
      ...found,
      scope,
      oneof,
      line: line.number,
      changed: rows.some((r) => r.changed),
    },
  ];
}

type Shape = Pick<ProtoSymbol, "kind" | "name"> & Partial<Pick<ProtoSymbol, "number" | "type" | "label" | "options">>;

function shapeOf(words: readonly string[]): Shape | null {
  const [first = "", second = ""] = words;
  if (/^(syntax|edition|package|import)$/.test(first) && words.length <= 4)
    return {
      kind: "file",
      name: first === "import" ? `import ${words.at(-1) ?? ""}` : first,
      type: words.at(-1) ?? "",
    };
  if (first === "option")
    return {
      kind: "file",
      name: `option ${words.slice(1, words.indexOf("=")).join("")}`,
      type: words.slice(words.indexOf("=") + 1).join(" "),
    };
  if (first === "reserved" || first === "extensions")
    return { kind: "reserved", name: first, type: words.slice(1).join(" ") };
  if (first === "rpc")
    return {
      kind: "rpc",
      name: second,
      type: words
        .slice(2)
        .filter((w) => !/^[()]$/.test(w))
        .join(" "),
    };
  const equals = words.indexOf("=");
  if (equals < 0)
    return blocks.test(first) && first !== "group" && words.length === 2
      ? { kind: first as ProtoSymbol["kind"], name: second }
      : null;
  const number = Number(words[equals + 1] === "-" ? `-${words[equals + 2] ?? ""}` : words[equals + 1]);
  const name = words[equals - 1] ?? "";
  const bracket = words.indexOf("[");
  const options = bracket < 0 ? "" : words.slice(bracket).join(" ");
  if (!Number.isInteger(number) || !/^\w+$/.test(name)) return null;
  if (equals === 1) return { kind: "value", name, number, options };
  const label = /^(repeated|required|optional)$/.test(first) && equals > 2 ? first : "";
  return { kind: "field", name, number, label, options, type: words.slice(label === "" ? 0 : 1, equals - 1).join("") };
}

function missingBlocks(fragment: Fragment): string[] {
  let depth = 0;
  let missing = 0;
  for (const line of mask(fragment, "x.proto").code)
    for (const char of line) {
      if (char === "{") depth++;
      else if (char === "}" && depth > 0) depth--;
      else if (char === "}") missing++;
    }
  const heading = headingOf(fragment);
  const inHeading =
    /^(message|enum|service|extend)\s+[\w.]+\s*\{\s*$/.test(heading) &&
    /^\s/.test(fragment.find((l) => l.text.trim() !== "")?.text ?? "");
  const before = new Array<string>(inHeading ? Math.max(1, missing) : missing).fill("message ? {");
  if (inHeading) before[0] = heading;
  return before;
}

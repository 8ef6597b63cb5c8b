import { captures, type Grammar } from "../parsers/grammars.js";
import { readArguments, type Arguments } from "./arguments.js";

/** The languages that migrations are written in and that calls are read from. */
export type CallLanguage = Extract<Grammar, "ruby" | "python" | "tsx">;

export interface Span {
  readonly from: Position;
  readonly to: Position;
}

/** Row and column from 0. */
interface Position {
  readonly row: number;
  readonly column: number;
}

export interface Call extends Span {
  readonly name: string;
  /** What it is called on, as written; empty for a plain function. */
  readonly receiver: string;
  readonly args: Arguments;
}

export interface NamedSpan extends Span {
  readonly name: string;
  readonly text: string;
}

/** The calls and functions of a migration's code. Comments and texts hold none: a grammar reads it. */
export interface Code {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly functions: readonly NamedSpan[];
}

const queries: Readonly<Record<CallLanguage, { calls: string; functions: string }>> = {
  ruby: {
    calls: `(call receiver: (_)? @receiver method: (_) @name arguments: (argument_list)? @args) @call`,
    functions: `(method name: (_) @name) @function (singleton_method name: (_) @name) @function`,
  },
  python: {
    calls: `(call function: [(identifier) @name (attribute object: (_) @receiver attribute: (identifier) @name)] arguments: (_) @args) @call`,
    functions: `(function_definition name: (identifier) @name) @function`,
  },
  tsx: {
    calls: `(call_expression function: [(identifier) @name (member_expression object: (_) @receiver property: (_) @name)] arguments: (_) @args) @call`,
    functions: `(function_declaration name: (_) @name) @function
      (method_definition name: (_) @name) @function
      (public_field_definition name: (_) @name value: (_)) @function
      (pair key: (_) @name value: [(arrow_function) (function_expression)]) @function
      (variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
      (assignment_expression left: (member_expression property: (_) @name) right: [(arrow_function) (function_expression)]) @function`,
  },
};

export function readCode(language: CallLanguage, text: string): Code {
  const { calls, functions } = queries[language];
  return {
    text,
    calls: matches(language, text, calls).flatMap((m) => {
      const call = m.get("call");
      const name = m.get("name");
      if (!call || !name) return [];
      const args = readArguments(m.get("args")?.text ?? "");
      return [{ name: name.text, receiver: m.get("receiver")?.text ?? "", args, ...spanOf(call) }];
    }),
    functions: matches(language, text, functions).flatMap((m) => {
      const whole = m.get("function");
      const name = m.get("name");
      return whole && name ? [{ name: name.text, text: whole.text, ...spanOf(whole) }] : [];
    }),
  };
}

type Captured = ReturnType<typeof captures>[number];

function matches(language: CallLanguage, text: string, query: string): Array<Map<string, Captured>> {
  const found = new Map<number, Map<string, Captured>>();
  for (const capture of captures(language, text, query)) {
    const match = found.get(capture.match) ?? new Map<string, Captured>();
    found.set(capture.match, match.set(capture.name, capture));
  }
  return [...found.values()];
}

function spanOf(c: Captured): Span {
  return { from: { row: c.row, column: c.column }, to: { row: c.endRow, column: c.endColumn } };
}

export function isWithin(inner: Span, outer: Span): boolean {
  return !before(inner.from, outer.from) && !before(outer.to, inner.to);
}

function before(a: Position, b: Position): boolean {
  return a.row < b.row || (a.row === b.row && a.column < b.column);
}

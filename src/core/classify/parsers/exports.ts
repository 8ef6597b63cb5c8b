import { rememberFew } from "../few.js";
import { textOf } from "../sides.js";
import type { Fragment } from "../sides.js";
import { codeLanguageOf, type CodeLanguage } from "./code-language.js";
import { captures } from "./grammars.js";
import type { Capture, Grammar } from "./grammars.js";
import { isBelowPrivate } from "./signatures.js";

/** A name that code outside the file can use. */
export interface Exported {
  readonly name: string;
  readonly line: number;
  readonly changed: boolean;
}

interface Language {
  readonly grammar: Grammar;
  readonly query: string;
  /** A line that could declare something public: parsing is worth it only if one changed. */
  readonly hint: RegExp;
  readonly read: (
    captured: readonly Capture[],
    fragment: Fragment,
  ) => readonly (readonly [name: string, row: number])[];
}

const javascript: Language = {
  grammar: "tsx",
  hint: /\bexport\b|\bexports\b|^\s*\w+,?$/,
  query: `
    (export_statement declaration: (_ name: (_) @name))
    (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name)))
    (export_statement declaration: (variable_declaration (variable_declarator name: (identifier) @name)))
    (export_statement (export_clause (export_specifier name: (_) @clause alias: (_) @alias)))
    (export_statement (export_clause (export_specifier name: (_) @clause !alias)))
    (export_statement "default" @name)
    (assignment_expression left: (member_expression) @member)
  `,
  read: (captured) =>
    captured.flatMap((c): [string, number][] => {
      if (c.name === "member") {
        const name = /^(?:module\.)?exports\.(\w+)$/.exec(c.text)?.[1];
        return name === undefined ? [] : [[name, c.row]];
      }
      const aliased = c.name === "clause" && captured.some((o) => o.match === c.match && o.name === "alias");
      return aliased ? [] : [[c.text, c.row]];
    }),
};

const python: Language = {
  grammar: "python",
  hint: /^(async\s+def|def|class)\s+[A-Za-z]|^[A-Z][A-Z0-9_]*\s*[:=]|__all__|^\s+["']\w+["'],?$/,
  query: `
    (function_definition name: (identifier) @name)
    (class_definition name: (identifier) @name)
    (assignment left: (identifier) @constant)
    (assignment left: (identifier) @all right: (list (string (string_content) @listed)))
  `,
  read: (captured, fragment) =>
    captured.flatMap((c): [string, number][] => {
      const text = fragment[c.row]?.text ?? "";
      const top = /^\S/.test(text) && !c.text.startsWith("_");
      if (c.name === "name") return top ? [[c.text, c.row]] : [];
      if (c.name === "constant")
        return top && /^[A-Z][A-Z0-9_]*$/.test(c.text) && c.column === 0 ? [[c.text, c.row]] : [];
      const all = captured.some((o) => o.match === c.match && o.name === "all" && o.text === "__all__");
      // Kept apart from what is declared: a name that leaves the list is still there, but no longer meant for others.
      return c.name === "listed" && all ? [[`__all__.${c.text}`, c.row]] : [];
    }),
};

const go: Language = {
  grammar: "go",
  hint: /^(func|type|var|const)\b|^\t[A-Z]\w*\b/,
  query: `
    (function_declaration name: (identifier) @name)
    (method_declaration receiver: (parameter_list) @receiver name: (field_identifier) @method)
    (source_file (type_declaration (type_spec name: (type_identifier) @name)))
    (source_file (const_declaration (const_spec name: (identifier) @name)))
    (source_file (var_declaration (var_spec name: (identifier) @name)))
  `,
  read: (captured) =>
    captured.flatMap((c): [string, number][] => {
      if (c.name === "receiver" || !/^[A-Z]/.test(c.text)) return [];
      if (c.name === "name") return [[c.text, c.row]];
      const receiver = captured.find((o) => o.match === c.match && o.name === "receiver")?.text ?? "";
      const type = /(\w+)(?:\[[^\]]*\])?\s*\)$/.exec(receiver)?.[1] ?? "";
      return /^[A-Z]/.test(type) ? [[`${type}.${c.text}`, c.row]] : [];
    }),
};

const java: Language = {
  grammar: "java",
  hint: /\bpublic\b/,
  query: `
    (class_declaration (modifiers) @modifiers name: (identifier) @name)
    (interface_declaration (modifiers) @modifiers name: (identifier) @name)
    (enum_declaration (modifiers) @modifiers name: (identifier) @name)
    (record_declaration (modifiers) @modifiers name: (identifier) @name)
    (method_declaration (modifiers) @modifiers name: (identifier) @name)
    (field_declaration (modifiers) @modifiers declarator: (variable_declarator name: (identifier) @name))
  `,
  read: (captured) => visible(captured, /\bpublic\b/),
};

const rust: Language = {
  grammar: "rust",
  hint: /\bpub\b/,
  query: `
    (function_item (visibility_modifier) @modifiers name: (_) @name)
    (struct_item (visibility_modifier) @modifiers name: (_) @name)
    (enum_item (visibility_modifier) @modifiers name: (_) @name)
    (trait_item (visibility_modifier) @modifiers name: (_) @name)
    (type_item (visibility_modifier) @modifiers name: (_) @name)
    (const_item (visibility_modifier) @modifiers name: (_) @name)
    (static_item (visibility_modifier) @modifiers name: (_) @name)
    (mod_item (visibility_modifier) @modifiers name: (_) @name)
  `,
  read: (captured) => visible(captured, /^pub$/),
};

const ruby: Language = {
  grammar: "ruby",
  hint: /^\s*(def|class|module)\b/,
  query: `
    (class name: (_) @name)
    (module name: (_) @name)
    (method name: (_) @method)
    (singleton_method name: (_) @method)
  `,
  read: (captured, fragment) =>
    captured.flatMap((c): [string, number][] =>
      c.name === "method" && isBelowPrivate(fragment, c.row) ? [] : c.text.startsWith("_") ? [] : [[c.text, c.row]],
    ),
};

const languages: Readonly<Record<CodeLanguage, Language>> = { javascript, python, go, java, rust, ruby };

/** Whether the file's language is one whose exports can be read. */
export function hasExports(path: string): boolean {
  return codeLanguageOf(path) !== null;
}

/** The public names that a fragment declares; none when no changed line could declare one. */
export const exportedNames = rememberFew((fragment: Fragment, path: string): readonly Exported[] => {
  const name = codeLanguageOf(path);
  const language = name === null ? null : languages[name];
  return language && fragment.some((l) => l.changed && language.hint.test(l.text)) ? parsed(language, fragment) : [];
});

function parsed(language: Language, fragment: Fragment): Exported[] {
  return language
    .read(captures(language.grammar, textOf(fragment), language.query), fragment)
    .flatMap(([name, row]) => {
      const line = fragment[row];
      return line ? [{ name, line: line.number, changed: line.changed }] : [];
    });
}

function visible(captured: readonly Capture[], modifier: RegExp): [string, number][] {
  return captured
    .filter((c) => c.name === "name")
    .filter((c) => captured.some((m) => m.match === c.match && m.name === "modifiers" && modifier.test(m.text)))
    .map((c) => [c.text, c.row]);
}

import { rememberFew } from "../few.js";
import { headingOf, type Fragment } from "../sides.js";
import { codeLanguageOf, type CodeLanguage } from "./code-language.js";
import { mask } from "./mask.js";
import { captures, type Capture, type Grammar } from "./grammars.js";
import { parametersOf, squeezedType, type Parameter, type ParameterStyle } from "./parameters.js";

/** Something public that is called or held by code outside: a function, a method, a field, a variant of an enum. */
export interface Signature {
  /** `fetch`, `Client.get`. */
  readonly name: string;
  readonly kind: "callable" | "field" | "variant";
  readonly parameters: readonly Parameter[];
  /** What is given back, or what a field is; "" when it isn't written. */
  readonly type: string;
  /** A field that may be missing (`name?: T`). */
  readonly optional: boolean;
  /** Belongs to what others write an implementation of: an interface, a trait. */
  readonly demanded: boolean;
  readonly line: number;
  /** A line of the declaration itself, its body left out, is changed. */
  readonly changed: boolean;
}

interface Language {
  readonly grammar: Grammar;
  readonly style: ParameterStyle;
  /**
   * Captures `@owner` with `@container` (`@demanding` if others implement it), and `@name` with `@item`; `@params`,
   * `@type`, `@modifiers`, `@receiver`; `@field` and `@variant` for what isn't called.
   */
  readonly query: string;
  /** A line that declares something callable or held: without one nothing is parsed. */
  readonly hint: RegExp;
  /** What stands behind `@@ … @@` when the hunk lies inside a type that is public. */
  readonly heading: RegExp;
  /** What may stand for a body that began above the hunk: at the top, and inside a type. */
  readonly openers?: readonly [top: string, member: string];
  readonly isPublic: (item: Item) => boolean;
}

interface Item {
  readonly name: string;
  readonly modifiers: string;
  readonly owner: Capture | null;
  readonly indented: boolean;
}

/** Of a receiver or an implemented type only the end is looked at: its name. */
const nameCharsMax = 200;

const typescript: Language = {
  grammar: "tsx",
  style: "typescript",
  hint: /[\w$>]\s?\(|=>|^\s*(?:readonly\s+)?\w+\??\s*:/,
  heading: /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:class|interface)\s+\w+[^{]*\{\s*$/,
  openers: ["{", "_() {"],
  query: `
    (export_statement declaration: (class_declaration name: (_) @owner) @container)
    (export_statement declaration: (abstract_class_declaration name: (_) @owner) @container)
    (export_statement declaration: (interface_declaration name: (_) @owner) @container)
    (export_statement declaration: (function_declaration name: (_) @name parameters: (_) @params return_type: (_)? @type) @item)
    (export_statement declaration: (function_signature name: (_) @name parameters: (_) @params return_type: (_)? @type) @item)
    (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name
      value: (arrow_function parameters: (_) @params return_type: (_)? @type)) @item))
    (class_body (method_definition (accessibility_modifier)? @modifiers name: (_) @name parameters: (_) @params return_type: (_)? @type) @item)
    (class_body (public_field_definition (accessibility_modifier)? @modifiers name: (_) @name type: (_)? @type) @item @field)
    (interface_body (method_signature name: (_) @name parameters: (_) @params return_type: (_)? @type) @item)
    (interface_body (property_signature name: (_) @name type: (_)? @type) @item @field)
  `,
  isPublic: ({ name, modifiers, owner, indented }) =>
    !/private|protected/.test(modifiers) && !/^[#_]/.test(name) && (owner !== null || !indented),
};

const python: Language = {
  grammar: "python",
  style: "python",
  hint: /\bdef\s/,
  heading: /^class\s+[A-Za-z]\w*[^:]*:\s*$/,
  query: `
    (class_definition name: (_) @owner) @container
    (function_definition name: (_) @name parameters: (_) @params return_type: (_)? @type) @item
  `,
  isPublic: ({ name, owner, indented }) =>
    (!name.startsWith("_") || /^__(?:init|call|new)__$/.test(name)) &&
    (indented ? owner !== null && !owner.text.startsWith("_") : true),
};

const go: Language = {
  grammar: "go",
  style: "go",
  hint: /^func\b|^\s+[A-Z]\w*\s*\(|^\s+[A-Z]\w*\s+\S/,
  heading: /^type\s+[A-Z]\w*\s+(?:struct|interface)\s*\{\s*$/,
  openers: ["func _() {", "{"],
  query: `
    (type_declaration (type_spec name: (_) @owner type: (struct_type)) @container)
    (type_declaration (type_spec name: (_) @owner type: (interface_type)) @container @demanding)
    (function_declaration name: (_) @name parameters: (_) @params result: (_)? @type) @item
    (method_declaration receiver: (_) @receiver name: (_) @name parameters: (_) @params result: (_)? @type) @item
    (interface_type (method_elem name: (_) @name parameters: (_) @params result: (_)? @type) @item)
    (struct_type (field_declaration_list (field_declaration name: (_) @name type: (_) @type) @item @field))
  `,
  isPublic: ({ name, owner }) =>
    /^[A-Z]/.test(name) && (owner === null || /\b[A-Z]\w*(?:\[[^\]]*\])?\)?$/.test(owner.text.slice(-nameCharsMax))),
};

const java: Language = {
  grammar: "java",
  style: "java",
  hint: /\bpublic\b/,
  heading: /\bpublic\b.*\b(?:class|interface|record)\s+\w+[^{]*\{\s*$/,
  openers: ["class _ {", "void _() {"],
  query: `
    (class_declaration name: (_) @owner) @container
    (interface_declaration name: (_) @owner) @container
    (method_declaration (modifiers) @modifiers type: (_) @type name: (_) @name parameters: (_) @params) @item
    (constructor_declaration (modifiers) @modifiers name: (_) @name parameters: (_) @params) @item
  `,
  isPublic: ({ modifiers }) => /\bpublic\b/.test(modifiers),
};

const rust: Language = {
  grammar: "rust",
  style: "rust",
  hint: /\bpub\b|^\s+fn\b|^\s+[A-Z]\w*\s*[,({]/,
  heading: /^(?:impl\b.*|pub\s+(?:struct|enum|trait)\s+\w+[^{]*)\{\s*$/,
  openers: ["fn _() {", "fn _() {"],
  query: `
    (struct_item (visibility_modifier) name: (_) @owner) @container
    (enum_item (visibility_modifier) name: (_) @owner) @container
    (trait_item (visibility_modifier) name: (_) @owner) @container @demanding
    (impl_item type: (_) @owner) @container
    (function_item (visibility_modifier) @modifiers name: (_) @name parameters: (_) @params return_type: (_)? @type) @item
    (trait_item (visibility_modifier) @modifiers body: (declaration_list (function_signature_item name: (_) @name parameters: (_) @params return_type: (_)? @type) @item))
    (struct_item (visibility_modifier) body: (field_declaration_list (field_declaration (visibility_modifier) @modifiers name: (_) @name type: (_) @type) @item @field))
    (enum_item (visibility_modifier) @modifiers body: (enum_variant_list (enum_variant name: (_) @name) @item @variant))
  `,
  isPublic: ({ modifiers }) => modifiers === "pub",
};

const ruby: Language = {
  grammar: "ruby",
  style: "ruby",
  hint: /\bdef\s/,
  heading: /^(?:class|module)\s+\w+/,
  query: `
    (class name: (_) @owner) @container
    (module name: (_) @owner) @container
    (method name: (_) @name parameters: (_)? @params) @item
    (singleton_method name: (_) @name parameters: (_)? @params) @item
  `,
  isPublic: ({ name }) => !name.startsWith("_"),
};

const languages: Readonly<Record<CodeLanguage, Language>> = { javascript: typescript, python, go, java, rust, ruby };

export function styleOf(path: string): ParameterStyle | null {
  const name = codeLanguageOf(path);
  return name === null ? null : languages[name].style;
}

/** What a fragment declares for others; none when no line of it could. */
export const signatures = rememberFew((fragment: Fragment, path: string): readonly Signature[] => {
  const name = codeLanguageOf(path);
  const language = name === null ? null : languages[name];
  return language && fragment.some((l) => language.hint.test(l.text)) ? parsed(language, fragment, path) : [];
});

function parsed(language: Language, fragment: Fragment, path: string): Signature[] {
  const { opened, closed } = completed(language, fragment, path);
  const above = opened === "" ? 0 : 1;
  const text = `${above === 0 ? "" : `${opened}\n`}${mask(fragment, path).uncommented.join("\n")}${closed}`;
  const matches = byMatch(captures(language.grammar, text, language.query));
  if (isBody(matches)) return [];
  const containers = matches.filter((m) => m.has("container"));
  return matches.flatMap((m) => {
    const item = m.get("item");
    const name = m.get("name");
    if (!item || !name) return [];
    const indented = /^\s/.test(fragment[item.row - above]?.text ?? "");
    const made = signature(m, { item, name, language, container: innermost(containers, item), indented });
    const declared = [name, m.get("params"), m.get("type")].flatMap((c) => (c ? [c.row, c.endRow] : []));
    const from = Math.min(item.row, ...declared) - above;
    const lines = fragment.slice(Math.max(0, from), Math.max(...declared) - above + 1);
    const line = fragment[name.row - above];
    if (!made || !line || isPrivateRuby(language, fragment, name.row - above)) return [];
    return [{ ...made, line: line.number, changed: lines.some((l) => l.changed) }];
  });
}

/** What was read as members of a type are statements of a body: the hunk never leaves it. */
function isBody(matches: readonly Match[]): boolean {
  const statements = /^(?:if|for|while|switch|const|let|var|return|await|throw|try|do|else|delete|new)$/;
  return matches.some((m) => m.has("item") && statements.test(m.get("name")?.text ?? ""));
}

/**
 * A hunk may begin inside a body and come out of it, and end inside another. What opened and what closes there is
 * supplied, so that the parser can read on: the public type that the hunk's heading names, and a made-up body for
 * each bracket that closes below.
 */
function completed(language: Language, fragment: Fragment, path: string): { opened: string; closed: string } {
  const { heading, openers } = language;
  const first = fragment.find((l) => l.text.trim() !== "")?.text ?? "";
  const title = /^\s/.test(first) && heading.test(headingOf(fragment)) ? headingOf(fragment) : "";
  if (!openers) return { opened: title, closed: "" };
  const { unopened, open } = brackets(fragment, path);
  const [top, member] = openers;
  const leaves = unopened.at(-1) === 0;
  const inner = leaves ? unopened.slice(0, -1) : unopened;
  const opened =
    title === ""
      ? unopened.map((_, i) => (i === 0 ? top : "{"))
      : [title, ...inner.map((_, i) => (i === 0 ? member : "{"))];
  return { opened: opened.join(" "), closed: `\n${"}".repeat(open + (title !== "" && !leaves ? 1 : 0))}` };
}

/** Indentations of the lines whose `}` was opened above the fragment, the innermost first, and how many `{` stay open. */
function brackets(fragment: Fragment, path: string): { unopened: readonly number[]; open: number } {
  const unopened: number[] = [];
  let open = 0;
  for (const line of mask(fragment, path).code)
    for (const char of line) {
      if (char === "{") open++;
      else if (char === "}" && open > 0) open--;
      else if (char === "}") unopened.push(indentOf(line));
    }
  return { unopened, open };
}

type Match = ReadonlyMap<string, Capture>;

function byMatch(found: readonly Capture[]): Match[] {
  const matches = new Map<number, Map<string, Capture>>();
  for (const c of found) {
    const match = matches.get(c.match) ?? new Map<string, Capture>();
    matches.set(c.match, match.set(c.name, c));
  }
  return [...matches.values()];
}

function signature(
  match: Match,
  given: { item: Capture; name: Capture; language: Language; container: Match | null; indented: boolean },
): Omit<Signature, "line" | "changed"> | null {
  const { item, name, language, container, indented } = given;
  // What a field without a type is can't be told; a statement of a body may look like one.
  if (match.has("field") && !match.has("type")) return null;
  const owner = match.get("receiver") ?? container?.get("owner") ?? null;
  const modifiers = match.get("modifiers")?.text ?? "";
  const asked = { name: name.text, modifiers, owner, indented };
  if (!language.isPublic(asked)) return null;
  const of =
    owner === null ? "" : (/(\w+)(?:\[[^\]]*\]|<[^>]*>)?\)?$/.exec(owner.text.slice(-nameCharsMax))?.[1] ?? owner.text);
  return {
    name: of === "" ? name.text : `${of}.${name.text}`,
    kind: match.has("field") ? "field" : match.has("variant") ? "variant" : "callable",
    parameters: parametersOf(match.get("params")?.text ?? "()", language.style),
    type: squeezedType(match.get("type")?.text ?? ""),
    optional: match.has("field") && item.text.slice(0, 200).includes(`${name.text}?`),
    demanded: container?.has("demanding") === true,
  };
}

function innermost(containers: readonly Match[], item: Capture): Match | null {
  const around = containers.filter((m) => {
    const c = m.get("container");
    return c !== undefined && c !== item && c.row <= item.row && c.endRow >= item.endRow && c.text !== item.text;
  });
  return around.sort((a, b) => (b.get("container")?.row ?? 0) - (a.get("container")?.row ?? 0))[0] ?? null;
}

/** Below a bare `private` at the same indentation. */
function isPrivateRuby(language: Language, fragment: Fragment, row: number): boolean {
  return language === ruby && isBelowPrivate(fragment, row);
}

export function isBelowPrivate(fragment: Fragment, row: number): boolean {
  const indent = indentOf(fragment[row]?.text ?? "");
  for (let i = row - 1; i >= 0; i--) {
    const text = fragment[i]?.text ?? "";
    if (text.trim() === "") continue;
    const here = indentOf(text);
    if (here < indent && /^\s*(class|module)\b/.test(text)) return false;
    if (/^\s*(private|protected)\s*$/.test(text) && here <= indent) return true;
  }
  return false;
}

function indentOf(text: string): number {
  return /^\s*/.exec(text)?.[0].length ?? 0;
}

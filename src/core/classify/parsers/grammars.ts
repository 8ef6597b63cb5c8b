import { Language, Parser, Query } from "web-tree-sitter";
import type { QueryCapture } from "web-tree-sitter";

/**
 * Tree-sitter grammars, loaded once when this module is. WebAssembly is instantiated asynchronously, which is why
 * this folder alone may wait; everything that uses it is synchronous.
 */
const packaged = {
  bash: "@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm",
  go: "@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm",
  java: "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm",
  python: "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm",
  ruby: "@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm",
  rust: "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm",
  terraform: "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm",
  // JavaScript and JSX are TypeScript's TSX without types.
  tsx: "@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm",
} as const;

export type Grammar = keyof typeof packaged;

/** What a query captured, copied out of the parser's memory. */
export interface Capture {
  readonly name: string;
  readonly text: string;
  /** From 0, in the parsed text. */
  readonly row: number;
  readonly column: number;
  readonly endRow: number;
  readonly endColumn: number;
  /** Captures of one match of one pattern share this number. */
  readonly match: number;
}

/** A parse longer than this is not tried; its text is judged by its lines alone. */
export const parsedCharsMax = 200_000;

await Parser.init();
const parser = new Parser();
const languages = new Map<Grammar, Language>(
  await Promise.all(
    (Object.keys(packaged) as Grammar[]).map(async (grammar): Promise<[Grammar, Language]> => [
      grammar,
      await Language.load(decodeURIComponent(new URL(import.meta.resolve(packaged[grammar])).pathname)),
    ]),
  ),
);
const queries = new Map<string, Query>();

/**
 * Parses `text`, tolerating errors, and answers what `query` (a tree-sitter query) captures, in order of position.
 * Nothing of the tree outlives the call.
 */
export function captures(grammar: Grammar, text: string, query: string): Capture[] {
  if (text.length > parsedCharsMax) return [];
  const language = languages.get(grammar);
  if (!language) return [];
  parser.setLanguage(language);
  const tree = parser.parse(text);
  if (!tree) return [];
  try {
    return prepared(grammar, language, query)
      .matches(tree.rootNode)
      .flatMap((match, index) => match.captures.map((c) => copied(c, index)))
      .sort((a, b) => a.row - b.row || a.column - b.column);
  } finally {
    tree.delete();
  }
}

function prepared(grammar: Grammar, language: Language, query: string): Query {
  const key = `${grammar}\n${query}`;
  const known = queries.get(key);
  if (known) return known;
  const made = new Query(language, query);
  queries.set(key, made);
  return made;
}

function copied(capture: QueryCapture, match: number): Capture {
  const { node, name } = capture;
  const { startPosition, endPosition } = node;
  return {
    name,
    text: node.text,
    row: startPosition.row,
    column: startPosition.column,
    endRow: endPosition.row,
    endColumn: endPosition.column,
    match,
  };
}

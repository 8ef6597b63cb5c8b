/** The languages of code whose public names are read. */
export type CodeLanguage = "javascript" | "python" | "go" | "java" | "rust" | "ruby";

/** TypeScript counts as JavaScript: one grammar reads both. */
const byExtension: Readonly<Record<string, CodeLanguage>> = {
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  ts: "javascript",
  tsx: "javascript",
  mts: "javascript",
  cts: "javascript",
  py: "python",
  pyi: "python",
  go: "go",
  java: "java",
  rs: "rust",
  rb: "ruby",
};

/** By the file's extension; null for any other kind of file. */
export function codeLanguageOf(path: string): CodeLanguage | null {
  const ext = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(byExtension, ext) ? (byExtension[ext] ?? null) : null;
}

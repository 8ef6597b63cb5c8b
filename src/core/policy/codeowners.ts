import { compileOwnerPattern, matchesOwnerPattern, type OwnerPattern } from "./codeowners-pattern.js";

/** GitHub does not load a file of this size or more. */
export const codeownersBytes = 3 * 1024 * 1024;

/** Where GitHub looks, first found wins. */
export const codeownersPaths = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"] as const;

export interface OwnerRule {
  /** From 1. */
  readonly line: number;
  readonly pattern: string;
  /** `@login`, `@org/team` or an e-mail address; none means that what matches has no owner. */
  readonly owners: readonly string[];
}

/** What GitHub passes over: the whole line counts for nothing. Line and column (UTF-16 units) from 1. */
export interface CodeownersError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Codeowners {
  readonly rules: readonly OwnerRule[];
  readonly errors: readonly CodeownersError[];
  /** Rules with their compiled patterns, the last one first: the last match wins. */
  readonly compiled: ReadonlyArray<{ readonly rule: OwnerRule; readonly matches: OwnerPattern }>;
}

/** Reads a CODEOWNERS file as GitHub does (docs.github.com, "About code owners"): a wrong line is an error and skipped. */
export function parseCodeowners(text: string): Codeowners {
  if (text.length >= codeownersBytes / 3 && new TextEncoder().encode(text).length >= codeownersBytes) {
    const message = "the file is 3 MB or larger, so GitHub does not load it";
    return { rules: [], errors: [{ line: 1, column: 1, message }], compiled: [] };
  }
  const errors: CodeownersError[] = [];
  const compiled: Array<{ rule: OwnerRule; matches: OwnerPattern }> = [];
  text
    .replace(/^\ufeff/, "")
    .split("\n")
    .forEach((content, index) => {
      const line = index + 1;
      const words = wordsOf(content);
      const [first, ...owners] = words;
      if (!first) return;
      const wrong = owners.find((owner) => !isOwner(owner.text));
      const matches = compileOwnerPattern(first.text);
      if ("message" in matches) {
        errors.push({ line, column: first.at + matches.at + 1, message: `invalid pattern: ${matches.message}` });
      } else if (wrong) {
        const message = `invalid owner ${JSON.stringify(wrong.text)}: write @login, @org/team or an e-mail address`;
        errors.push({ line, column: wrong.at + 1, message });
      } else {
        compiled.push({ rule: { line, pattern: first.text, owners: owners.map((o) => o.text) }, matches });
      }
    });
  return { rules: compiled.map((c) => c.rule), errors, compiled: compiled.reverse() };
}

/** The rule that decides who owns a path: the last one that matches; null when none does. */
export function ownerRule(file: Codeowners, path: string): OwnerRule | null {
  const names = path.split("/");
  return file.compiled.find((c) => matchesOwnerPattern(c.matches, names))?.rule ?? null;
}

export function ownersOf(file: Codeowners, path: string): readonly string[] {
  return ownerRule(file, path)?.owners ?? [];
}

interface Word {
  readonly text: string;
  readonly at: number;
}

/** Words between blanks, up to a `#`. In the first one, the pattern, a backslash keeps a blank in. */
function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  const take = (end: number): void => {
    if (start >= 0) words.push({ text: line.slice(start, end), at: start });
    start = -1;
  };
  let end = line.length;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (char === "#") {
      end = i;
      break;
    }
    if (char === " " || char === "\t" || char === "\r") take(i);
    else {
      if (start < 0) start = i;
      if (char === "\\" && words.length === 0) i++;
    }
  }
  take(end);
  return words;
}

const login = /^@[A-Za-z0-9_-]+$/;
const team = /^@[A-Za-z0-9_-]+\/[A-Za-z0-9_.-]+$/;
const email = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,63}$/;

function isOwner(text: string): boolean {
  return text.length <= 320 && (login.test(text) || team.test(text) || email.test(text));
}

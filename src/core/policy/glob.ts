import { policyLimits } from "./limits.js";

/**
 * Globs as CODEOWNERS readers expect them: `*` and `?` stay within a folder, `**` crosses folders, `[a-z]`, `{a,b}`.
 * A pattern without a slash (but at its end) matches at any depth, one with a slash from the root; one that ends in
 * a slash, or whose last part has no wildcard, also takes everything below the folder of that name.
 *
 * Matched segment by segment without backtracking over the whole, in time proportional to pattern times path:
 * the usual translation to a native regular expression can be made to take for ever.
 */
export interface Glob {
  readonly alternatives: ReadonlyArray<readonly string[]>;
}

/** @returns the glob, or what is wrong with it. */
export function parseGlob(source: string): Glob | { readonly error: string } {
  if (source.length > policyLimits.patternLength) {
    return { error: `longer than ${policyLimits.patternLength} characters (limit patternLength)` };
  }
  if (source.startsWith("!")) return { error: "a pattern cannot begin with `!`: use `none:` or `not:`" };
  const expanded = expandBraces(source);
  if ("error" in expanded) return expanded;
  return { alternatives: expanded.all.flatMap(segmentsOf) };
}

/** What other tools' globs know and these don't: read as plain text it would silently match nothing. */
export function foreignSyntax(source: string): string | null {
  const group = /[+@?*!]\([^()]*\|[^()]*\)/.exec(source);
  if (group) return `\`${group[0]}\` is not known here: write {a,b}`;
  if (source.split("{").length !== source.split("}").length)
    return "a brace is opened or closed without its other half";
  return /\[[^\]]*$/.test(source) ? "a `[` is never closed" : null;
}

/** Comma lists in braces, spelled out, within the limit. */
function expandBraces(source: string): { readonly all: readonly string[] } | { readonly error: string } {
  let pending = [source];
  for (;;) {
    const at = pending.findIndex((p) => innermostBraces(p) !== null);
    if (at < 0) return { all: pending };
    const pattern = pending[at] ?? "";
    const braces = innermostBraces(pattern);
    if (!braces) return { all: pending };
    const inner = pattern.slice(braces.open + 1, braces.close).split(",");
    const out = inner.map((i) => pattern.slice(0, braces.open) + i + pattern.slice(braces.close + 1));
    pending = [...pending.slice(0, at), ...out, ...pending.slice(at + 1)];
    if (pending.length > policyLimits.globAlternatives) {
      return { error: `braces expand to more than ${policyLimits.globAlternatives} (limit globAlternatives)` };
    }
  }
}

function innermostBraces(pattern: string): { open: number; close: number } | null {
  const close = pattern.indexOf("}");
  const open = close < 0 ? -1 : pattern.lastIndexOf("{", close);
  return open < 0 ? null : { open, close };
}

/** The ways in which one brace-free pattern may match, as lists of segments from the root. */
function segmentsOf(pattern: string): string[][] {
  const anchored = pattern.slice(0, -1).includes("/");
  const folder = pattern.endsWith("/");
  const parts = pattern.split("/").filter((p) => p !== "");
  const from = anchored ? parts : ["**", ...parts];
  if (folder) return [[...from, "**", "*"]];
  const last = parts.at(-1) ?? "";
  if (last === "**") return [[...from, "*"]];
  return /[*?[]/.test(last) ? [from] : [from, [...from, "**", "*"]];
}

export function globMatches(glob: Glob, path: string): boolean {
  const segments = path.split("/");
  return glob.alternatives.some((pattern) => segmentsMatch(pattern, segments));
}

/** `**` takes any number of segments: the set of reachable pattern positions after each segment, as in an automaton. */
function segmentsMatch(pattern: readonly string[], path: readonly string[]): boolean {
  let reached = closure(pattern, new Set([0]));
  for (const segment of path) {
    const next = new Set<number>();
    for (const at of reached) {
      const part = pattern[at];
      if (part === undefined) continue;
      if (part === "**") next.add(at);
      else if (segmentMatches(part, segment)) next.add(at + 1);
    }
    if (next.size === 0) return false;
    reached = closure(pattern, next);
  }
  return reached.has(pattern.length);
}

/** A `**` may also take nothing. */
function closure(pattern: readonly string[], positions: ReadonlySet<number>): Set<number> {
  const out = new Set(positions);
  for (const at of out) if (pattern[at] === "**") out.add(at + 1);
  return out;
}

/** One segment; on a mismatch only the last `*` is retried, which is enough and keeps it linear per star. */
export function segmentMatches(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    const step = p < pattern.length && pattern[p] !== "*" ? characterMatches(pattern, p, text[t] ?? "") : null;
    if (step !== null) {
      p = step;
      t++;
    } else if (pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p >= pattern.length;
}

/** The position after the element at `p` if it takes the character, else null. */
function characterMatches(pattern: string, p: number, character: string): number | null {
  const element = pattern[p];
  if (element === "?") return p + 1;
  const close = element === "[" ? pattern.indexOf("]", p + 2) : -1;
  if (close < 0) return element === character ? p + 1 : null;
  const body = pattern.slice(p + 1, close);
  const negated = body.startsWith("!") || body.startsWith("^");
  const set = negated ? body.slice(1) : body;
  let found = false;
  for (let i = 0; i < set.length; i++) {
    const [low, high] = [set[i] ?? "", set[i + 1] === "-" && i + 2 < set.length ? set[i + 2] : undefined];
    if (high === undefined) found ||= character === low;
    else {
      found ||= character >= low && character <= high;
      i += 2;
    }
  }
  return found !== negated ? close + 1 : null;
}

/**
 * GitHub's CODEOWNERS patterns: gitignore's without `!`, `[ ]` and `\#`. A pattern is cut into segments once; a path
 * matches segment by segment without regular expressions, so a hostile pattern costs (its length × the path's), no more.
 *
 * - no slash but at the end: matches at any depth; else from the root
 * - `*` and `?` stay within a segment; `**` is any number of whole segments
 * - a matched folder owns all below it, except when the last segment is a lone `*`: `docs/*` is not recursive
 */
export interface OwnerPattern {
  readonly segments: readonly Segment[];
  /** Whether what lies below a match is matched too. */
  readonly recursive: boolean;
}

type Segment =
  | { readonly kind: "deep" }
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "suffix"; readonly text: string }
  | { readonly kind: "glob"; readonly parts: readonly GlobPart[] };

/** `*`, `?` or one character. */
type GlobPart = "many" | "one" | { readonly char: string };

export interface PatternFault {
  /** Offset in the pattern, in UTF-16 units from 0. */
  readonly at: number;
  readonly message: string;
}

export function compileOwnerPattern(pattern: string): OwnerPattern | PatternFault {
  const fault = findFault(pattern);
  if (fault) return fault;
  const names = pattern.split("/");
  const folder = names.length > 1 && names.at(-1) === "";
  if (folder) names.pop();
  if (names[0] === "" && names.length > 1) names.shift();
  else if (names.length === 1 && names[0] !== "**" && names[0] !== "") names.unshift("**");
  const last = names.at(-1);
  // A trailing slash or `/**` wants at least one name below.
  const below = folder || last === "**";
  const segments = names.map(segmentOf);
  if (last === "**") segments.pop();
  if (below && pattern !== "/") segments.push({ kind: "deep" }, segmentOf("*"));
  return { segments, recursive: !below && last !== "*" };
}

function findFault(pattern: string): PatternFault | null {
  if (pattern.startsWith("!")) return { at: 0, message: "`!` can't be used to exclude: owners can't be negated" };
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") {
      if (pattern[i + 1] === "#") return { at: i, message: "`\\#` can't be used to match a leading `#`" };
      if (i + 1 === pattern.length) return { at: i, message: "the last `\\` escapes nothing" };
      i++;
    } else if (char === "[" || char === "]") {
      return { at: i, message: "`[ ]` character ranges can't be used" };
    } else if (char === "*" && pattern.startsWith("***", i)) {
      return { at: i, message: "three `*` in a row match nothing; `**` is any number of folders" };
    }
  }
  return null;
}

function segmentOf(name: string): Segment {
  if (name === "**") return { kind: "deep" };
  if (!/[*?\\]/.test(name)) return { kind: "literal", text: name };
  if (/^\*[^*?\\]+$/.test(name)) return { kind: "suffix", text: name.slice(1) };
  const parts: GlobPart[] = [];
  let escaped = false;
  for (const char of name) {
    if (!escaped && char === "\\") {
      escaped = true;
      continue;
    }
    parts.push(escaped || (char !== "*" && char !== "?") ? { char } : char === "*" ? "many" : "one");
    escaped = false;
  }
  return { kind: "glob", parts };
}

/** Whether a path, cut at its slashes, is matched. Greedy with one point of return: at most segments × names steps. */
export function matchesOwnerPattern(pattern: OwnerPattern, names: readonly string[]): boolean {
  const { segments, recursive } = pattern;
  let s = 0;
  let n = 0;
  let deepAt = -1;
  let deepFrom = 0;
  while (s < segments.length || (!recursive && n < names.length)) {
    const segment = segments[s];
    const name = names[n];
    if (segment?.kind === "deep") {
      deepAt = s++;
      deepFrom = n;
    } else if (segment && name !== undefined && matchesSegment(segment, name)) {
      s++;
      n++;
    } else if (deepAt >= 0 && deepFrom < names.length) {
      n = ++deepFrom;
      s = deepAt + 1;
    } else return false;
  }
  return segments.length > 0;
}

function matchesSegment(segment: Segment, name: string): boolean {
  switch (segment.kind) {
    case "deep":
      return true;
    case "literal":
      return segment.text === name;
    case "suffix":
      return name.endsWith(segment.text);
    case "glob":
      return matchesGlob(segment.parts, [...name]);
  }
}

function matchesGlob(parts: readonly GlobPart[], chars: readonly string[]): boolean {
  // A name is never empty between slashes, so a lone `*` wants one character.
  if (chars.length === 0) return false;
  let p = 0;
  let c = 0;
  let starAt = -1;
  let starFrom = 0;
  while (c < chars.length) {
    const part = parts[p];
    if (part === "many") {
      starAt = p++;
      starFrom = c;
    } else if (part !== undefined && (part === "one" || part.char === chars[c])) {
      p++;
      c++;
    } else if (starAt >= 0) {
      c = ++starFrom;
      p = starAt + 1;
    } else return false;
  }
  return parts.slice(p).every((part) => part === "many");
}

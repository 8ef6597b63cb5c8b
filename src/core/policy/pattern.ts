import { RE2JS } from "re2js";
import { globMatches, parseGlob } from "./glob.js";
import { policyLimits } from "./limits.js";
import type { Pattern } from "./policy.js";

/** A pattern is data in a policy; its matcher is made once and kept here (a pure function's memory). */
const matchers = new Map<string, (text: string) => boolean>();
const matchersMax = 10_000;

/** `/…/` and `/…/i` are regular expressions (RE2, matching anywhere in the text); everything else is a glob. */
export function parsePattern(source: string): Pattern | { readonly error: string } {
  const regex = /^\/(.*)\/(i?)$/s.exec(source);
  if (!regex || source.length < 3) {
    const glob = parseGlob(source);
    return "error" in glob ? glob : { kind: "glob", source, ignoreCase: false };
  }
  const inner = regex[1] ?? "";
  if (inner.length > policyLimits.patternLength) {
    return { error: `longer than ${policyLimits.patternLength} characters (limit patternLength)` };
  }
  try {
    RE2JS.compile(inner);
  } catch (error) {
    return { error: `not a regular expression of RE2: ${error instanceof Error ? error.message : "unreadable"}` };
  }
  return { kind: "regex", source: inner, ignoreCase: regex[2] === "i" };
}

/** Does a path match? Globs as `glob.ts` says; a regular expression may match anywhere in it. */
export function pathMatches(pattern: Pattern, path: string): boolean {
  return matcher(pattern, "path")(path);
}

/** Does a title, label, branch or line match? A glob must take the whole text, and its `*` crosses slashes. */
export function textMatches(pattern: Pattern, text: string): boolean {
  return matcher(pattern, "text")(text);
}

function matcher(pattern: Pattern, of: "path" | "text"): (text: string) => boolean {
  const key = `${of}:${pattern.kind}:${pattern.ignoreCase ? "i" : ""}:${pattern.source}`;
  const known = matchers.get(key);
  if (known) return known;
  const made = pattern.kind === "regex" ? regexMatcher(pattern) : of === "path" ? globMatcher(pattern) : wild(pattern);
  if (matchers.size >= matchersMax) matchers.clear();
  matchers.set(key, made);
  return made;
}

function regexMatcher(pattern: Pattern): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern.source, pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  return (text) => compiled.matcher(text).find();
}

function globMatcher(pattern: Pattern): (path: string) => boolean {
  const glob = parseGlob(pattern.source);
  return "error" in glob ? () => false : (path) => globMatches(glob, path);
}

/** `*` and `?` over any characters, without regard to case: labels and titles are written by people. */
function wild(pattern: Pattern): (text: string) => boolean {
  const quoted = pattern.source
    .split(/([*?])/)
    .map((part) => (part === "*" ? ".*" : part === "?" ? "." : RE2JS.quote(part)))
    .join("");
  const compiled = RE2JS.compile(quoted, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
  return (text) => compiled.matcher(text).matches();
}

/** The pattern as a person would write it. */
export function patternText(pattern: Pattern): string {
  return pattern.kind === "glob" ? pattern.source : `/${pattern.source}/${pattern.ignoreCase ? "i" : ""}`;
}

import type { LineCounter, YAMLParseError, YAMLWarning } from "yaml";
import type { Place } from "./policy.js";
import type { Problem } from "./problem.js";

/** Errors after which the text still says what was meant, so that everything else in it can be checked at once. */
export const readable: readonly string[] = ["DUPLICATE_KEY", "BAD_SCALAR_START", "TAB_AS_INDENT"];

/** What the YAML parser found, in words for people who write a policy a year. */
export function yamlProblem(
  error: YAMLParseError | YAMLWarning,
  { text, path, lines }: { text: string; path: string; lines: LineCounter },
): Problem {
  const at = lines.linePos(error.pos[0]);
  const written = /^[^\s,\]}]{1,60}/.exec(text.slice(error.pos[0]))?.[0] ?? "";
  const place = { path, line: Math.max(1, at.line), col: Math.max(1, at.col) };
  return { ...place, ...inWords(error, written), severity: "error" };
}

/** A `*` begins an alias in YAML. */
export function aliasProblem(name: string, place: Place): Problem {
  const written = `*${name}`;
  return {
    ...place,
    message: `\`${written}\` means something else in YAML`,
    hint: quoteHint(written),
    severity: "error",
  };
}

function inWords(error: YAMLParseError | YAMLWarning, written: string): { message: string; hint?: string } {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return { message: "a tab cannot indent", hint: "indent with spaces" };
    case "DUPLICATE_KEY":
      return { message: `\`${written.replace(/:$/, "")}\` is said twice`, hint: "keep one of the two" };
    case "BAD_SCALAR_START":
      return { message: `\`${written}\` means something else in YAML`, hint: quoteHint(written) };
    case "TAG_RESOLVE_FAILED":
      return { message: `\`${written}\` is a tag in YAML, and none is known here`, hint: quoteHint(written) };
    case "MULTIPLE_DOCS":
      return { message: "there is a second document", hint: "a policy is one document: remove the line `---`" };
    case "MISSING_CHAR":
      return /quote/.test(error.message)
        ? { message: "a quote is opened and never closed" }
        : {
            message: `not readable as YAML: ${error.message}`,
            hint: "is it indented like its neighbours, with every bracket closed before it?",
          };
    case "BAD_INDENT":
      return { message: `not readable as YAML: ${error.message}`, hint: "indent it like its neighbours" };
    default:
      return { message: `not readable as YAML: ${error.message}`, hint: "is it indented like its neighbours?" };
  }
}

function quoteHint(written: string): string {
  return `put it in quotes: "${written.replaceAll('"', "")}"`;
}

import type { FileChange } from "../model/change.js";
import type { Reason } from "../model/reason.js";
import type { Truth, VerdictNode } from "../model/verdict.js";
import { within } from "../policy/calendar.js";
import { pathMatches, patternText, textMatches } from "../policy/pattern.js";
import type { Comparison, Condition, Pattern } from "../policy/policy.js";
import { whoText } from "../policy/who.js";
import { checkTruth, checkText } from "./checks.js";
import { contributors } from "./contributors.js";
import { changedLines } from "./lines.js";
import type { Judged } from "./judged.js";
import { isAnyOf } from "./people.js";
import { allOf, anyOf, notOf, truthOf } from "./truth.js";

/** What a condition is for this change, as a tree with what each part found. */
export function evaluate(condition: Condition, judged: Judged): VerdictNode {
  switch (condition.test) {
    case "all":
    case "any": {
      const children = condition.of.map((c) => evaluate(c, judged));
      const join = condition.test === "all" ? allOf : anyOf;
      return { name: condition.test, truth: join(children.map((c) => c.truth)), reasons: [], children };
    }
    case "not": {
      const child = evaluate(condition.of, judged);
      return { name: "not", truth: notOf(child.truth), reasons: [], children: [child] };
    }
    default: {
      const { truth, what, found } = leaf(condition, judged);
      const reason: Reason = { code: "condition", what, found };
      return { name: condition.test, truth, reasons: [reason], children: [] };
    }
  }
}

interface Found {
  readonly truth: Truth;
  /** What is asked, in the policy's words. */
  readonly what: string;
  /** What the change has. */
  readonly found: string;
}

type Leaf = Exclude<Condition, { test: "all" | "any" | "not" }>;

function leaf(condition: Leaf, judged: Judged): Found {
  const { pull, classification, risk, now } = judged;
  switch (condition.test) {
    case "paths":
      return pathsFound(condition, judged);
    case "lines":
      return linesFound(condition, judged);
    case "size":
      return sizeFound(condition, judged);
    case "author":
      return {
        truth: isAnyOf(pull.author.login, condition.who, judged),
        what: `author: ${condition.who.map(whoText).join(", ")}`,
        found: `@${pull.author.login} (${pull.author.kind})`,
      };
    case "contributors":
      return contributorsFound(condition, judged);
    case "base":
      return textFound(condition, judged.repo.base);
    case "head":
      return textFound(condition, pull.headRef);
    case "title":
      return textFound(condition, pull.title);
    case "body":
      return textFound(condition, pull.body);
    case "fork":
      return { truth: truthOf(pull.fork === condition.is), what: `fork: ${condition.is}`, found: String(pull.fork) };
    case "time":
      return {
        truth: anyOf(condition.spans.map((span) => truthOf(within(span, now)))),
        what: "time within the spans",
        found: "now",
      };
    case "age": {
      const days = Math.floor((now - pull.createdAt) / 86_400_000);
      return {
        truth: compare(days, condition.is),
        what: `age: ${comparisonText(condition.is)} days`,
        found: `${days}`,
      };
    }
    case "checks":
      return {
        truth: allOf(condition.checks.map((c) => checkTruth(c, condition.is, pull.checks))),
        what: `checks ${condition.is}: ${condition.checks.map(checkText).join(", ")}`,
        found: pull.checks.state === "read" ? `${pull.checks.value.length} checks` : pull.checks.state,
      };
    case "reversibility":
      return {
        truth: truthOf(condition.is.includes(classification.reversibility)),
        what: `reversibility: ${condition.is.join(", ")}`,
        found: classification.reversibility,
      };
    case "risk":
      return {
        truth: condition.score ? compare(risk.score, condition.score) : truthOf(condition.levels.includes(risk.level)),
        what: `risk: ${condition.score ? comparisonText(condition.score) : condition.levels.join(", ")}`,
        found: `${risk.level} (${risk.score})`,
      };
    case "findings": {
      const ids = [...new Set(classification.findings.map((f) => f.detector))];
      const hit = ids.filter((id) => condition.detectors.some((p) => pathMatches(p, id)));
      return {
        truth: truthOf(hit.length > 0),
        what: `findings: ${patternsText(condition.detectors)}`,
        found: hit.length > 0 ? hit.join(", ") : ids.length > 0 ? ids.join(", ") : "none",
      };
    }
    case "hazard": {
      const hazards = classification.findings.flatMap((f) => f.hazard ?? []);
      return {
        truth: truthOf(hazards.some((h) => condition.is.includes(h))),
        what: `hazard: ${condition.is.join(", ")}`,
        found: hazards.length > 0 ? [...new Set(hazards)].join(", ") : "none",
      };
    }
    default:
      return { truth: "unknown", what: condition.test, found: "not known here" };
  }
}

/** Both names of a renamed or copied file. */
export function namesOf(file: FileChange): readonly string[] {
  return file.oldPath === undefined || file.oldPath === file.path ? [file.path] : [file.path, file.oldPath];
}

function pathsFound(condition: Extract<Leaf, { test: "paths" }>, { pull }: Judged): Found {
  const status = condition.status.length > 0 ? ` (${condition.status.join(", ")})` : "";
  const what = `paths ${condition.quantifier}${status}: ${patternsText(condition.patterns)}`;
  if (pull.files.state !== "read") return { truth: "unknown", what, found: "files could not be read" };
  const files = pull.files.value.filter((f) => condition.status.length === 0 || condition.status.includes(f.status));
  if (files.length === 0) return { truth: "not-applicable", what, found: "no files" };
  const names = files.flatMap(namesOf);
  const hit = names.filter((name) => condition.patterns.some((p) => pathMatches(p, name)));
  const holds = { any: hit.length > 0, only: hit.length === names.length, none: hit.length === 0 }[
    condition.quantifier
  ];
  const odd = condition.quantifier === "only" ? names.filter((n) => !hit.includes(n)) : hit;
  return { truth: truthOf(holds), what, found: odd.length > 0 ? listed(odd) : `${names.length} paths, none of them` };
}

function linesFound(condition: Extract<Leaf, { test: "lines" }>, judged: Judged): Found {
  const what = `${condition.side} lines: ${patternsText(condition.patterns)}`;
  const { lines, unread } = changedLines(condition, judged.pull.files);
  const hit = lines.find((line) => condition.patterns.some((p) => lineMatches(p, line.text)));
  if (hit) return { truth: "true", what, found: `${hit.path}:${hit.number}` };
  if (unread) return { truth: "unknown", what, found: "some of the diff could not be read" };
  return lines.length === 0
    ? { truth: "not-applicable", what, found: "no such lines" }
    : { truth: "false", what, found: `${lines.length} lines, none of them` };
}

/** In a line a pattern without slashes around it is a piece of text, with `*` for anything. */
function lineMatches(pattern: Pattern, text: string): boolean {
  return textMatches(pattern.kind === "glob" ? { ...pattern, source: `*${pattern.source}*` } : pattern, text);
}

function sizeFound(condition: Extract<Leaf, { test: "size" }>, { pull }: Judged): Found {
  const what = `size: ${condition.of} ${comparisonText(condition.is)}`;
  if (pull.files.state !== "read") return { truth: "unknown", what, found: "files could not be read" };
  const sum = (of: (f: FileChange) => number) =>
    (pull.files.state === "read" ? pull.files.value : []).reduce((n, f) => n + of(f), 0);
  const size = {
    lines: sum((f) => f.added + f.deleted),
    added: sum((f) => f.added),
    deleted: sum((f) => f.deleted),
    files: pull.files.value.length,
  }[condition.of];
  return { truth: compare(size, condition.is), what, found: `${size}` };
}

function contributorsFound(condition: Extract<Leaf, { test: "contributors" }>, judged: Judged): Found {
  const what = `contributors ${condition.quantifier}: ${condition.who.map(whoText).join(", ")}`;
  const people = contributors(judged.pull);
  if (people.state !== "read") return { truth: "unknown", what, found: "commits could not be read" };
  const truths = [
    ...people.value.known.map((login) => isAnyOf(login, condition.who, judged)),
    ...people.value.unmapped.map((): Truth => "unknown"),
  ];
  const truth = { any: anyOf(truths), only: allOf(truths), none: notOf(anyOf(truths)) }[condition.quantifier];
  return { truth, what, found: listed([...people.value.known.map((l) => `@${l}`), ...people.value.unmapped]) };
}

function textFound(condition: Extract<Leaf, { test: "base" | "head" | "title" | "body" }>, text: string): Found {
  const holds = condition.patterns.some((p) => textMatches(p, text));
  const found = condition.test === "body" ? `${text.length} characters` : text;
  return { truth: truthOf(holds), what: `${condition.test}: ${patternsText(condition.patterns)}`, found };
}

function compare(value: number, { op, value: bound }: Comparison): Truth {
  const holds = {
    "<": value < bound,
    "<=": value <= bound,
    "=": value === bound,
    ">=": value >= bound,
    ">": value > bound,
  };
  return truthOf(holds[op]);
}

function comparisonText({ op, value }: Comparison): string {
  return `${op} ${value}`;
}

function patternsText(patterns: readonly Pattern[]): string {
  return patterns.map(patternText).join(", ");
}

const listedMax = 5;
function listed(all: readonly string[]): string {
  const more = all.length - listedMax;
  return all.slice(0, listedMax).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

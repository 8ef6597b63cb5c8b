import { patternText } from "./pattern.js";
import type { Condition, Evidence, Needs } from "./policy.js";
import { whoText } from "./who.js";

/** A condition as an English phrase that follows "a change": `whose paths all match docs/**`. */
export function whenText(condition: Condition): string {
  switch (condition.test) {
    case "all":
      return condition.of.map(whenText).join(" and ");
    case "any":
      return `(${condition.of.map(whenText).join(" or ")})`;
    case "not":
      return `not (${whenText(condition.of)})`;
    default:
      return leafText(condition);
  }
}

type Leaf = Exclude<Condition, { test: "all" | "any" | "not" }>;

function leafText(condition: Leaf): string {
  switch (condition.test) {
    case "paths": {
      const status = condition.status.length > 0 ? `${or(condition.status)} ` : "";
      const but = condition.except.length > 0 ? ` but for ${or(condition.except.map(patternText))}` : "";
      const patterns = `${or(condition.patterns.map(patternText))}${but}`;
      return {
        any: `touches ${status}${patterns}`,
        only: `touches only ${status}${patterns}`,
        none: `touches no ${status}${patterns}`,
      }[condition.quantifier];
    }
    case "lines": {
      const where = condition.in.length > 0 ? ` in ${or(condition.in.map(patternText))}` : "";
      const side = { added: "adds", removed: "removes", either: "changes" }[condition.side];
      return `${side} lines with ${or(condition.patterns.map(patternText))}${where}`;
    }
    case "size":
      return `${condition.of} ${condition.is.op} ${condition.is.value}`;
    case "age":
      return `open for ${condition.is.op} ${condition.is.value} days`;
    case "author":
      return `by ${or(condition.who.map(whoText))}`;
    case "contributors":
      return `with ${{ any: "a commit", only: "every commit", none: "no commit" }[condition.quantifier]} by ${or(condition.who.map(whoText))}`;
    case "base":
    case "head":
    case "title":
    case "body":
    case "repository":
      return `${condition.test} ${or(condition.patterns.map(patternText))}`;
    case "approved":
      return `approved by ${condition.count} of ${or(condition.from.map(whoText))}`;
    case "labels": {
      const by = condition.by.length > 0 ? ` set by ${or(condition.by.map(whoText))}` : "";
      return `labelled ${or(condition.names.map(patternText))}${by}`;
    }
    case "update": {
      const names = condition.names.length > 0 ? ` of ${or(condition.names.map(patternText))}` : "";
      const levels = condition.levels.length > 0 ? `${or(condition.levels)} ` : "";
      return `a ${levels}dependency update${names}`;
    }
    case "findings":
      return `with a finding ${or(condition.detectors.map(patternText))}`;
    case "risk":
      return condition.score ? `risk ${condition.score.op} ${condition.score.value}` : `risk ${or(condition.levels)}`;
    default:
      return plainText(condition);
  }
}

type Plain = Extract<
  Leaf,
  {
    test:
      | "sections"
      | "owned"
      | "fork"
      | "signed"
      | "depends"
      | "checks"
      | "time"
      | "hazard"
      | "reversibility"
      | "station"
      | "autonomy"
      | "precedents";
  }
>;

function plainText(condition: Plain): string {
  switch (condition.test) {
    case "sections":
      return `described under ${condition.names.join(", ")}`;
    case "owned":
      return condition.is ? "with owners for every path" : "with paths that nobody owns";
    case "fork":
      return condition.is ? "from a fork" : "from a branch of this repository";
    case "signed":
      return condition.is ? "signed throughout" : "not signed throughout";
    case "depends":
      return condition.is ? "that depends on another" : "that depends on no other";
    case "checks":
      return `with ${condition.checks.map((c) => c.name).join(", ")} ${condition.is}`;
    case "time":
      return "in its times";
    case "hazard":
      return `${or(condition.is)} hazard`;
    case "reversibility":
      return or(condition.is);
    case "station":
      return `at ${or(condition.is)}`;
    case "autonomy":
      return `${or(condition.is)} autonomy`;
    case "precedents":
      return `like ${or(condition.names)}`;
  }
}

function or(words: readonly string[]): string {
  return words.join(" or ");
}

/** What is needed, in words; empty when nothing is. */
export function needText({ approvals, evidence }: Needs): string {
  const people = approvals
    .filter((a) => a.eachOwner || a.count > 0)
    .map((a) => {
      if (a.eachOwner) return "an approval for each set of owners";
      const distinct = a.distinct ? ", counted for nothing else" : "";
      const who = or(a.from.map(whoText));
      return `${a.count} ${a.count === 1 ? "approval" : "approvals"} from ${who}${distinct}`;
    });
  return [...people, ...evidence.map(evidenceWords)].join(", and ");
}

/** A piece of evidence, as what is looked for. */
export function evidenceWords(evidence: Evidence): string {
  switch (evidence.kind) {
    case "check":
      return `check ${evidence.check.name}${evidence.check.app === null ? "" : ` by ${evidence.check.app}`}`;
    case "section":
      return `the section “${evidence.name}” in the description`;
    case "issue":
      return "a linked issue";
    case "deployment":
      return `a deployment to ${evidence.environment}`;
    case "label":
      return `the label “${evidence.name}”${evidence.by.length > 0 ? ` set by ${or(evidence.by.map(whoText))}` : ""}`;
    case "command":
      return `the command ${evidence.command} by ${or(evidence.by.map(whoText))}`;
    case "condition":
      return `that it is ${whenText(evidence.condition)}`;
  }
}

import type { Reason } from "../../model/reason.js";
import type { Truth, VerdictNode } from "../../model/verdict.js";
import type { Condition } from "../../policy/policy.js";
import type { Judged } from "../judged.js";
import { hasLapsed } from "../lapsed.js";
import { truthOf, allOf, anyOf, notOf } from "../truth.js";
import { linesFound, ownedFound, pathsFound, sizeFound } from "./files.js";
import type { Found, Leaf, LeafOf } from "./found.js";
import { approvedFound, authorFound, contributorsFound, labelsFound, signedFound } from "./people.js";
import * as state from "./state.js";
import { dependsFound, sectionsFound, textFound, updateFound } from "./words.js";

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
      const { truth, what, found } = leafFound(condition, judged);
      const reason: Reason = { code: "condition", what, found };
      return { name: condition.test, truth, reasons: [reason], children: [] };
    }
  }
}

function leafFound(condition: Leaf, judged: Judged): Found {
  switch (condition.test) {
    case "paths":
      return pathsFound(condition, judged);
    case "owned":
      return ownedFound(condition, judged);
    case "lines":
      return linesFound(condition, judged);
    case "size":
      return sizeFound(condition, judged);
    case "author":
      return authorFound(condition, judged);
    case "contributors":
      return contributorsFound(condition, judged);
    case "approved":
      return approvedFound(condition, judged);
    case "labels":
      return labelsFound(condition, judged);
    case "signed":
      return signedFound(condition, judged);
    case "base":
    case "head":
    case "title":
    case "body":
    case "repository":
      return textFound(condition, judged);
    case "sections":
      return sectionsFound(condition, judged);
    case "depends":
      return dependsFound(condition, judged);
    case "update":
      return updateFound(condition, judged);
    case "fork":
      return forkFound(condition, judged);
    case "precedents":
      return precedentsFound(condition, judged);
    default:
      return stateFound(condition, judged);
  }
}

type StateTest = "time" | "age" | "checks" | "reversibility" | "risk" | "findings" | "hazard" | "station" | "autonomy";

/** What is known about the change rather than written in it. */
function stateFound(condition: LeafOf<StateTest>, judged: Judged): Found {
  switch (condition.test) {
    case "time":
      return state.timeFound(condition, judged);
    case "age":
      return state.ageFound(condition, judged);
    case "checks":
      return state.checksFound(condition, judged);
    case "reversibility":
      return state.reversibilityFound(condition, judged);
    case "risk":
      return state.riskFound(condition, judged);
    case "findings":
      return state.findingsFound(condition, judged);
    case "hazard":
      return state.hazardFound(condition, judged);
    case "station":
      return state.stationFound(condition, judged);
    case "autonomy":
      return state.autonomyFound(condition, judged);
  }
}

function forkFound({ is }: LeafOf<"fork">, { pull }: Judged): Found {
  return { truth: truthOf(pull.fork === is), what: `fork: ${is}`, found: pull.fork ? "from a fork" : "from a branch" };
}

/**
 * Does one of the named precedents speak of this change? One that has lapsed may or may not hold any more. (A
 * precedent's own condition may name no precedents.)
 */
function precedentsFound({ names }: LeafOf<"precedents">, judged: Judged): Found {
  const named = judged.policy.precedents.filter((p) => names.includes(p.name));
  const truths = named.map(({ rule }): Truth => {
    const truth = rule.when ? evaluate(rule.when, judged).truth : "true";
    return truth === "true" && hasLapsed(rule, judged) ? "unknown" : truth;
  });
  const speaks = named.filter((_, i) => truths[i] === "true").map((p) => p.name);
  const truth = truths.length === 0 ? "false" : anyOf(truths);
  return { truth, what: `precedents: ${names.join(", ")}`, found: speaks.join(", ") || "none" };
}

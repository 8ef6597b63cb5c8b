import { ownersOf, parseCodeowners } from "../../src/core/policy/codeowners.js";
import { classifiedDiff } from "../build/classified.js";
import type { EvalCase, OwnersCase } from "./cases.js";

/** What was answered to a case, and how that differs from its labels. */
export interface Outcome {
  readonly case: EvalCase;
  readonly answered: string;
  readonly found: readonly string[];
  /** Groups of which no detector spoke. */
  readonly missing: readonly string[];
  /** Detectors that spoke and are in no group. */
  readonly extra: readonly string[];
}

export interface Measured {
  readonly cases: number;
  /** Of the changes that should be warned of or not, as a whole: a warning is any finding. */
  readonly precision: number;
  readonly recall: number;
  /** Of the single findings: the right detector by name. */
  readonly typedPrecision: number;
  readonly typedRecall: number;
  readonly reversibility: number;
  /** Irreversible or unknown, answered reversible or recoverable. Must be none. */
  readonly oneWayCalledTwoWay: readonly string[];
  /** Reversible or recoverable, answered irreversible or unknown. */
  readonly twoWayCalledOneWay: readonly string[];
  readonly twoWays: number;
}

export function outcomeOf(c: EvalCase): Outcome {
  const { reversibility, findings } = classifiedDiff(c.diff);
  const found = [...new Set(findings.map((f) => f.detector))];
  return {
    case: c,
    answered: reversibility,
    found,
    missing: c.expect.filter((g) => !g.includes("none") && !g.some((id) => found.includes(id))).map((g) => g.join("|")),
    extra: found.filter((id) => !c.expect.some((g) => g.includes(id))),
  };
}

export function measure(outcomes: readonly Outcome[]): Measured {
  const judged = outcomes.filter((o) => !isOpen(o.case));
  const wanted = judged.filter((o) => o.case.expect.some((g) => !g.includes("none")));
  const warned = judged.filter((o) => o.found.length > 0);
  const hits = wanted.filter((o) => o.found.length > 0).length;
  const required = outcomes.flatMap((o) => o.case.expect.filter((g) => !g.includes("none"))).length;
  const missing = outcomes.flatMap((o) => o.missing).length;
  const extra = outcomes.flatMap((o) => o.extra).length;
  const oneWay = outcomes.filter((o) => o.case.is.every(isOneWay));
  const twoWay = outcomes.filter((o) => o.case.is.every((c) => !isOneWay(c)));
  return {
    cases: outcomes.length,
    precision: share(hits, warned.length),
    recall: share(hits, wanted.length),
    typedPrecision: share(required - missing, required - missing + extra),
    typedRecall: share(required - missing, required),
    reversibility: share(outcomes.filter((o) => o.case.is.includes(o.answered)).length, outcomes.length),
    oneWayCalledTwoWay: oneWay.filter((o) => !isOneWay(o.answered)).map((o) => o.case.id),
    twoWayCalledOneWay: twoWay.filter((o) => isOneWay(o.answered)).map((o) => o.case.id),
    twoWays: twoWay.length,
  };
}

export function isRight(o: Outcome): boolean {
  return o.missing.length === 0 && o.extra.length === 0 && o.case.is.includes(o.answered);
}

/** A case that may be warned of and may not. */
function isOpen(c: EvalCase): boolean {
  return c.expect.every((g) => g.includes("none")) && c.expect.some((g) => g.length > 1);
}

function isOneWay(reversibility: string): boolean {
  return reversibility === "irreversible" || reversibility === "unknown";
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** Paths of which the owners, and files of which the errors, are not those of the labels. */
export function ownersMisses(cases: readonly OwnersCase[]): string[] {
  return cases.flatMap((c) => {
    const file = parseCodeowners(c.text);
    const wrong = Object.entries(c.owners)
      .filter(([path, owners]) => ownersOf(file, path).join(" ") !== owners)
      .map(([path, owners]) => `${c.id} ${path}: ${ownersOf(file, path).join(" ") || "none"}, not ${owners || "none"}`);
    const lines = file.errors.map((e) => e.line).join(",");
    return lines === c.errors.join(",")
      ? wrong
      : [...wrong, `${c.id}: errors on lines ${lines}, not ${c.errors.join(",")}`];
  });
}

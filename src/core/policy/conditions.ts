import { levels } from "../model/classification.js";
import type { CheckName, Comparison, Condition, Pattern, Quantifier, Who } from "./policy.js";
import { parseDays, parseHours, type TimeSpan } from "./calendar.js";
import { defaultNeed } from "./defaults.js";
import { parsePattern } from "./pattern.js";
import type { RawWhen } from "./schema-when.js";
import { parseComparison } from "./schema-words.js";
import { parseWho } from "./who.js";

/** A `when` as a condition: everything in one mapping must hold. Null for an empty mapping. */
export function conditionOf(when: RawWhen): Condition | null {
  const keys = Object.keys(when) as ReadonlyArray<keyof RawWhen>;
  const of = keys.flatMap((key) => builders[key](when));
  const [only, ...more] = of;
  if (only === undefined) return null;
  return more.length === 0 ? only : { test: "all", of };
}

/** How deep `all`, `any` and `not` nest: 1 for a condition without them. */
export function conditionDepth(when: RawWhen): number {
  const inside = [...(when.all ?? []), ...(when.any ?? []), ...(when.not ? [when.not] : [])];
  return 1 + Math.max(0, ...inside.map(conditionDepth));
}

type OneOrMany<T> = T | readonly T[];

export function many<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** The schema has checked every word; what it let pass parses. */
export function patternsOf(written: OneOrMany<string> | undefined): readonly Pattern[] {
  return many(written).flatMap((source) => {
    const parsed = parsePattern(source);
    return "error" in parsed ? [] : [parsed];
  });
}

export function whoOf(written: OneOrMany<string> | undefined): readonly Who[] {
  return many(written).flatMap((word) => parseWho(word) ?? []);
}

type RawCheck = string | { readonly name: string; readonly app: string };

export function checksOf(written: OneOrMany<RawCheck> | undefined): readonly CheckName[] {
  return many(written).map((c) => (typeof c === "string" ? { name: c, app: null } : c));
}

interface RawSpan {
  readonly days?: OneOrMany<string> | undefined;
  readonly hours?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly zone?: string | undefined;
}

export function spansOf(written: OneOrMany<RawSpan> | undefined): readonly TimeSpan[] {
  return many(written).map((span) => ({
    days: [...new Set(many(span.days).flatMap((d) => parseDays(d) ?? []))].sort((a, b) => a - b),
    hours: span.hours === undefined ? null : parseHours(span.hours),
    from: span.from ?? null,
    to: span.to ?? null,
    zone: span.zone ?? "UTC",
  }));
}

function compared(written: string | number): Comparison {
  return parseComparison(written) ?? { op: ">=", value: 0 };
}

/** One builder a key: what it makes of the mapping that holds it. */
const builders: { readonly [K in keyof Required<RawWhen>]: (when: RawWhen) => Condition[] } = {
  all: (when) => group("all", when.all),
  any: (when) => group("any", when.any),
  not: (when) => {
    const of = when.not && conditionOf(when.not);
    return of ? [{ test: "not", of }] : [];
  },
  paths: ({ paths }) => pathConditions(paths),
  owned: ({ owned }) => (owned === undefined ? [] : [{ test: "owned", is: owned }]),
  lines: ({ lines }) =>
    (["added", "removed", "either"] as const)
      .filter((side) => lines?.[side] !== undefined)
      .map((side) => ({ test: "lines", side, patterns: patternsOf(lines?.[side]), in: patternsOf(lines?.in) })),
  size: ({ size }) => {
    if (size === undefined) return [];
    if (typeof size !== "object") return [{ test: "size", of: "lines", is: compared(size) }];
    return (["lines", "added", "deleted", "files"] as const).flatMap((of) => {
      const is = size[of];
      return is === undefined ? [] : [{ test: "size", of, is: compared(is) } as const];
    });
  },
  author: ({ author }) => [{ test: "author", who: whoOf(author) }],
  contributors: ({ contributors }) => contributorConditions(contributors),
  base: ({ base }) => [{ test: "base", patterns: patternsOf(base) }],
  head: ({ head }) => [{ test: "head", patterns: patternsOf(head) }],
  title: ({ title }) => [{ test: "title", patterns: patternsOf(title) }],
  body: ({ body }) => [{ test: "body", patterns: patternsOf(body) }],
  sections: ({ sections }) => [{ test: "sections", names: many(sections) }],
  repository: ({ repository }) => [{ test: "repository", patterns: patternsOf(repository) }],
  approved: ({ approved }) => {
    if (approved === undefined) return [];
    const { count = 1, from } = typeof approved === "number" ? { count: approved } : approved;
    return [{ test: "approved", count, from: from === undefined ? defaultNeed.from : whoOf(from) }];
  },
  fork: ({ fork }) => (fork === undefined ? [] : [{ test: "fork", is: fork }]),
  signed: ({ signed }) => (signed === undefined ? [] : [{ test: "signed", is: signed }]),
  depends: ({ depends }) => (depends === undefined ? [] : [{ test: "depends", is: depends }]),
  labels: ({ labels }) => {
    if (labels === undefined) return [];
    const plain = typeof labels === "string" || Array.isArray(labels);
    const set = plain ? { name: labels as OneOrMany<string>, by: [] } : (labels as { name: string[]; by: string[] });
    return [{ test: "labels", names: patternsOf(set.name), by: whoOf(set.by) }];
  },
  checks: ({ checks }) =>
    (["passed", "failed", "running"] as const)
      .filter((is) => checks?.[is] !== undefined)
      .map((is) => ({ test: "checks", checks: checksOf(checks?.[is]), is })),
  time: ({ time }) => [{ test: "time", spans: spansOf(time) }],
  age: ({ age }) => (age === undefined ? [] : [{ test: "age", is: compared(age) }]),
  update: ({ update }) => {
    if (update === undefined) return [];
    if (typeof update === "string" || Array.isArray(update)) {
      return [{ test: "update", levels: many(update), names: [], by: [] }];
    }
    return [{ test: "update", levels: many(update.level), names: patternsOf(update.name), by: many(update.by) }];
  },
  findings: ({ findings }) => [{ test: "findings", detectors: patternsOf(findings) }],
  hazard: ({ hazard }) => [{ test: "hazard", is: many(hazard) }],
  reversibility: ({ reversibility }) => [{ test: "reversibility", is: many(reversibility) }],
  risk: ({ risk }) => riskConditions(risk),
  station: ({ station }) => [{ test: "station", is: many(station) }],
  autonomy: ({ autonomy }) => [{ test: "autonomy", is: many(autonomy) }],
  precedents: ({ precedents }) => [{ test: "precedents", names: many(precedents) }],
};

function group(test: "all" | "any", written: readonly RawWhen[] | undefined): Condition[] {
  const of = (written ?? []).flatMap((when) => conditionOf(when) ?? []);
  return of.length === 0 ? [] : [{ test, of }];
}

function isList(written: unknown): written is OneOrMany<string> {
  return typeof written === "string" || Array.isArray(written);
}

function pathConditions(paths: RawWhen["paths"]): Condition[] {
  if (paths === undefined) return [];
  if (isList(paths)) return [{ test: "paths", quantifier: "any", patterns: patternsOf(paths), status: [], except: [] }];
  const [status, except] = [many(paths.status), patternsOf(paths.except)];
  const stated = quantifiers.flatMap((quantifier): Condition[] => {
    const patterns = patternsOf(paths[quantifier]);
    return patterns.length === 0 ? [] : [{ test: "paths", quantifier, patterns, status, except }];
  });
  const everything: Condition = { test: "paths", quantifier: "any", patterns: patternsOf("**"), status, except };
  return stated.length === 0 && status.length + except.length > 0 ? [everything] : stated;
}

const quantifiers: readonly Quantifier[] = ["any", "only", "none"];

function contributorConditions(contributors: RawWhen["contributors"]): Condition[] {
  if (contributors === undefined) return [];
  if (isList(contributors)) return [{ test: "contributors", quantifier: "any", who: whoOf(contributors) }];
  return quantifiers.flatMap((quantifier): Condition[] => {
    const who = whoOf(contributors[quantifier]);
    return who.length === 0 ? [] : [{ test: "contributors", quantifier, who }];
  });
}

function riskConditions(risk: RawWhen["risk"]): Condition[] {
  if (risk === undefined) return [];
  const named = levels.filter((l) => many<string | number>(risk).includes(l));
  if (named.length > 0) return [{ test: "risk", levels: named, score: null }];
  return Array.isArray(risk) ? [] : [{ test: "risk", levels: [], score: compared(risk) }];
}

import type { Comparison, Condition, Pattern, Who } from "./policy.js";
import { whoText } from "./who.js";

/**
 * Does every change of which `a` is true also make `b` true? Answers from the form of the conditions alone: yes is
 * certain, no means only that it could not be shown.
 */
export function implies(a: Condition | null, b: Condition | null): boolean {
  if (b === null) return true;
  if (a === null) return false;
  if (JSON.stringify(a) === JSON.stringify(b)) return true;
  if (a.test === "any") return a.of.every((part) => implies(part, b));
  if (b.test === "all") return b.of.every((part) => implies(a, part));
  if (b.test === "any" && b.of.some((part) => implies(a, part))) return true;
  if (a.test === "all") return a.of.some((part) => implies(part, b));
  if (a.test === "not" && b.test === "not") return implies(b.of, a.of);
  return leafImplies(a, b);
}

/** Can no change make both true? Again from the form alone. */
export function excludes(a: Condition, b: Condition): boolean {
  if (a.test === "any") return a.of.every((part) => excludes(part, b));
  if (b.test === "any") return b.of.every((part) => excludes(a, part));
  if (a.test === "all") return a.of.some((part) => excludes(part, b));
  if (b.test === "all") return b.of.some((part) => excludes(a, part));
  if (b.test === "not" && implies(a, b.of)) return true;
  if (a.test === "not" && implies(b, a.of)) return true;
  return leafExcludes(a, b);
}

/** Two parts of one condition that no change meets together; null when none was found. */
export function clash(condition: Condition | null): readonly [Condition, Condition] | null {
  if (condition === null) return null;
  if (condition.test === "any") {
    const clashes = condition.of.map(clash);
    return clashes.every((c) => c !== null) ? (clashes[0] ?? null) : null;
  }
  if (condition.test !== "all") return null;
  const parts = condition.of.flatMap((c) => (c.test === "all" ? c.of : [c]));
  for (const [i, a] of parts.entries()) {
    const b = parts.slice(i + 1).find((other) => excludes(a, other));
    if (b) return [a, b];
  }
  return parts.map(clash).find((c) => c !== null) ?? null;
}

function leafImplies(a: Condition, b: Condition): boolean {
  if (a.test === "paths" && b.test === "paths") {
    if (a.status.join() !== b.status.join() || JSON.stringify(a.except) !== JSON.stringify(b.except)) return false;
    const narrower = within(a.patterns, b.patterns, patternKey);
    if (a.quantifier === "none") return b.quantifier === "none" && within(b.patterns, a.patterns, patternKey);
    return narrower && (a.quantifier === b.quantifier || (a.quantifier === "only" && b.quantifier === "any"));
  }
  if (a.test === "size" && b.test === "size") return a.of === b.of && narrows(a.is, b.is);
  if (a.test === "age" && b.test === "age") return narrows(a.is, b.is);
  if (a.test === "risk" && b.test === "risk") {
    if (a.score && b.score) return narrows(a.score, b.score);
    return a.levels.length > 0 && b.levels.length > 0 && within(a.levels, b.levels, String);
  }
  if (a.test === "author" && b.test === "author") return within(a.who, b.who, whoText);
  if (a.test === "labels" && b.test === "labels") {
    const setters = b.by.length === 0 || (a.by.length > 0 && within(a.by, b.by, whoText));
    return setters && within(a.names, b.names, patternKey);
  }
  if (a.test === "findings" && b.test === "findings") return within(a.detectors, b.detectors, patternKey);
  if ("patterns" in a && "patterns" in b && a.test === b.test && a.test !== "lines" && a.test !== "paths") {
    return within(a.patterns, b.patterns, patternKey);
  }
  return listOf(a) !== null && a.test === b.test && within(listOf(a) ?? [], listOf(b) ?? [], String);
}

function leafExcludes(a: Condition, b: Condition): boolean {
  if (a.test !== b.test) return false;
  const [first, second] = [listOf(a), listOf(b)];
  // One value a change: two lists without a common one cannot both hold. (Several hazards may be found at once.)
  if (first && second && a.test !== "hazard") return !first.some((value) => second.includes(value));
  if (a.test === "risk" && b.test === "risk") {
    if (a.score && b.score) return disjoint(a.score, b.score);
    return a.levels.length > 0 && b.levels.length > 0 && !a.levels.some((l) => b.levels.includes(l));
  }
  if (a.test === "size" && b.test === "size") return a.of === b.of && disjoint(a.is, b.is);
  if (a.test === "age" && b.test === "age") return disjoint(a.is, b.is);
  if (a.test === "author" && b.test === "author") return kindsOnly(a.who) && kindsOnly(b.who) && !shares(a.who, b.who);
  if (a.test === "owned" && b.test === "owned") return a.is !== b.is;
  if (a.test === "fork" && b.test === "fork") return a.is !== b.is;
  if (a.test === "signed" && b.test === "signed") return a.is !== b.is;
  if (a.test === "depends" && b.test === "depends") return a.is !== b.is;
  if (a.test === "paths" && b.test === "paths") return pathsExclude(a, b) || pathsExclude(b, a);
  return false;
}

type Paths = Extract<Condition, { test: "paths" }>;

/** Some (or all) paths match, and none may. */
function pathsExclude(a: Paths, b: Paths): boolean {
  return (
    a.quantifier !== "none" &&
    b.quantifier === "none" &&
    b.status.length + b.except.length === 0 &&
    within(a.patterns, b.patterns, patternKey)
  );
}

/** The values of a condition that a change has one of. */
function listOf(condition: Condition): readonly string[] | null {
  switch (condition.test) {
    case "reversibility":
    case "hazard":
    case "station":
    case "autonomy":
      return condition.is;
    default:
      return null;
  }
}

function kindsOnly(who: readonly Who[]): boolean {
  return who.every((w) => w.is === "kind");
}

function shares(a: readonly Who[], b: readonly Who[]): boolean {
  return a.some((w) => b.some((other) => whoText(other) === whoText(w)));
}

function within<T>(a: readonly T[], b: readonly T[], key: (item: T) => string): boolean {
  const known = new Set(b.map(key));
  return a.every((item) => known.has(key(item)));
}

function patternKey(pattern: Pattern): string {
  return `${pattern.kind}:${pattern.ignoreCase}:${pattern.source}`;
}

/** The numbers that a comparison lets through: from `low` to `high`, each end within or not. */
function interval({ op, value }: Comparison): { low: number; high: number; lowIn: boolean; highIn: boolean } {
  const above = op === ">" || op === ">=" || op === "=";
  const below = op === "<" || op === "<=" || op === "=";
  return {
    low: above ? value : -Infinity,
    high: below ? value : Infinity,
    lowIn: op !== ">",
    highIn: op !== "<",
  };
}

function narrows(a: Comparison, b: Comparison): boolean {
  const [x, y] = [interval(a), interval(b)];
  const low = x.low > y.low || (x.low === y.low && (y.lowIn || !x.lowIn));
  const high = x.high < y.high || (x.high === y.high && (y.highIn || !x.highIn));
  return low && high;
}

function disjoint(a: Comparison, b: Comparison): boolean {
  const [x, y] = [interval(a), interval(b)];
  const apart = (left: typeof x, right: typeof x) =>
    left.high < right.low || (left.high === right.low && !(left.highIn && right.lowIn));
  return apart(x, y) || apart(y, x);
}

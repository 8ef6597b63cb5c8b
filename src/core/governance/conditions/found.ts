import type { Truth } from "../../model/verdict.js";
import { patternText } from "../../policy/pattern.js";
import type { Comparison, Condition, Pattern } from "../../policy/policy.js";
import { truthOf } from "../truth.js";

/** What one part of a condition came to. */
export interface Found {
  readonly truth: Truth;
  /** What is asked, in the policy's words. */
  readonly what: string;
  /** What the change has. */
  readonly found: string;
}

/** A condition without others inside it. */
export type Leaf = Exclude<Condition, { test: "all" | "any" | "not" }>;
export type LeafOf<Test extends Leaf["test"]> = Extract<Leaf, { test: Test }>;

export function compare(value: number, { op, value: bound }: Comparison): Truth {
  switch (op) {
    case "<":
      return truthOf(value < bound);
    case "<=":
      return truthOf(value <= bound);
    case "=":
      return truthOf(value === bound);
    case ">=":
      return truthOf(value >= bound);
    case ">":
      return truthOf(value > bound);
  }
}

export function comparisonText({ op, value }: Comparison): string {
  return `${op} ${value}`;
}

export function patternsText(patterns: readonly Pattern[]): string {
  return patterns.map(patternText).join(", ");
}

const listedMax = 5;

export function listed(all: readonly string[]): string {
  const more = all.length - listedMax;
  return all.slice(0, listedMax).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

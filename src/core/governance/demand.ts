import type { Path, Truth, VerdictNode } from "../model/verdict.js";
import type { Needs } from "../policy/policy.js";
import type { Counted } from "./judgment-needs.js";
import type { Applied } from "./rules.js";

/** What one rule, or `always`, demands; `then` is the path while it isn't met. */
export interface Demand {
  readonly name: string;
  readonly why: string;
  readonly then: Path;
  readonly needs: Needs;
  readonly applied: Applied | null;
}

export interface Weighed extends Demand {
  readonly truth: Truth;
  readonly nodes: readonly VerdictNode[];
  readonly counted: readonly Counted[];
}

/** Name of the demand that follows from somebody asking for a person. */
export const personWanted = "a person was asked for";

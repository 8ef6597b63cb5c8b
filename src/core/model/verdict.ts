import type { Reason } from "./reason.js";

/**
 * What governance lets a change do. auto: moves by itself. review: needs named judgment. escalate: needs a decision
 * now. hold: waits until something changes. refuse: will not move as it stands.
 */
export const paths = ["auto", "review", "escalate", "hold", "refuse"] as const;
export type Path = (typeof paths)[number];

/** true, false, doesn't concern this change, can't be told. Not applicable never satisfies; unknown never permits. */
export type Truth = "true" | "false" | "not-applicable" | "unknown";

/** One node of the reasoning; the tree is the explanation, in the order of the policy. */
export interface VerdictNode {
  /** A rule's or requirement's name, as the policy has it. */
  readonly name: string;
  readonly truth: Truth;
  readonly reasons: readonly Reason[];
  readonly children: readonly VerdictNode[];
}

/** Someone whose judgment is missing, and the one question put to them. */
export interface Ask {
  /** Logins or `org/team`, without `@`, of whom `count` must answer. Named people first, likeliest first. */
  readonly of: readonly string[];
  readonly count: number;
  readonly question: string;
  readonly rule: string;
}

export interface Verdict {
  readonly path: Path;
  /** May it enter the queue now, as far as people and policy are concerned? Only `auto`, or satisfied, permits. */
  readonly permits: boolean;
  readonly tree: VerdictNode;
  /** What stands in the way, most important first; empty when `permits`. */
  readonly reasons: readonly Reason[];
  readonly asks: readonly Ask[];
}

import type { Reason } from "../model/reason.js";
import type { Judgments } from "./approvals.js";
import type { Weighed } from "./demand.js";
import type { Judged } from "./judged.js";
import type { OverrideView } from "./override.js";
import type { Applied, Passed } from "./rules.js";

/** The reviews, or why there is nothing to count. */
export interface ReadJudgments {
  readonly judgments: Judgments | null;
  readonly reasons: readonly Reason[];
}

/** Everything that a verdict is concluded from. */
export interface Conclusion {
  readonly judged: Judged;
  readonly rules: ReadonlyArray<Applied | Passed>;
  readonly all: readonly Weighed[];
  readonly read: ReadJudgments;
  readonly override: OverrideView;
}

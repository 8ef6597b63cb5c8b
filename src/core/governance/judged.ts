import type { PullFacts, RepoFacts } from "../facts/facts.js";
import type { Classification, Risk } from "../model/classification.js";
import type { Instant } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { Station } from "../model/station.js";
import type { Path } from "../model/verdict.js";
import type { Autonomy, Policy } from "../policy/policy.js";
import type { Standing } from "./standing.js";

/** Everything that governing one change may look at. */
export interface GovernInput {
  readonly repo: RepoFacts;
  readonly pull: PullFacts;
  readonly classification: Classification;
  readonly risk: Risk;
  readonly policy: Policy;
  readonly standing: Standing;
  /** Where it waits now; left out: not known. */
  readonly station?: Station;
  /** What this class of change by this author has earned; left out: not known. */
  readonly autonomy?: Autonomy;
  /** What stands against the change itself, whatever anybody says about it; left out: nothing. */
  readonly fault?: { readonly path: Extract<Path, "refuse" | "hold">; readonly reason: Reason };
  /** Automatic rules that tripped, by name, and what tripped them. */
  readonly tripped?: Readonly<Record<string, string>>;
}

export interface Judged extends GovernInput {
  readonly now: Instant;
}

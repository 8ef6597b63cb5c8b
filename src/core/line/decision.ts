import type { EarnedAutonomy } from "../memory/autonomy.js";
import type { Classification, Risk } from "../model/classification.js";
import type { Effect } from "../model/effect.js";
import type { PrNumber, Sha } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { Verdict } from "../model/verdict.js";
import type { PolicyProposal } from "./proposal.js";
import type { LandingRange, QueueState } from "../queue/state.js";

/** What one run decided: recorded whole. */
export interface Decision {
  readonly next: QueueState;
  readonly units: readonly UnitDecision[];
  readonly effects: readonly Effect[];
  /** Digest of the policy in force. */
  readonly policyDigest: string;
}

/** What was decided about one work unit: the value that check, comment, dashboard, CLI and metrics render. */
export interface UnitDecision {
  readonly number: PrNumber;
  readonly headSha: Sha;
  readonly classification: Classification;
  readonly risk: Risk;
  readonly verdict: Verdict;
  /** Where it stands and why, most important first; never empty. */
  readonly reasons: readonly Reason[];
  /** Who acts next: logins or teams without `@`, or `ci`, or `drumline`. */
  readonly next: readonly string[];
  /** What is to be said of the policy that it proposes; left out: it leaves the policy as it is. */
  readonly proposal?: PolicyProposal;
  /** What its class of change by its kind of author has earned; left out: not known. */
  readonly autonomy?: EarnedAutonomy;
  /** When it is likely to land; null when it waits for people, or for what nobody can foretell. */
  readonly expected: LandingRange | null;
}

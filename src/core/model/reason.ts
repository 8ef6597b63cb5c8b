import type { Classification, Level, PacedClass, Reversibility } from "./classification.js";
import type { Instant, Login, PrNumber, Sha } from "./ids.js";

/**
 * Why the answer is what it is: a code and its data. Check, comment, dashboard, CLI and metrics render this one
 * value (`core/explain/words.ts` holds the words, one arm a code). Add a variant here, its words there.
 */
export type Reason =
  // what the change is
  | { readonly code: "reversibility"; readonly reversibility: Reversibility; readonly detectors: readonly string[] }
  | { readonly code: "risk"; readonly level: Level; readonly score: number }
  | { readonly code: "diff-unreadable"; readonly why: string }
  | { readonly code: "diff-empty" }
  // policy
  | { readonly code: "policy-absent" }
  | { readonly code: "policy-unreadable"; readonly why: string }
  | {
      readonly code: "policy-invalid";
      readonly problems: readonly string[];
      readonly held: "last-good" | "safe-default";
    }
  /** The change edits the policy, and what it proposes could not hold. */
  | {
      readonly code: "proposed-policy";
      readonly fault: "invalid" | "tests-failing" | "unreadable";
      /** Problems with their places, failing tests, or why it could not be read; the first few. */
      readonly what: readonly string[];
    }
  | { readonly code: "rule-applies"; readonly rule: string; readonly why: string }
  | { readonly code: "rule-unknown"; readonly rule: string; readonly what: string }
  | { readonly code: "rule-holds"; readonly rule: string; readonly why: string }
  | { readonly code: "rule-refuses"; readonly rule: string; readonly why: string }
  /** What a condition asks and what it found in the change. */
  | { readonly code: "condition"; readonly what: string; readonly found: string }
  /** The rule's review date has passed: loud for any rule, and a rule that moves changes by itself stops doing so. */
  | { readonly code: "rule-lapsed"; readonly rule: string; readonly reviewBy: string; readonly owner: string | null }
  /** The rule would have let the change move by itself, and may not. */
  | {
      readonly code: "auto-denied";
      readonly rule: string;
      readonly why: "irreversible" | "unknown" | "lapsed" | "tripped";
    }
  // judgment
  | {
      readonly code: "approvals-missing";
      readonly rule: string;
      readonly have: number;
      readonly need: number;
      /** `@login` or `@org/team` or `write`: who could give them. */
      readonly from: readonly string[];
    }
  | { readonly code: "approvals-given"; readonly rule: string; readonly by: readonly Login[] }
  | {
      readonly code: "approval-void";
      readonly by: Login;
      readonly why: "diff-changed" | "head-unrecorded" | "dismissed" | "not-eligible";
    }
  | { readonly code: "changes-requested"; readonly by: Login }
  | { readonly code: "evidence-missing"; readonly rule: string; readonly what: string }
  | { readonly code: "owners-unreadable"; readonly why: string }
  | { readonly code: "refused"; readonly by: Login; readonly reason: string; readonly at: Instant }
  | { readonly code: "overridden"; readonly by: Login; readonly reason: string; readonly at: Instant }
  | {
      readonly code: "override-void";
      readonly by: Login;
      readonly why: "diff-changed" | "not-authorised" | "authority-unreadable";
    }
  | {
      readonly code: "facts-unreadable";
      readonly what: "reviews" | "commits" | "teams" | "permissions" | "labels" | "deployments";
      readonly why: string;
    }
  | { readonly code: "held"; readonly by: Login; readonly at: Instant }
  | { readonly code: "person-asked-for"; readonly by: Login; readonly named: readonly string[] }
  | { readonly code: "command-denied"; readonly command: string; readonly by: Login; readonly needs: string }
  | { readonly code: "command-unclear"; readonly by: Login; readonly message: string }
  // readiness
  | { readonly code: "draft" }
  | { readonly code: "closed" }
  | { readonly code: "not-queued" }
  | { readonly code: "conflict"; readonly withBase: Sha }
  | { readonly code: "conflict-with"; readonly other: PrNumber }
  | { readonly code: "checks-pending"; readonly names: readonly string[] }
  | { readonly code: "checks-failed"; readonly names: readonly string[]; readonly urls: readonly string[] }
  | { readonly code: "checks-unreadable"; readonly why: string }
  | { readonly code: "checks-absent"; readonly names: readonly string[] }
  | { readonly code: "depends-on"; readonly number: PrNumber; readonly state: "open" | "unknown" }
  // the queue
  | {
      readonly code: "ejected";
      readonly group: string;
      readonly urls: readonly string[];
      readonly with: readonly PrNumber[];
    }
  | { readonly code: "waits-for-slot"; readonly ahead: number }
  | { readonly code: "waits-alone"; readonly behind: readonly PrNumber[] }
  | {
      readonly code: "testing";
      readonly group: string;
      readonly with: readonly PrNumber[];
      readonly attempt: number;
      /** When its answer is expected; left out: nobody can say. */
      readonly until?: Instant;
    }
  | {
      readonly code: "retrying";
      readonly group: string;
      readonly attempt: number;
      readonly why: "flake" | "infrastructure" | "timeout";
    }
  /** A group that it was in failed: which member is at fault is being found out. */
  | {
      readonly code: "suspected";
      readonly group: string;
      readonly with: readonly PrNumber[];
      /** Probability that it is good all the same. */
      readonly good: number;
    }
  /** It failed with nothing else undecided; so many failures more would prove it bad. */
  | { readonly code: "failed-alone"; readonly group: string; readonly failures: number; readonly more: number }
  /** Proof against it is there, but not that the branch is fine without it. */
  | { readonly code: "branch-unproven"; readonly group: string }
  | { readonly code: "branch-red"; readonly since: Instant }
  /** It passed, and then something landed that its group did not hold. */
  | { readonly code: "overtaken"; readonly group: string; readonly by: number }
  | { readonly code: "retry-later"; readonly why: "infrastructure" | "timeout"; readonly until: Instant }
  | { readonly code: "draining" }
  | {
      readonly code: "window-closed";
      /** When the next one opens; null: not within two weeks; left out by earlier versions. */
      readonly until?: Instant | null;
    }
  | { readonly code: "throttled"; readonly perHour: number; readonly until: Instant }
  /** With `parts`: composed of these groups, each of which was tested, and not tested as a whole. */
  | { readonly code: "landing"; readonly group: string; readonly sha: Sha; readonly parts?: readonly string[] }
  | { readonly code: "landed"; readonly sha: Sha; readonly at: Instant; readonly parts?: readonly string[] }
  /** Where the policy has lanes: what it touches, the first few and how many more. */
  | { readonly code: "touches"; readonly targets: readonly string[]; readonly more: number }
  | {
      readonly code: "touches-everything";
      readonly because:
        "one-way" | "files-unreadable" | "unreported" | "report-unreadable" | "no-scope" | "governs" | "dependencies";
      /** The path, or what is wrong with the report; left out: nothing more is to be said. */
      readonly what?: string;
    }
  /** Moved by itself and drawn by chance for a person to look at now that it has landed. */
  | { readonly code: "audit-drawn"; readonly share: number; readonly of: readonly string[] }
  | { readonly code: "paused"; readonly by: string; readonly why: string }
  | { readonly code: "line-stopped"; readonly why: string }
  | { readonly code: "frozen"; readonly name: string }
  | { readonly code: "stacked-on"; readonly number: PrNumber }
  /** Points at a branch that no queue governs. */
  | { readonly code: "other-base"; readonly base: string }
  /** Held at the gate, or only said to be: the buffer before the constraint is full. */
  | {
      readonly code: "gated";
      readonly station: string;
      readonly how: "held" | "observed";
      readonly since: Instant;
      readonly until: Instant;
      readonly latest: Instant;
      /** Minutes of ready work, and how many are enough. */
      readonly ready: number;
      readonly enough: number;
    }
  /** The present window holds as many of its class as production absorbs. */
  | {
      readonly code: "drum-full";
      readonly how: "held" | "observed";
      readonly class: PacedClass;
      /** What a window is. */
      readonly per: "deploy" | "day";
      readonly landed: number;
      readonly limit: number;
      /** When there is expected to be room; null: the next deployment is overdue. */
      readonly until: Instant | null;
      readonly latest: Instant;
    }
  /** Deployments limit the line, and as much has landed as the next one takes. */
  | {
      readonly code: "deploy-full";
      readonly how: "held" | "observed";
      readonly waiting: number;
      readonly takes: number;
      readonly until: Instant | null;
      readonly latest: Instant;
    }
  | { readonly code: "ready" };

export type ReasonCode = Reason["code"];

/** A short label of a classification for reasons and records. */
export function reversibilityReason(c: Classification): Reason {
  const worst = c.findings.filter((f) => f.reversibility === c.reversibility).map((f) => f.detector);
  return { code: "reversibility", reversibility: c.reversibility, detectors: [...new Set(worst)].sort() };
}

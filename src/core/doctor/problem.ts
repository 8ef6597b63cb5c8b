import type { ExtendedTexts } from "../policy/layers.js";
import type { Read } from "../model/read.js";

/** What would make the queue stall, lose work or waste it in one repository, before it does. */
export interface DoctorProblem {
  /** An error stalls the queue or lets it land what nobody tested; a warning costs time or may do so. */
  readonly severity: "error" | "warning";
  /** Null when it is no file's: a setting of the repository or of the app. */
  readonly where: FilePlace | null;
  readonly what: string;
  /** What the queue would do because of it. */
  readonly why: string;
  readonly remedy: string;
}

/** Line and column from 1. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
  readonly col: number;
}

/** All that the doctor looks at. */
export interface DoctorFacts {
  readonly base: string;
  /** Path to text: the workflows, the policy, CODEOWNERS. */
  readonly files: Readonly<Record<string, string>>;
  /** What the policy's text extends, as `parsePolicy` takes it. */
  readonly extended: ExtendedTexts;
  /** The app's manifest, `app.yml`. */
  readonly manifest: string;
  /** Absent: nobody asked GitHub, as in a checkout. */
  readonly installation: Read<InstallationFacts>;
  /** Rules on the base. Absent: nobody asked GitHub. */
  readonly baseRules: Read<readonly RuleFacts[]>;
  /** Rules on the branches that show groups to CI, and on those where groups are built. */
  readonly groupRules: Read<readonly RuleFacts[]>;
  readonly stagingRules: Read<readonly RuleFacts[]>;
  /** Checks and statuses that were seen on the base's last commit; empty when nobody asked. */
  readonly seenChecks: readonly SeenCheck[];
}

export interface SeenCheck {
  readonly name: string;
  /** The slug of the app that set it; null for a commit status. */
  readonly app: string | null;
}

export interface InstallationFacts {
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly suspended: "suspended" | "active";
}

export interface RuleFacts {
  /** GitHub's own name of the rule, such as `required_linear_history`. */
  readonly type: string;
  /** Where it is set, for people: `ruleset main of acme/shop`, `branch protection`. */
  readonly source: string;
  /** Whether the app is exempt from it. */
  readonly bypass: "yes" | "no" | "unknown";
  /** For `required_status_checks`. `appId` null: whoever reports it. */
  readonly checks: ReadonlyArray<{ readonly name: string; readonly appId: number | null }>;
}

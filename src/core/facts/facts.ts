import type { Actor, ActorKind, Permission } from "../model/actor.js";
import type { BufferSize } from "../model/buffer-size.js";
import type { FileChange } from "../model/change.js";
import type { Risk } from "../model/classification.js";
import type { Annotation, Outcome } from "../model/effect.js";
import type { Instant, Login, PrNumber, QueueKey, RepoName, Sha } from "../model/ids.js";
import type { DrumLessons } from "../memory/absorption.js";
import type { PassModel } from "../memory/pass.js";
import type { Path } from "../model/verdict.js";
import type { Constraint } from "../model/station.js";
import type { Read } from "../model/read.js";
import type { Command } from "../command/command.js";
import type { ChangeClass, ClassOutcomes } from "../memory/autonomy.js";

/**
 * Everything one run of one queue may know: read once, JSON-serialisable, stored with the decision that follows
 * from it, so that `drumline replay` can recompute the decision from the record alone.
 */
export interface Facts {
  readonly queue: QueueKey;
  readonly repo: RepoFacts;
  /** Open pull requests against the base, and those closed since that the queue still holds; by number. */
  readonly pulls: readonly PullFacts[];
  /** What CI said on the commits that the queue built, by commit. */
  readonly builds: Readonly<Record<Sha, Read<readonly CheckFacts[]>>>;
  /** Groups that other queues of the installation test now; left out: the policy doesn't share slots. */
  readonly slotsUsedElsewhere?: number;
  /** What became of effects since the last decision, in order. */
  readonly outcomes: readonly Outcome[];
  /** What past outcomes teach, as believed now: recorded, because it changes. */
  readonly lessons: Lessons;
}

export interface Lessons {
  /** By pull request number. */
  readonly risk: Readonly<Record<number, Risk>>;
  /** Share of builds of an unchanged tree that fail and then pass, 0 to 1. */
  readonly flakeProbability: number;
  /** Minutes a build of this queue takes: median and P95; null before the first. */
  readonly buildMinutes: { readonly median: number; readonly p95: number } | null;
  /** How the line is paced, as found for the last whole day; left out: too little of it is known. */
  readonly pace?: PaceLessons;
  /** What production absorbs of each class in a window, and when deployments come; left out: nobody has kept it. */
  readonly drum?: DrumLessons;
  /** Minutes after which a silent build counts as lost, by the slowest of past builds; left out: too few of them. */
  readonly timeoutMinutes?: number;
  /** How changes pass here, and which of the open ones were ejected before; left out: nothing is known. */
  readonly pass?: { readonly model: PassModel; readonly failedBefore: readonly PrNumber[] };
  /** By automatic rule: changes that it moved by themselves and that were taken out again, and when; the latest. */
  readonly autoHarm?: Readonly<Record<string, ReadonlyArray<{ readonly number: number; readonly at: Instant }>>>;
  /** What became of each class of change; left out: not known. */
  readonly classes?: Readonly<Record<ChangeClass, ClassOutcomes>>;
}

/** What the ledger of flow says of the line, as far as pacing it needs. */
export interface PaceLessons {
  readonly constraint: Constraint;
  readonly confidence: number;
  /** Who judges: by team how many do, minutes a judgment takes them, and how many they gave in the last seven days. */
  readonly judges: readonly JudgesPace[];
  /** How changes ended in the last seven days, by kind of author. */
  readonly endings: Readonly<Partial<Record<ActorKind, { readonly landed: number; readonly closed: number }>>>;
  /** Changes that a full deployment takes; left out: none was ever full, or none is reported. */
  readonly deployTakes?: number;
  /** The buffer before the constraint, where that is builds or deployments; left out: it is not, or was not sized. */
  readonly buffer?: BufferSize;
}

export interface JudgesPace {
  readonly team: string;
  readonly people: number;
  readonly minutes: number;
  readonly lastWeek: number;
  /** The buffer before them; left out: it was not sized. */
  readonly buffer?: BufferSize;
}

export interface RepoFacts {
  readonly name: RepoName;
  readonly base: string;
  /** The base branch as it stands on GitHub. */
  readonly baseSha: Sha;
  /** The policy file on the base branch; never a pull request's own. */
  readonly policy: Read<PolicyText>;
  /** The last policy text that was valid here, if any: it holds while the present one is not. */
  readonly lastGoodPolicy: PolicyText | null;
  /** Texts that `extends` names, by the name used there. */
  readonly extended: Readonly<Record<string, Read<string>>>;
  readonly codeowners: Read<{ readonly path: string; readonly text: string }>;
  /** Members of the teams that the policy and CODEOWNERS name, by `org/team`. */
  readonly teams: Readonly<Record<string, Read<readonly Login[]>>>;
  /** Of everybody of whom a decision may ask it, by lower-case login. */
  readonly permissions: Readonly<Record<string, Read<Permission>>>;
  /** Everybody who may write, as GitHub spells them; left out: nobody had to be found. */
  readonly writers?: Read<Readonly<Record<Login, Permission>>>;
  /** Names of the checks that the repository's rules require on the base branch. */
  readonly requiredChecks: Read<readonly string[]>;
}

export interface PolicyText {
  /** Where it was read, for error messages: `.github/drumline.yml`. */
  readonly path: string;
  readonly text: string;
  /** The blob's digest (SHA-256 of the text, hex). */
  readonly digest: string;
  /** Of the last good one, the other repositories' texts that it extended, as they were; left out: none. */
  readonly extended?: Readonly<Record<string, Read<string>>>;
}

export interface PullFacts {
  readonly number: PrNumber;
  readonly state: "open" | "closed" | "merged";
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly author: Actor;
  /** The queue's base, or the branch of another pull request that this one is stacked on. */
  readonly baseRef: string;
  readonly headRef: string;
  readonly headSha: Sha;
  /** `owner/name` the head lives in; null when that repository is gone. */
  readonly headRepo: RepoName | null;
  readonly fork: boolean;
  readonly labels: readonly string[];
  /** Who put each label on, by the label's name; left out: not read. */
  readonly labelledBy?: Read<Readonly<Record<string, Login>>>;
  /** Environments in which the present head is deployed and well; left out: not read. */
  readonly deployedTo?: Read<readonly string[]>;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** The change against the merge base. */
  readonly files: Read<readonly FileChange[]>;
  /**
   * Digest of the diff without line numbers and commit ids (like `git patch-id`): equal means that a push or rebase
   * left the change itself as it was. Null when the diff could not be read whole.
   */
  readonly diffDigest: string | null;
  readonly commits: Read<readonly CommitFacts[]>;
  /** Every head that we saw, oldest first; the last is `headSha`. */
  readonly heads: readonly RecordedHead[];
  readonly reviews: Read<readonly RecordedReview[]>;
  /** Checks and statuses on `headSha`, our own left out. */
  readonly checks: Read<readonly CheckFacts[]>;
  /** Targets that the present head affects, as CI reports them; left out: the policy names no check that does. */
  readonly affected?: Read<readonly string[]>;
  /** Commands given in comments and not edited since, oldest first, each with who gave it. */
  readonly commands: readonly GivenCommand[];
  /** The policy as it would be; left out: the change leaves it as it is. */
  readonly proposedPolicy?: ProposedPolicy;
}

/** The policy text at the head of a pull request that changes it. */
export interface ProposedPolicy {
  /** Absent: the change removes it. */
  readonly text: Read<PolicyText>;
  /** Texts that it extends, by the name used there. */
  readonly extended: Readonly<Record<string, Read<string>>>;
  /** What it would have made of recorded changes; null when it isn't valid. */
  readonly replay: PolicyReplay | null;
}

export interface PolicyReplay {
  /** How many changes were judged again, and since when; null when there was none. */
  readonly units: number;
  readonly since: Instant | null;
  /** How many would have come out differently, and the newest of them. */
  readonly differing: number;
  readonly different: readonly ReplayedUnit[];
}

/** A recorded change under the present policy, and under the proposed one. */
export interface ReplayedUnit {
  readonly number: PrNumber;
  readonly title: string;
  readonly was: Path;
  readonly permitted: boolean;
  readonly is: Path;
  readonly permits: boolean;
}

export interface RecordedHead {
  readonly sha: Sha;
  readonly at: Instant;
  readonly diffDigest: string | null;
}

export interface CommitFacts {
  readonly sha: Sha;
  /** GitHub accounts; null when an address belongs to none. */
  readonly author: Login | null;
  readonly committer: Login | null;
  /** From `Co-authored-by` trailers, as written. */
  readonly coAuthors: readonly string[];
  readonly verified: boolean;
  readonly message: string;
  /** How many; two or more: a merge. Left out: not known. */
  readonly parents?: number;
}

/** A review bound to the head that we recorded when we first saw it: GitHub may re-point a review's commit later. */
export interface RecordedReview {
  readonly id: number;
  readonly by: Login;
  readonly state: "approved" | "changes-requested" | "dismissed" | "commented";
  /** Null when no head that we recorded can be shown to be the one that was reviewed. */
  readonly headSha: Sha | null;
  readonly diffDigest: string | null;
  readonly at: Instant;
}

export type CheckConclusion =
  | "success"
  | "failure"
  | "neutral"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required"
  | "stale"
  | "startup_failure";

export interface CheckFacts {
  readonly name: string;
  /** Slug of the app that set it; null for a commit status. */
  readonly app: string | null;
  readonly kind: "check" | "status";
  /** Null while it runs. */
  readonly conclusion: CheckConclusion | null;
  readonly url: string | null;
  readonly startedAt: Instant | null;
  readonly completedAt: Instant | null;
  /** Of a check run that failed; left out: it didn't, or it is a commit status. */
  readonly failed?: FailedRun;
}

/** A failed check run, by what it says of itself. */
export interface FailedRun {
  readonly id: number;
  /** Its output's title and summary, the first `outputCharsKept` characters; empty: it has none. */
  readonly output: string;
  /** How many it has. */
  readonly annotations: number;
  /** Left out: nobody asked for them. */
  readonly said?: Read<readonly CheckAnnotation[]>;
}

export type CheckAnnotation = Pick<Annotation, "path" | "level" | "message">;

/** A label was put on a pull request, or taken off it. */
export interface LabelEvent {
  readonly label: string;
  /** Null: an account that is gone. */
  readonly by: string | null;
  readonly now: "on" | "off";
  readonly at: Instant;
}

export interface GivenCommand {
  /** The comment's id; a comment may hold several commands, numbered from 0. */
  readonly commentId: number;
  readonly index: number;
  readonly by: Actor;
  readonly at: Instant;
  readonly command: Command;
}

export function pullFacts(facts: Facts, number: PrNumber): PullFacts | undefined {
  return facts.pulls.find((p) => p.number === number);
}

import type { Effect, LineEffect, Outcome, WordsEffect } from "../core/model/effect.js";
import type { Instant, PrNumber, QueueKey, RepoName, Sha } from "../core/model/ids.js";
import type { Permission } from "../core/model/actor.js";
import type { Fault } from "../core/model/fault.js";
import type { Read } from "../core/model/read.js";
import type { CheckAnnotation, CheckFacts, CommitFacts, Facts, LabelEvent, PaceLessons } from "../core/facts/facts.js";
import type { Brief } from "../core/constraint/brief/brief.js";
import type { ChainModel } from "../core/constraint/fit/model.js";
import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { PastDeployment, PastLanding, PastPull } from "../core/constraint/flow/past.js";
import type { RecordedFlow } from "../core/constraint/flow/recorded.js";
import type { Audits } from "../core/risk/audits.js";
import type { Drift } from "../core/risk/drift.js";
import type { FileChange } from "../core/model/change.js";
import type { CheckName } from "../core/policy/policy.js";
import type { QueueState } from "../core/queue/state.js";
import type { Decision } from "../core/line/decision.js";

/** The seam between the engine and the shell's folders: what a store, GitHub and the clock must offer. */

// ---------------------------------------------------------------- signals

/** One verified webhook as it came; a second one with the same id changes nothing. Stored, it is answered. */
export interface Webhook {
  readonly id: string;
  readonly event: string;
  readonly receivedAt: Instant;
  /** The body, parsed. */
  readonly payload: unknown;
}

/** One stored webhook, reduced to what the engine needs. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  readonly repo: RepoName | null;
  readonly installationId: number | null;
  readonly receivedAt: Instant;
  /** Base branches whose queues should look again; `all`: every queue of the repository that is known. */
  readonly bases: readonly string[] | "all";
  /** Resource keys (see `Resource`) that this event makes stale. */
  readonly stale: readonly string[];
  readonly witnessed: readonly Witness[];
  readonly flow: readonly FlowRecord[];
}

/** What only a webhook can show: GitHub's API later tells it differently, if at all. Of a `key` the first one stays. */
export type Witness =
  | { readonly kind: "head"; readonly key: string; readonly number: PrNumber; readonly sha: Sha; readonly at: Instant }
  | {
      readonly kind: "review";
      readonly key: string;
      readonly number: PrNumber;
      readonly reviewId: number;
      readonly by: string;
      readonly headSha: Sha;
      readonly at: Instant;
    }
  | {
      readonly kind: "comment";
      readonly key: string;
      readonly number: PrNumber;
      readonly commentId: number;
      readonly by: string;
      readonly byType: "User" | "Bot" | "Organization";
      readonly body: string;
      readonly at: Instant;
    }
  | {
      readonly kind: "comment-edited";
      readonly key: string;
      readonly number: PrNumber;
      readonly commentId: number;
      readonly at: Instant;
    }
  | (LabelEvent & { readonly kind: "label"; readonly key: string; readonly number: PrNumber });

/** One step of a work unit through the stations, for the ledger of flow: the flow bench's event, with real names. */
export interface FlowRecord {
  readonly at: Instant;
  /** Null when the event names a commit and not a pull request (builds, deployments). */
  readonly number: PrNumber | null;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

// ---------------------------------------------------------------- store

declare const leaseBrand: unique symbol;
/** Proof that this process, and no other, runs the queue now. Only the store makes one. */
export interface Lease {
  readonly [leaseBrand]: true;
  readonly queue: QueueKey;
}

export interface QueueRow {
  readonly queue: QueueKey;
  readonly repo: RepoName;
  readonly base: string;
  readonly installationId: number;
}

export interface Loaded {
  readonly row: QueueRow;
  /** Counts commits; `commit` refuses when it has moved on. */
  readonly version: number;
  readonly state: QueueState;
  /** Outcomes no decision has seen yet, oldest first. */
  readonly outcomes: readonly Outcome[];
  readonly witnesses: readonly Witness[];
  /** Line effects decided and not yet performed. */
  readonly pending: readonly Effect[];
  readonly lastGoodPolicy: Facts["repo"]["lastGoodPolicy"];
}

export interface CommitRequest {
  readonly version: number;
  readonly now: Instant;
  readonly facts: Facts;
  readonly previous: QueueState;
  readonly decision: Decision;
  /** The policy text to remember as the last good one, when the present one is valid. */
  readonly goodPolicy: Facts["repo"]["lastGoodPolicy"];
  readonly flow: readonly FlowRecord[];
}

export interface OutboxRow<E extends Effect = Effect> {
  readonly queue: QueueKey;
  readonly installationId: number;
  readonly effect: E;
  /** Attempts made before this one; above 0 the effect may already have happened. */
  readonly attempts: number;
  /** GitHub's id of what was last posted on this target (check run, comment), if we know it. */
  readonly posted: { readonly githubId: number; readonly headSha: Sha | null } | null;
}

/** A GitHub resource as last read: `key` names it within its repository. */
export interface Resource {
  readonly key: string;
  readonly etag: string | null;
  readonly body: unknown;
  readonly fetchedAt: Instant;
  /** When an event last told of it; null: never. */
  readonly toldAt: Instant | null;
  /** An event told of it since it was asked for. */
  readonly stale: boolean;
}

export type Answer = Omit<Resource, "toldAt" | "stale">;

export interface Store {
  /** Makes durable what was signed; what it signals is read afterwards, after a crash too. @throws TooManyWaiting */
  receive(webhook: Webhook, body: Uint8Array): Promise<"new" | "duplicate">;
  /** Makes a queue known (installation, first pull request against a base); harmless when it is. */
  know(row: QueueRow): Promise<void>;
  queues(): Promise<readonly QueueRow[]>;
  /** Asks for a run of the queue as soon as none is under way; many signals become one run. */
  signal(queue: QueueKey, at?: Instant): Promise<void>;

  /** Runs `work` holding the queue's lease, or answers `busy` at once when another process holds it. */
  withLease<T>(queue: QueueKey, work: (lease: Lease) => Promise<T>): Promise<T | "busy">;
  load(lease: Lease): Promise<Loaded>;
  /** State, decision, record and outbox in one transaction. @throws VersionConflict */
  commit(lease: Lease, request: CommitRequest): Promise<void>;
  /** Words that no decision wished for, and which ids were wished for already: those it leaves as they are. */
  say(queue: QueueKey, words: { readonly effects: readonly WordsEffect[]; readonly now: Instant }): Promise<void>;
  said(queue: QueueKey, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Effects of the line that are due, in the order they were decided. */
  dueLine(lease: Lease, now: Instant): Promise<readonly OutboxRow<LineEffect>[]>;
  /** Words of the queue that are due, oldest first; a newer wish for a target has already replaced an older one. */
  dueWords(queue: QueueKey, now: Instant): Promise<readonly OutboxRow<WordsEffect>[]>;
  /** Counts an attempt before it is made, so that a crash in the middle is known. */
  attempting(queue: QueueKey, effectId: string): Promise<void>;
  /** The effect is over. In one transaction with the signal that lets the next run see it (line effects). */
  settle(queue: QueueKey, outcome: Outcome): Promise<void>;
  /** Not now: try again at `until`; nothing is lost. */
  postpone(
    queue: QueueKey,
    effectId: string,
    postponed: { readonly until: Instant; readonly why: string },
  ): Promise<void>;

  /** Queues whose history is still to be read and may be asked for now. */
  historiesDue(now: Instant): Promise<readonly QueueRow[]>;
  /** Asks for a job that reads more of the queue's history. */
  wantHistory(queue: QueueKey): Promise<void>;
  /** What has been read of it; made known with the first look. */
  historyOf(queue: QueueKey, now: Instant): Promise<HistoryRead>;
  /**
   * Writes steps of the past into the ledger of flow together with how far it was read. False, and nothing is written,
   * when somebody else has read on from `was`.
   */
  keepHistory(
    queue: QueueKey,
    read: { readonly was: HistoryRead; readonly is: HistoryRead; readonly flow: readonly FlowRecord[] },
  ): Promise<boolean>;
  /** Changes that landed in this past and were never classified, the last landed first; no more than `most`. */
  unclassified(past: Pick<HistoryRead, "queue" | "until">, most: number): Promise<readonly PastLanding[]>;

  resources(repo: RepoName, keys: readonly string[]): Promise<ReadonlyMap<string, Resource>>;
  keep(repo: RepoName, answers: readonly Answer[]): Promise<void>;
  markStale(repo: RepoName, keys: readonly string[]): Promise<void>;
}

/** Thrown by `commit` when another run has committed since `load`. */
export class VersionConflict extends Error {
  override readonly name = "VersionConflict";
}

/** Thrown by `receive` when no more may be held that waits to be stored or read: the sender should come again. */
export class TooManyWaiting extends Error {}

// ---------------------------------------------------------------- reading what was decided (dashboard, cli)

export interface DecisionRecord {
  readonly id: number;
  readonly queue: QueueKey;
  readonly version: number;
  readonly at: Instant;
  readonly factsDigest: string;
  readonly policyDigest: string;
  readonly baseSha: Sha;
  readonly facts: Facts;
  readonly previous: QueueState;
  readonly decision: Decision;
}

export type DecisionSummary = Omit<DecisionRecord, "facts" | "previous">;

export interface LedgerEntry {
  readonly id: number;
  readonly at: Instant;
  readonly queue: QueueKey;
  readonly number: PrNumber | null;
  readonly kind: string;
  readonly body: unknown;
}

/** Read-only view for people: nothing here writes. */
export interface ReadPort {
  queues(): Promise<readonly QueueRow[]>;
  queueState(queue: QueueKey): Promise<{ readonly version: number; readonly state: QueueState } | null>;
  decisions(
    queue: QueueKey,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly DecisionSummary[]>;
  decision(id: number): Promise<DecisionRecord | null>;
  /** The last decision that speaks about this pull request, with its facts. */
  lastDecisionAbout(repo: RepoName, number: PrNumber): Promise<DecisionRecord | null>;
  ledger(filter: {
    readonly queue?: QueueKey;
    readonly number?: PrNumber;
    readonly kinds?: readonly string[];
    readonly since?: Instant;
    readonly limit: number;
    readonly before?: number;
  }): Promise<readonly LedgerEntry[]>;
  flow(queue: QueueKey, since: Instant): Promise<readonly FlowRecord[]>;
  /** How far the queue's history was read; null before the first look. */
  history(queue: QueueKey): Promise<HistoryRead | null>;
  counts(): Promise<Readonly<Record<string, number>>>;
}

/** What the finder made of the days up to the last whole one. */
export interface Found {
  readonly brief: Brief | null;
  readonly model: ChainModel | null;
  /** Null while too little is known to pace the line by it. */
  readonly pace: PaceLessons | null;
  readonly daysToWorkOut: number;
}

export type Search = (question: {
  readonly queue: QueueKey;
  readonly flow: RecordedFlow;
  readonly now: Instant;
}) => Promise<Found>;

/** How far a queue's risk can be believed: does it drift, and what do audits say of what moved by itself? */
export interface RiskWatch {
  readonly drift: Drift;
  readonly audits: Audits;
}

export interface RiskPort {
  watchOf(queue: QueueKey, now: Instant): Promise<RiskWatch>;
}

// ---------------------------------------------------------------- GitHub

export type Try<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export interface Listed {
  readonly number: PrNumber;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly authorLogin: string;
  readonly authorType: "User" | "Bot" | "Organization";
  readonly baseRef: string;
  readonly headRef: string;
  readonly headSha: Sha;
  readonly headRepo: RepoName | null;
  readonly labels: readonly string[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly state: "open" | "closed" | "merged";
}

export interface ReadReview {
  readonly id: number;
  readonly by: string;
  readonly state: "approved" | "changes-requested" | "dismissed" | "commented";
  readonly commitSha: Sha | null;
  readonly at: Instant;
}

export interface ReadComment {
  readonly id: number;
  readonly number: PrNumber;
  readonly by: string;
  readonly byType: "User" | "Bot" | "Organization";
  readonly body: string;
  readonly at: Instant;
  readonly edited: boolean;
}

/** Reads through the store's resource cache with conditional requests. Every answer tells absent from unreadable. */
export interface GitHubReader {
  branchSha(base: string): Promise<Read<Sha>>;
  /** Every open pull request of the repository, whatever its base: stacks hang on one another. */
  openPulls(): Promise<Read<readonly Listed[]>>;
  pull(number: PrNumber): Promise<Read<Listed>>;
  files(number: PrNumber, headSha: Sha): Promise<Read<readonly FileChange[]>>;
  commits(number: PrNumber, headSha: Sha): Promise<Read<readonly CommitFacts[]>>;
  reviews(number: PrNumber): Promise<Read<readonly ReadReview[]>>;
  comments(number: PrNumber): Promise<Read<readonly ReadComment[]>>;
  checks(sha: Sha): Promise<Read<readonly CheckFacts[]>>;
  /** The text of the newest check run of this name on a commit, once it has passed. */
  report(sha: Sha, check: CheckName): Promise<Read<string>>;
  /** What a check run that has ended says of itself; the first hundred. */
  annotations(checkRun: number): Promise<Read<readonly CheckAnnotation[]>>;
  /** Labels put on and taken off, oldest first. */
  labelEvents(number: PrNumber): Promise<Read<readonly LabelEvent[]>>;
  /** Those of `environments` in which the commit is deployed, by the last status of its last deployment there. */
  deployedTo(sha: Sha, environments: readonly string[]): Promise<Read<readonly string[]>>;
  textAt(sha: Sha, path: string): Promise<Read<string>>;
  organisationText(owner: string, path: string): Promise<Read<string>>;
  teamMembers(team: string): Promise<Read<readonly string[]>>;
  permission(login: string): Promise<Read<Permission>>;
  /** Everybody who may write, by login as GitHub spells it, and what exactly they hold. */
  writers(): Promise<Read<Readonly<Record<string, Permission>>>>;
  requiredChecks(base: string): Promise<Read<readonly string[]>>;
}

export interface GitHubWriter {
  perform(row: OutboxRow): Promise<Try<Outcome>>;
}

export interface PastPage<T> {
  /** Newest first. */
  readonly items: readonly T[];
  /** Of the next page; null: this was the last one. */
  readonly next: string | null;
  readonly total: number;
}

/** What happened before anybody listened, newest first, many to a request. */
export interface GitHubHistory {
  pulls(base: string, cursor: string | null): Promise<Try<PastPage<PastPull>>>;
  deployments(cursor: string | null): Promise<Try<PastPage<PastDeployment>>>;
  /** What a landed change changed, kept like what a live one does; `sha` is what it landed as. */
  files(number: PrNumber, sha: Sha | null): Promise<Try<Read<readonly FileChange[]>>>;
  /** Asking costs nothing. */
  budget(): Promise<Try<Budget>>;
}

/** Requests that GitHub still answers this installation, of how many in the hour that ends at `until`. */
export interface Budget {
  readonly remaining: number;
  readonly limit: number;
  readonly until: Instant;
}

/** GitHub as one installation sees one repository. */
export interface GitHub {
  history(repo: RepoName, installationId: number): Promise<GitHubHistory>;
  reader(repo: RepoName, installationId: number): Promise<GitHubReader>;
  writer(repo: RepoName, installationId: number): Promise<GitHubWriter>;
}

export interface Clock {
  now(): Instant;
}

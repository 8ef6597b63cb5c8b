import type { Annotation } from "../core/model/effect.js";
import type { Commit } from "./git/commit.js";
import type { Faults } from "./faults.js";
import type { Past } from "./past.js";
import type { Random } from "./random.js";
import type { ActorPermission, Permission } from "./permissions.js";

/**
 * What the sandbox knows beside git: accounts, apps, repositories and what people said there. Branches, commits and
 * trees are never kept here; they are read from the bare repositories, so that both can't disagree.
 */
export interface World {
  /** Where bare repositories and the snapshot live. */
  readonly dataDir: string;
  /** The server's own address, without a slash at its end; set once it listens. */
  url: string;
  readonly now: () => number;
  readonly random: Random;
  readonly accounts: Map<string, Account>;
  readonly teams: Map<string, Team>;
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  readonly tokens: Map<string, InstallationToken>;
  /** By lower-case `owner/name`. */
  readonly repos: Map<string, Repo>;
  readonly deliveries: Delivery[];
  /** The last delivery under way of each app; the next one waits for it. */
  readonly sending: Map<number, Promise<void>>;
  /** Writes to one repository happen one after the other. */
  readonly locks: Map<number, Promise<unknown>>;
  readonly requests: RequestRecord[];
  /** Every move of a branch, oldest first. */
  readonly moves: MoveRecord[];
  /** Commits whose signature GitHub would have verified. */
  readonly signed: Set<string>;
  faults: Faults;
  nextId: number;
  /** What else happens when a branch moves or a check is asked for again: the sandbox's CI sits here. */
  readonly listeners: Listeners;
}

export interface MoveRecord {
  readonly repo: Repo;
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly by: Account;
  readonly at: number;
}

export interface Listeners {
  pushed: (repo: Repo, ref: string, sha: string | null) => void;
  rerequested: (repo: Repo, run: CheckRun) => void;
}

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
  readonly name: string;
  readonly email: string;
  /** What `Authorization: token …` must carry; null for bots of apps and organisations. */
  readonly token: string | null;
}

export interface Team {
  readonly id: number;
  readonly org: string;
  readonly slug: string;
  readonly members: string[];
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly owner: Account;
  readonly bot: Account;
  readonly permissions: Readonly<Record<string, Permission>>;
  readonly events: readonly string[];
  /** PEM. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly hookSecret: string;
  hookUrl: string | null;
  readonly createdAt: number;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly account: Account;
  /** Null: all repositories of the account. */
  readonly repoIds: number[] | null;
  permissions: Record<string, Permission>;
  readonly createdAt: number;
}

export interface InstallationToken {
  readonly token: string;
  readonly installationId: number;
  readonly permissions: Readonly<Record<string, Permission>>;
  readonly repoIds: number[] | null;
  readonly expiresAt: number;
}

/** Who sends a request. */
export type Caller =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app"; readonly app: App }
  | {
      readonly kind: "installation";
      readonly app: App;
      readonly installation: Installation;
      readonly token: InstallationToken;
    }
  | { readonly kind: "user"; readonly account: Account };

export interface Repo {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** The bare repository. */
  readonly dir: string;
  readonly parent: Repo | null;
  readonly createdAt: number;
  pushedAt: number;
  readonly collaborators: Map<string, ActorPermission>;
  readonly labels: Map<string, Label>;
  readonly issues: Map<number, Issue>;
  readonly labelChanges: LabelChange[];
  readonly comments: Map<number, Comment>;
  readonly suites: Map<number, CheckSuite>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly statuses: CommitStatus[];
  readonly deployments: Map<number, Deployment>;
  readonly rules: Map<string, BranchRules>;
  /** What its GraphQL tells of the time before the sandbox began. */
  past: Past;
  nextNumber: number;
}

export interface BranchRules {
  /** Contexts that must have succeeded on a commit before the branch may move to it. */
  readonly requiredChecks: readonly { readonly context: string; readonly appId: number | null }[];
  readonly requiredApprovals: number;
  /** Slugs of apps and logins of people that these rules don't bind. */
  readonly bypass: readonly string[];
  /** Refuse moves that aren't fast-forwards. */
  readonly nonFastForward: "refused" | "allowed";
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

/** A label was put on an issue or taken off it. */
export interface LabelChange {
  readonly id: number;
  readonly issue: number;
  readonly event: "labeled" | "unlabeled";
  readonly label: string;
  readonly by: Account;
  readonly at: number;
}

/** An issue; a pull request is an issue with `pull`. They share numbers, comments and labels, as on GitHub. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly user: Account;
  title: string;
  body: string | null;
  state: "open" | "closed";
  labels: string[];
  assignees: Account[];
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: Account | null;
  readonly pull: Pull | null;
}

export interface Pull {
  readonly id: number;
  draft: boolean;
  readonly headRef: string;
  /** Null once the head's repository is gone. */
  readonly headRepo: Repo | null;
  headSha: string;
  baseRef: string;
  /** The base branch's tip when the pull request was opened or last pushed to, as GitHub reports it. */
  baseSha: string;
  merged: MergeRecord | null;
  readonly reviews: Review[];
  requestedReviewers: string[];
  requestedTeams: string[];
  mergeability: Mergeability | null;
}

export interface MergeRecord {
  readonly sha: string;
  readonly by: Account;
  readonly at: number;
}

/** The last computed answer, for the commits it was computed of. */
export interface Mergeability {
  readonly base: string;
  readonly head: string;
  readonly mergeable: boolean;
  /** GitHub's test merge commit; null when the merge conflicts. */
  readonly commit: string | null;
  /** Reads left that still see it as unknown or stale (a fault knob). */
  unknownReads: number;
}

export interface Review {
  readonly id: number;
  readonly user: Account;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  body: string;
  readonly commitId: string;
  readonly submittedAt: number;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: Account;
  readonly appId: number | null;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
}

export type CheckState = "queued" | "in_progress" | "completed" | "waiting" | "requested" | "pending";

export interface CheckSuite {
  readonly id: number;
  readonly appId: number;
  readonly headSha: string;
  readonly headCommit: Commit;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly createdAt: number;
  updatedAt: number;
}

export interface CheckRun {
  readonly id: number;
  readonly suiteId: number;
  readonly appId: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  status: CheckState;
  conclusion: string | null;
  startedAt: number;
  completedAt: number | null;
  detailsUrl: string | null;
  output: CheckOutput;
  actions: unknown[];
}

export interface CheckOutput {
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly annotations: readonly Annotation[];
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: number;
}

export interface Deployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly creator: Account;
  readonly createdAt: number;
  readonly statuses: DeploymentStatus[];
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string | null;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly creator: Account;
  readonly createdAt: number;
}

/** A webhook that was sent, or would have been but for a fault. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly appId: number;
  readonly installationId: number;
  readonly repoId: number | null;
  readonly event: string;
  readonly action: string | null;
  readonly payload: string;
  readonly redelivery: boolean;
  deliveredAt: number;
  /** Milliseconds. */
  duration: number;
  /** 0 while no answer has come. */
  statusCode: number;
  outcome: "pending" | "ok" | "failed" | "dropped";
}

/** `creating` counts against GitHub's secondary limits; `not-modified` against none. */
export type RequestKind = "read" | "not-modified" | "creating" | "token";

export interface RequestRecord {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** GitHub's own template: `GET /repos/{owner}/{repo}/pulls/{pull_number}`; null when no route matched. */
  readonly operation: string | null;
  /** `drumline[bot]`, `alice`, `app drumline` or `anonymous`. */
  readonly actor: string;
  readonly status: number;
  readonly kind: RequestKind;
  readonly ms: number;
}

export function takeId(world: World): number {
  world.nextId += 1;
  return world.nextId;
}

/** Runs `work` once every earlier write to this repository is done. Not re-entrant. */
export async function withLock<T>(world: World, repo: Repo, work: () => Promise<T>): Promise<T> {
  const before = world.locks.get(repo.id) ?? Promise.resolve();
  const mine = before.then(work, work);
  world.locks.set(
    repo.id,
    mine.catch(() => undefined),
  );
  return await mine;
}

export function repoKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

export function fullName(repo: Repo): string {
  return `${repo.owner.login}/${repo.name}`;
}

export function account(world: World, login: string): Account | undefined {
  return world.accounts.get(login.toLowerCase());
}

export function pullsOf(repo: Repo): PullIssue[] {
  return [...repo.issues.values()].filter(isPull);
}

export type PullIssue = Issue & { readonly pull: Pull };

export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== null;
}

/** Whom a caller acts as: the app's bot for an installation. */
export function actsAs(caller: Caller): Account | null {
  if (caller.kind === "user") return caller.account;
  if (caller.kind === "installation") return caller.app.bot;
  return null;
}

export function callerName(caller: Caller): string {
  if (caller.kind === "app") return `app ${caller.app.slug}`;
  return actsAs(caller)?.login ?? "anonymous";
}

import type { ActorKind, Permission } from "../model/actor.js";
import type { FileStatus } from "../model/change.js";
import type { Level, PacedClass, Reversibility } from "../model/classification.js";
import type { Login } from "../model/ids.js";
import type { Station } from "../model/station.js";
import type { Path } from "../model/verdict.js";
import type { TimeSpan } from "./calendar.js";

/**
 * A policy as governance applies it: checked, with every default filled in. Plain data (JSON), so that it can be
 * recorded beside the decisions that followed from it.
 *
 * Every rule whose condition is true applies, and what several rules need adds up, on top of `always`. Only a rule
 * that moves changes by itself lifts `always`, and nothing lifts what another rule needs.
 */
export interface Policy {
  /** Where it was read, for messages. */
  readonly path: string;
  /** Names of the texts it extends, nearest first. */
  readonly extends: readonly string[];
  readonly rules: readonly Rule[];
  readonly precedents: readonly Precedent[];
  /** What every change needs; only a rule that moves it by itself lifts this. */
  readonly always: Needs;
  /** Whose request for changes stops a change until they answer again. */
  readonly vetoes: readonly Who[];
  /** What voids an approval: a push that changes the diff, or any push. */
  readonly voidedBy: "change" | "push";
  readonly queue: QueueSettings;
  readonly pace: PaceSettings;
  readonly report: ReportSettings;
  readonly show: ShowSettings;
  readonly actors: ActorPatterns;
  /** Who may give which command, by the command's name. */
  readonly commands: Readonly<Record<CommandWord, readonly Who[]>>;
  readonly risk: RiskThresholds;
  /** Share of what moves by itself that a person looks at after it has landed, 0 to 1. */
  readonly auditShare: number;
}

/** What a person may tell Drumline in a comment. */
export const commandWords = [
  "queue",
  "dequeue",
  "hold",
  "resume",
  "explain",
  "human",
  "refuse",
  "override",
  "pause",
  "drain",
] as const;
export type CommandWord = (typeof commandWords)[number];

/** Where something stands in a policy text, from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly col: number;
}

export interface Rule {
  readonly name: string;
  /** Shown to whoever the rule stops. */
  readonly why: string;
  /** `@login` or `@org/team`: who answers for the rule, and is asked when it escalates. */
  readonly owner: Who | null;
  /** `YYYY-MM-DD`: after that day the rule warns, and a rule that moves changes by itself stops doing so. */
  readonly reviewBy: string | null;
  /** Null: every change. */
  readonly when: Condition | null;
  /** The path that the change is on while the rule's needs are not met; `auto` moves it once they are. */
  readonly then: Path;
  readonly needs: Needs;
  /** What an automatic rule falls back to when it trips. */
  readonly downgrade: Exclude<Path, "auto"> | null;
  readonly trips: Trips | null;
  /** Who may override this rule; null: whoever may give the command. */
  readonly override: readonly Who[] | null;
  /** A rule that a text which extends this one may neither replace nor remove. */
  readonly locked: boolean;
  readonly place: Place;
}

/** An automatic rule stops moving changes by itself after so many bad outcomes within so many days. */
export interface Trips {
  readonly reverts: number;
  readonly days: number;
}

/** A human judgment kept as a rule: what was blocked or allowed, why, by whom, until when. */
export interface Precedent {
  readonly name: string;
  readonly rule: Rule;
  /** Where it came from: a pull request or incident, as written. */
  readonly origin: string;
}

/** Somebody, or everybody who is something. */
export type Who =
  | { readonly is: "login"; readonly login: Login }
  /** `org/team`. */
  | { readonly is: "team"; readonly team: string }
  /** Whoever holds at least this permission. */
  | { readonly is: "permission"; readonly permission: Permission }
  | { readonly is: "kind"; readonly kind: ActorKind }
  /** Without permission to write. */
  | { readonly is: "outsider" }
  /** The CODEOWNERS of the paths that the change touches. */
  | { readonly is: "owners" }
  /** Whoever opened the pull request. */
  | { readonly is: "author" };

export type Quantifier = "any" | "only" | "none";
export type Comparison = { readonly op: "<" | "<=" | "=" | ">=" | ">"; readonly value: number };

/** A glob, or a regular expression in RE2's syntax (`/…/`, `/…/i`). */
export interface Pattern {
  readonly kind: "glob" | "regex";
  readonly source: string;
  readonly ignoreCase: boolean;
}

export type Condition =
  | { readonly test: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly test: "not"; readonly of: Condition }
  | {
      readonly test: "paths";
      readonly quantifier: Quantifier;
      readonly patterns: readonly Pattern[];
      readonly status: readonly FileStatus[];
      /** Files that are left out of account. */
      readonly except: readonly Pattern[];
    }
  | {
      readonly test: "lines";
      readonly side: "added" | "removed" | "either";
      readonly patterns: readonly Pattern[];
      /** Only lines of files that match; empty: all files. */
      readonly in: readonly Pattern[];
    }
  | { readonly test: "size"; readonly of: "lines" | "added" | "deleted" | "files"; readonly is: Comparison }
  | { readonly test: "author"; readonly who: readonly Who[] }
  | { readonly test: "contributors"; readonly quantifier: Quantifier; readonly who: readonly Who[] }
  | { readonly test: "base" | "head" | "title" | "body" | "repository"; readonly patterns: readonly Pattern[] }
  /** So many of these approved it as it stands. */
  | { readonly test: "approved"; readonly count: number; readonly from: readonly Who[] }
  | { readonly test: "sections"; readonly names: readonly string[] }
  | { readonly test: "owned"; readonly is: boolean }
  | { readonly test: "fork"; readonly is: boolean }
  | { readonly test: "signed"; readonly is: boolean }
  | { readonly test: "depends"; readonly is: boolean }
  | { readonly test: "labels"; readonly names: readonly Pattern[]; readonly by: readonly Who[] }
  | { readonly test: "checks"; readonly checks: readonly CheckName[]; readonly is: "passed" | "failed" | "running" }
  | { readonly test: "time"; readonly spans: readonly TimeSpan[] }
  | { readonly test: "age"; readonly is: Comparison }
  | {
      readonly test: "update";
      readonly names: readonly Pattern[];
      readonly levels: readonly UpdateLevel[];
      readonly by: readonly string[];
    }
  | { readonly test: "findings"; readonly detectors: readonly Pattern[] }
  | { readonly test: "hazard"; readonly is: readonly Level[] }
  | { readonly test: "reversibility"; readonly is: readonly Reversibility[] }
  | { readonly test: "risk"; readonly levels: readonly Level[]; readonly score: Comparison | null }
  | { readonly test: "station"; readonly is: readonly Station[] }
  | { readonly test: "autonomy"; readonly is: readonly Autonomy[] }
  | { readonly test: "precedents"; readonly names: readonly string[] };

export const updateLevels = ["patch", "minor", "major", "digest", "unknown"] as const;
export type UpdateLevel = (typeof updateLevels)[number];

/** How much this class of change by this kind of author may do by itself; earned by outcomes. */
export const autonomies = ["none", "watched", "earned"] as const;
export type Autonomy = (typeof autonomies)[number];

/** A check or status; with an app, only as set by that app. */
export interface CheckName {
  readonly name: string;
  readonly app: string | null;
}

export interface Needs {
  readonly approvals: readonly ApprovalNeed[];
  readonly evidence: readonly Evidence[];
}

export interface ApprovalNeed {
  readonly count: number;
  /** Any of these may give it. */
  readonly from: readonly Who[];
  /** One approval for each set of owners of the touched paths, as CODEOWNERS says, instead of `count` in all. */
  readonly eachOwner: boolean;
  /** May the author's own approval count? */
  readonly author: boolean;
  /** May that of somebody who wrote or committed part of it count? */
  readonly committers: boolean;
  /** Given by somebody who isn't counted for any other need that says so too. */
  readonly distinct: boolean;
}

export type Evidence =
  | { readonly kind: "check"; readonly check: CheckName }
  /** A section of the body that says something. */
  | { readonly kind: "section"; readonly name: string }
  | { readonly kind: "issue" }
  | { readonly kind: "deployment"; readonly environment: string }
  | { readonly kind: "label"; readonly name: string; readonly by: readonly Who[] }
  /** A command given for the change as it stands. */
  | { readonly kind: "command"; readonly command: CommandWord; readonly by: readonly Who[] }
  | { readonly kind: "condition"; readonly condition: Condition };

export interface QueueSettings {
  /** Beside those that the repository's own rules require. */
  readonly checks: readonly CheckName[];
  /** Those that hold nothing up where no check is named or required. */
  readonly optional: readonly string[];
  /** CI in two steps: these must pass on the change by itself before the queue tests it. It keeps its place meanwhile. */
  readonly ownChecks: readonly CheckName[];
  /** Most changes that a group adds to the one that it is built upon. */
  readonly groupSize: number;
  /** Groups tested at the same time. */
  readonly slots: number;
  /** Groups tested at the same time by all queues of the installation; null: this one counts alone. */
  readonly sharedSlots: number | null;
  /** Most changes landed in an hour; null: no limit. */
  readonly perHour: number | null;
  readonly timeoutMinutes: number;
  readonly flakeRetries: number;
  readonly start: { readonly auto: QueueStart; readonly review: QueueStart };
  readonly hotfixLabel: string | null;
  /** Label to priority; higher goes first, no label is 0. */
  readonly priorities: Readonly<Record<string, number>>;
  /** Landing only within one of these; empty: always. */
  readonly windows: readonly TimeSpan[];
  readonly freezes: readonly Freeze[];
  /** Null: one lane, in which every change overlaps every other. */
  readonly lanes: LaneSettings | null;
}

/** What tells which changes can affect each other; those that can't are tested apart and land in parallel. */
export interface LaneSettings {
  /** Parts of the repository by name; a path may be in several. */
  readonly scopes: readonly { readonly name: string; readonly paths: readonly Pattern[] }[];
  /** The check in whose text CI reports the targets that a head affects; null: none, scopes tell. */
  readonly affected: CheckName | null;
}

export type QueueStart = "automatically" | "on-command";

export interface Freeze {
  readonly name: string;
  readonly span: TimeSpan;
  /** It holds what touches one of these scopes or targets; left out: every change. */
  readonly lanes?: readonly string[];
  /** Changes that may land nevertheless. */
  readonly except: Condition | null;
}

/** How the line is paced by its constraint. */
export interface PaceSettings {
  readonly rope: PaceMode;
  /** Whether landings keep to what production absorbs. */
  readonly drum: PaceMode;
  /** Most of a class that land in a window, in place of what was measured; null: as measured. */
  readonly absorbs: Readonly<Record<PacedClass, number | null>>;
  /** The gate lets everything through after so many hours. */
  readonly longestHoldHours: number;
}

/** Whether something waits for the pace: never, only in words, or in fact. */
export const paceModes = ["off", "observe", "on"] as const;
export type PaceMode = (typeof paceModes)[number];

/** What is told in the repository's issues, unasked; nothing unless the policy says so. */
export interface ReportSettings {
  /** One issue a week with the brief. */
  readonly weekly: boolean;
  /** One issue with the reviewers' list, edited each working day. */
  readonly daily: boolean;
  /** IANA name: whose weeks and working days. */
  readonly zone: string;
}

export interface ShowSettings {
  readonly labels: boolean;
  readonly comment: boolean;
}

/** Logins, `*` allowed, of machine accounts. A login with `[bot]` that is in neither list is a bot. */
export interface ActorPatterns {
  readonly bots: readonly string[];
  readonly agents: readonly string[];
}

/** Scores from which on a change has this level. */
export interface RiskThresholds {
  readonly medium: number;
  readonly high: number;
  readonly critical: number;
}

import type { Reason } from "../model/reason.js";
import type { TimeSpan } from "../policy/calendar.js";
import type { FailureCause } from "./state.js";

/**
 * What the planner is told and what it answers. Times are minutes: in a bench from its own zero, in a real queue
 * since 1970 UTC (an `Instant` divided by 60,000). Every optional field has the default that its comment names, so a
 * snapshot of the queue bench is a whole snapshot.
 */

/** A change's or a build's name: whatever the caller uses, equal by `===`. */
export type Id = number | string;
/** A part of the repository that a change touches; two changes that share one overlap. */
export type Target = number | string;

export interface QueuedChange<C extends Id = Id> {
  readonly id: C;
  /** When it entered the queue. */
  readonly arrivedAt: number;
  readonly targets: readonly Target[];
  /** Probability that it is good by itself, from history; calibrated by whoever tells. */
  readonly passProbability: number;
  /** How long its own work in CI is expected to take. */
  readonly expectedMinutes: number;
  /** Higher goes first; default 0. */
  readonly priority?: number;
  /** Goes before everything that it doesn't depend on; default false. */
  readonly hotfix?: boolean;
  /** Undoes or repairs what broke the branch: goes first, and is tested although the branch is red. Default false. */
  readonly mends?: boolean;
  /**
   * The cheap checks on the change by itself, of CI in two steps: it is built once they have passed and keeps its place
   * meanwhile; default `passed`.
   */
  readonly ownChecks?: "passed" | "running" | "failed";
  /** Changes that must land before it; one that is neither queued nor in `landed` holds it. Default none. */
  readonly dependsOn?: readonly C[];
  /** The change whose branch this one is stacked on, while that one is queued. A dependency too. */
  readonly stackedOn?: C | null;
  /** `irreversible` and `unknown` change land alone or last in their group; default `reversible`. */
  readonly reversibility?: "reversible" | "recoverable" | "irreversible" | "unknown";
  /** Probability of harm, 0 to 1; default 0. Breaks ties only: it never overrides reversibility. */
  readonly risk?: number;
  /** A lane's name, for freezes; lanes themselves follow from targets. */
  readonly lane?: string;
  /** Lines added and deleted; default unknown. */
  readonly size?: number;
  /** Minutes of the constraint's time that landing it will take; default 0. Less goes first. */
  readonly constraintMinutes?: number;
}

export interface LandedChange<C extends Id = Id> {
  readonly id: C;
  readonly at: number;
  /** How many changes had landed before it. */
  readonly seq: number;
  readonly targets: readonly Target[];
  /** For throttles, as in `QueuedChange`. */
  readonly lane?: string;
  readonly reversibility?: QueuedChange["reversibility"];
  /** The branch as it stood afterwards was tested only part by part: it vouches for nothing. Default false. */
  readonly composed?: boolean;
}

export type BuildStatus = "running" | "passed" | "failed";

/** A build's content is the first `base` landed changes and then its members, in order. */
export interface PlannedBuild<C extends Id = Id, B extends Id = Id> {
  readonly id: B;
  readonly base: number;
  readonly members: readonly C[];
  /** By the required checks alone: passed once they all have, whatever the optional ones say or still do. */
  readonly status: BuildStatus;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /**
   * Why it failed, as far as CI's own words tell. Only `content` and `conflict` speak about the members; a conflict is
   * certain, a failure of content may still be a flake that nobody recognised. Default `content`.
   */
  readonly failure?: FailureCause;
  /** How many times these members have been tried on this base, from 1; default 1. */
  readonly attempt?: number;
}

/** What people and the calendar allow now. Everything absent is allowed. */
export interface Controls<C extends Id = Id> {
  /** Nothing starts and nothing lands; what runs goes on and keeps its proof. */
  readonly paused?: boolean | { readonly by: string; readonly why: string };
  /** What is in a build already goes on to its end; no other change is started. */
  readonly drain?: boolean;
  readonly freezes?: readonly Freeze<C>[];
  /** Changes land only while one of the windows that concern them is open. */
  readonly windows?: readonly MergeWindow[];
  readonly throttles?: readonly Throttle[];
  /** Changes that wait with their landing for the pace of what comes after it; hotfixes never do. */
  readonly paced?: ReadonlyArray<PacedChange<C>>;
  /** At most so many builds start at one planning; default no limit. */
  readonly startsMax?: number;
  /** May a change that never failed be built twice at once, against flakes? Default true. */
  readonly twice?: boolean;
  /**
   * A build adds at most so many changes to the build that it is made upon (a policy's `group_size`), whose own proof
   * it needs; default 64.
   */
  readonly membersMax?: number;
  /**
   * A change that failed by itself is tried again at most so often before it is ejected (a policy's `flake_retries`);
   * less often where the odds speak against a flake. Default: as often as the odds say.
   */
  readonly flakeRetries?: number;
}

/** Which changes a control concerns: all of what is given must match; nothing given: every change. */
export interface Scope {
  readonly lane?: string;
  readonly reversibility?: QueuedChange["reversibility"];
}

export interface Freeze<C extends Id = Id> extends Scope {
  /** What people call it. */
  readonly name?: string;
  /** When it holds; default always. One in an unknown time zone always holds. */
  readonly span?: TimeSpan;
  /** Changes that pass all the same. */
  readonly except?: readonly C[];
  /** Do hotfixes pass? Default true. */
  readonly hotfixPasses?: boolean;
}

/** Hotfixes pass. One in an unknown time zone never opens. */
export interface MergeWindow extends Scope {
  readonly span: TimeSpan;
}

/** At most so many of the changes concerned land in any hour; hotfixes pass, and count. */
export interface Throttle extends Scope {
  /** 1 or more. */
  readonly perHour: number;
}

export interface PacedChange<C extends Id = Id> {
  readonly id: C;
  /** When it is let through whatever comes, if it isn't before. */
  readonly until: number;
  /** With when it is expected to be let through. */
  readonly reason: Extract<Reason, { code: "drum-full" | "deploy-full" }>;
}

/** The branch by itself, as it stands: what its own checks or a build of nothing but it say. */
export interface Trunk {
  /** `unknown`: nobody has looked since it moved. */
  readonly status: "unknown" | "running" | "green" | "red";
  /** When that was said; of a build that runs, when it started. */
  readonly at: number;
  /** How often in a row this same branch has been seen red; default 1 when red. */
  readonly failures?: number;
  /** When it was last seen red: what failed and was started before that says nothing about its members. */
  readonly redUntil?: number;
}

export interface PlanSnapshot<C extends Id = Id, B extends Id = Id> {
  readonly now: number;
  /** Builds that may run at once. */
  readonly slots: number;
  /** Of these, how many are taken by others, such as another repository's queue on the same runners; default 0. */
  readonly slotsUsedElsewhere?: number;
  /** Probability that two overlapping changes break each other. */
  readonly conflictProbability: number;
  /** Only changes that arrived within so many minutes of each other can break each other. */
  readonly conflictHorizonMinutes: number;
  /** Probability that a build of good content fails all the same. */
  readonly flakeProbability: number;
  /** Does a build reuse the work that another build of the same change has done or is doing? */
  readonly sharedCache: boolean;
  /** How many changes have landed, ever. */
  readonly landedCount: number;
  /** Undecided, by arrival. */
  readonly queue: readonly QueuedChange<C>[];
  /** Landed recently: at least every one that a listed build doesn't contain, and those that a throttle counts. */
  readonly landed: readonly LandedChange<C>[];
  readonly builds: readonly PlannedBuild<C, B>[];
  readonly controls?: Controls<C>;
  /** Absent: the branch can't be built by itself, and is taken to be green. */
  readonly trunk?: Trunk;
}

/** What to do, applied in this order. */
export interface PlanAnswer<C extends Id = Id, B extends Id = Id> {
  /** Each group lands as one, in order, on the proof of one passed build. */
  readonly land: readonly (readonly C[])[];
  /** Proven bad: leave the queue. */
  readonly reject: readonly C[];
  /** Running builds whose answer is no longer worth a slot. */
  readonly cancel: readonly B[];
  /** Builds to start on the branch as it stands now, members in landing order. */
  readonly start: readonly (readonly C[])[];
  /** Build the branch by itself, before all others: its answer comes back as `trunk`. Only where the snapshot has one. */
  readonly control?: true;
}

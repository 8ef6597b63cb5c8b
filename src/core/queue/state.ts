import type { GroupMember } from "../model/effect.js";
import type { Instant, Login, PrNumber, Sha } from "../model/ids.js";
import type { Risk } from "../model/classification.js";
import type { Reason } from "../model/reason.js";
import type { Station } from "../model/station.js";
import type { RecordedHead } from "../facts/facts.js";
import type { Standing } from "../governance/standing.js";

/**
 * What a queue remembers between two decisions; everything else is read anew. A unit's words are the digests of what
 * was last said about it, so that nothing is said twice.
 *
 *   unit:  proposed ── queue ──► queued ──► landed
 *                        ▲          │ ejected, dequeued, head moved
 *                        └──────────┘
 *   group: building ──► testing ──► passed ──► landing ──► (gone, members landed)
 *              │            │         └► composing ► composed ─┘ where lanes land in parallel (`line/compose.ts`)
 *              │            └─────► failed ──► (gone when its culprit is known)
 *              └► conflict ► (gone, the member that conflicts is ejected)
 */
export interface QueueState {
  readonly units: Readonly<Record<number, UnitState>>;
  readonly groups: readonly GroupState[];
  /** Landings in order, newest last, bounded: what the planner needs to know which builds went stale. */
  readonly landed: readonly Landing[];
  /** Numbers the next group. */
  readonly nextGroup: number;
  /** How many changes this queue has landed in all. */
  readonly landedCount: number;
  /** Set when a landed tree was not the tested one; a person must resume. */
  readonly stopped: { readonly why: string; readonly at: Instant } | null;
  readonly paused: { readonly by: Login; readonly why: string; readonly at: Instant } | null;
  /** What is in a build goes on, nothing new begins; left out or null: no. */
  readonly draining?: { readonly by: Login; readonly at: Instant } | null;
  /** Digest of the lanes whose targets `touched` names; null or left out: the policy has none. */
  readonly lanes?: string | null;
  /** What the base last said of itself, without any change on it; left out: nobody has asked. */
  readonly trunk?: TrunkState;
  /** Landings whose time had been forecast, and how many fell inside their 80 % range; left out: none yet. */
  readonly forecasts?: { readonly told: number; readonly held: number };
  /** Highest comment id whose commands were taken in, by pull request. */
  readonly commandsSeen: Readonly<Record<number, number>>;
}

export interface TrunkState {
  /** Where the base stood: of another commit it says nothing. */
  readonly sha: Sha;
  readonly status: "green" | "red";
  readonly at: Instant;
  /** How often in a row this commit has been seen red. */
  readonly failures: number;
  /** When it was last seen red, this commit or one before it; null: never. */
  readonly redUntil: Instant | null;
  /** Of the checks that failed. */
  readonly urls: readonly string[];
}

export interface UnitState {
  readonly number: PrNumber;
  /** The head that the standing and the place in line speak about. */
  readonly headSha: Sha;
  readonly standing: Standing;
  readonly place:
    | { readonly kind: "proposed" }
    | {
        readonly kind: "queued";
        readonly at: Instant;
        /** Null: by policy. */ readonly by: Login | null;
        readonly hotfix: boolean;
        /** Let in by an automatic path, or by people's judgment. */
        readonly moved: "auto" | "judged";
        /** The automatic rules that let it in; left out: none. */
        readonly rules?: readonly string[];
      }
    | { readonly kind: "ejected"; readonly at: Instant; readonly headSha: Sha; readonly why: Ejection }
    | {
        readonly kind: "landed";
        readonly at: Instant;
        readonly sha: Sha;
        readonly moved: "auto" | "judged";
        readonly rules?: readonly string[];
        /** The groups that its tree is composed of; left out: it landed as it was tested. */
        readonly parts?: readonly string[];
        /** Drawn for an audit, as this share of what moved by itself was; left out: not drawn. */
        readonly audit?: { readonly share: number };
        /** Has the check said so? */ readonly told: boolean;
      };
  /** Its stay at the gate; left out: it never came to it. */
  readonly gate?: GateStay;
  /** When it was likely to land, as it was last said; null while it is not in the queue, or nobody can say. */
  readonly expected: ExpectedLanding | null;
  /** What was said first in this stay, where it did not stand: accuracy is counted by it. Left out: nothing else was said. */
  readonly expectedFirst?: LandingRange;
  /** Judged once a head, so that a change's risk doesn't waver while others land. */
  readonly risk: Risk | null;
  /** Heads that we saw, oldest first, with the digests of their diffs. */
  readonly heads: readonly RecordedHead[];
  /** How many things were said about it: numbers the next one. */
  readonly words: number;
  /** Digests of what was last said: check, labels, comment. */
  readonly said: Readonly<Partial<Record<"check" | "labels" | "comment", string>>>;
  /** Commands that were refused lately, with why; said once. */
  readonly denied: readonly Reason[];
  /** Labels that we set, so that only our own are ever taken away. */
  readonly ourLabels: readonly string[];
}

/** An 80 % range. */
export interface LandingRange {
  readonly from: Instant;
  readonly to: Instant;
}

export interface ExpectedLanding extends LandingRange {
  /** When the pace of landings was expected to let it through; left out: it didn't hold it. */
  readonly after?: Instant;
}

/** A stay at the gate, as it was last said; nothing in it changes while it is true, so that it is said once. */
export interface GateStay {
  /** The station whose buffer was full when it came. */
  readonly station: Station;
  readonly since: Instant;
  /** When it is expected to be let through; never later than `latest`. */
  readonly until: Instant;
  readonly latest: Instant;
  /** Minutes of ready work before the constraint when it came, and how many are enough. */
  readonly ready: number;
  readonly enough: number;
  /** Null while it is held. One that was let through is never held again. */
  readonly released: Instant | null;
  /** Not held in fact: the policy only watches. */
  readonly observed: boolean;
}

export type Ejection =
  | {
      readonly kind: "red";
      readonly group: string;
      readonly urls: readonly string[];
      readonly with: readonly PrNumber[];
    }
  | { readonly kind: "conflict"; readonly group: string; readonly with: readonly PrNumber[] }
  | { readonly kind: "dequeued"; readonly by: Login };

export interface GroupState {
  readonly id: string;
  readonly slot: number;
  readonly branch: string;
  /** Empty: a control build, of the base by itself. */
  readonly members: readonly GroupMember[];
  /** Landings before it: its content is the first `base` landed changes and its members. */
  readonly base: number;
  /** The base as it stood, then the commits of the groups that it follows: it can land while the base stands at one of them. */
  readonly lineage: readonly Sha[];
  /** The group whose commit it is built on; null when that is the base itself. */
  readonly follows: string | null;
  readonly startedAt: Instant;
  /** From 1; a suspected flake is tried again as a new group with the next number. */
  readonly attempt: number;
  readonly phase:
    /** Waits for the commit of the group that it follows, or for GitHub to merge it. */
    | { readonly kind: "building" }
    | { readonly kind: "testing"; readonly sha: Sha; readonly tree: Sha; readonly since: Instant }
    | { readonly kind: "passed"; readonly sha: Sha; readonly tree: Sha; readonly at: Instant }
    | {
        readonly kind: "failed";
        readonly sha: Sha | null;
        readonly at: Instant;
        readonly names: readonly string[];
        readonly urls: readonly string[];
        readonly cause: FailureCause;
      }
    /** Passed as `sha`, and is being merged onto a base that has moved by what touches nothing of it. */
    | {
        readonly kind: "composing";
        readonly sha: Sha;
        readonly tree: Sha;
        readonly at: Instant;
        readonly composition: Composition;
      }
    /** `sha` is the merge, which nobody tested as it is. */
    | { readonly kind: "composed"; readonly sha: Sha; readonly tree: Sha; readonly composition: Composition }
    | {
        readonly kind: "landing";
        readonly sha: Sha;
        readonly tree: Sha;
        readonly composition?: Composition;
        /** What its members touch, by number; one that is left out touches everything. */
        readonly touched?: Readonly<Record<number, readonly string[]>>;
      };
}

/** A landing that is a merge of parts, each of which was tested. */
export interface Composition {
  /** Where the base stood. */
  readonly onto: Sha;
  /** The groups, by id, that passed apart from each other and make up the tree; its own is the last. */
  readonly parts: readonly string[];
}

/** Only content and conflict eject. */
export type FailureCause = "content" | "flake" | "infrastructure" | "timeout" | "conflict" | "policy";

export interface Landing {
  readonly number: PrNumber;
  readonly group: string;
  /** Its branch: what was stacked on it is retargeted. */
  readonly headRef: string;
  /** Where the base stood before. */
  readonly from: Sha;
  readonly sha: Sha;
  readonly seq: number;
  readonly at: Instant;
  /** Paths it touched. */
  readonly targets: readonly string[];
  /** The targets that it touched, of the policy's lanes; left out: everything. */
  readonly touched?: readonly string[];
  /** Left out: it landed as it was tested. */
  readonly composition?: Composition;
}

export const emptyQueueState: QueueState = {
  units: {},
  groups: [],
  landed: [],
  nextGroup: 1,
  landedCount: 0,
  stopped: null,
  paused: null,
  commandsSeen: {},
};

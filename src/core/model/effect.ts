import type { PrNumber, Sha } from "./ids.js";

/**
 * What a decision wants done, as data. `id` is stable: the same wish has the same id however often it is decided, and
 * performing it twice is harmless. Each names its precondition (a head or base commit); when that no longer holds the
 * outcome is `refused`, never a guess. Effects of the line are performed in order inside a queue's run; words are
 * posted apart, so that a slow comment never holds up a landing.
 */
export type Effect = LineEffect | WordsEffect;

export type LineEffect =
  | {
      /** Merge the members' heads, in order, onto the base and put the result on the slot's branch for CI. */
      readonly kind: "build";
      readonly id: string;
      readonly group: string;
      readonly branch: string;
      readonly staging: string;
      /** The base as it stands, or the tested commit of the group that this one follows. */
      readonly onto: Sha;
      /** Those that are not yet in `onto`; none: a commit of `onto` as it is, for CI to look at it by itself. */
      readonly members: readonly GroupMember[];
      readonly attempt: number;
    }
  | {
      /** Merge a passed group's members onto the base as it stands, for no CI to look at: `core/line/compose.ts`. */
      readonly kind: "compose";
      readonly id: string;
      readonly group: string;
      readonly staging: string;
      readonly onto: Sha;
      readonly members: readonly GroupMember[];
      /** The groups that were tested apart, for the merge commits' messages. */
      readonly parts: readonly string[];
    }
  | {
      /** Fast-forward the base to exactly the tested commit, or to the one that was composed. */
      readonly kind: "land";
      readonly id: string;
      readonly group: string;
      readonly base: string;
      /** Precondition: the base stands at `from`. */
      readonly from: Sha;
      readonly to: Sha;
      /** Tree of `to` as it was tested or composed; read back after landing. */
      readonly tree: Sha;
      readonly members: readonly GroupMember[];
    }
  | {
      /** Point a stacked pull request at the base once the one below it has landed. */
      readonly kind: "retarget";
      readonly id: string;
      readonly number: PrNumber;
      /** Precondition: it still points at `from`. */
      readonly from: string;
      readonly to: string;
    };

export interface GroupMember {
  readonly number: PrNumber;
  readonly headSha: Sha;
  /** For the merge commit's message. */
  readonly title: string;
  readonly headRef: string;
}

export type WordsEffect =
  | {
      readonly kind: "check";
      readonly id: string;
      readonly number: PrNumber;
      /** Precondition: a check speaks about this head and no other. */
      readonly headSha: Sha;
      readonly status: "queued" | "in_progress" | "completed";
      /** Null until completed. */
      readonly conclusion: "success" | "failure" | "neutral" | "action_required" | null;
      readonly title: string;
      /** Markdown, escaped. */
      readonly summary: string;
      readonly annotations: readonly Annotation[];
    }
  | {
      readonly kind: "labels";
      readonly id: string;
      readonly number: PrNumber;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | {
      /** The one comment of a work unit, edited in place. */
      readonly kind: "comment";
      readonly id: string;
      readonly number: PrNumber;
      readonly body: string;
    }
  | {
      /** An issue of our own, found again by its topic and edited in place. */
      readonly kind: "issue";
      readonly id: string;
      /** One issue each: `reviews:main`, `brief:main:2026-W47`. */
      readonly topic: string;
      /** Earlier issues whose topic begins so are closed when this one is opened; null: there are none. */
      readonly series: string | null;
      readonly title: string;
      /** Markdown, escaped. */
      readonly body: string;
    };

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}

/** What became of an effect. `refused`: its precondition no longer held. */
export type Outcome =
  | {
      readonly kind: "built";
      readonly effect: string;
      readonly group: string;
      readonly sha: Sha;
      readonly tree: Sha;
      readonly onto: Sha;
    }
  | {
      readonly kind: "composed";
      readonly effect: string;
      readonly group: string;
      readonly sha: Sha;
      readonly tree: Sha;
      readonly onto: Sha;
    }
  | { readonly kind: "build-conflict"; readonly effect: string; readonly group: string; readonly number: PrNumber }
  | { readonly kind: "landed"; readonly effect: string; readonly group: string; readonly sha: Sha; readonly tree: Sha }
  | {
      /** The base holds another tree than the one that was tested: the line stops. */
      readonly kind: "wrong-tree";
      readonly effect: string;
      readonly group: string;
      readonly expected: Sha;
      readonly found: Sha;
    }
  | { readonly kind: "retargeted"; readonly effect: string; readonly number: PrNumber }
  | { readonly kind: "posted"; readonly effect: string; readonly githubId: number | null }
  | { readonly kind: "refused"; readonly effect: string; readonly group: string | null; readonly why: string }
  | { readonly kind: "failed"; readonly effect: string; readonly group: string | null; readonly why: string };

/** At most one effect a target is wished for at a time: a newer one takes the place of an older that still waits. */
export function effectTarget(effect: Effect): string {
  switch (effect.kind) {
    case "build":
    case "compose":
    case "land":
      return `${effect.kind}:${effect.group}`;
    case "retarget":
    case "check":
    case "labels":
    case "comment":
      return `${effect.kind}:${effect.number}`;
    case "issue":
      return `issue:${effect.topic}`;
  }
}

export function isLineEffect(effect: Effect): effect is LineEffect {
  return effect.kind === "build" || effect.kind === "compose" || effect.kind === "land" || effect.kind === "retarget";
}

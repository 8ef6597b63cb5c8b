import type { ScoredFile } from "../../core/risk/change.js";

/** One commit of the default branch's first-parent history: a change as it landed. */
export interface LandedCommit {
  readonly sha: string;
  /** Committer time, seconds since 1970 UTC: when it landed. */
  readonly at: number;
  /** Digest of the address: only equality matters, and addresses stay out of the cache. */
  readonly author: string;
  readonly isBot: boolean;
  /** The pull request's title for a merge commit, else the first line. */
  readonly title: string;
  /** The message below the title, cut at `bodyCharsMax`: where reverts name what they take out. */
  readonly body: string;
  /** Pull request numbers that the commit is of. */
  readonly pulls: readonly number[];
  /** At most `filesReadMax`. */
  readonly files: readonly ScoredFile[];
  readonly fileCount: number;
  readonly added: number;
  readonly deleted: number;
  /** Digest of what the commit did to which blobs, and of the exact opposite; empty when nothing changed. */
  readonly did: string;
  readonly undid: string;
}

export const bodyCharsMax = 4000;

import { digestOf } from "../model/digest.js";
import type { PrNumber, RepoName, Sha } from "../model/ids.js";

/**
 * Whether a change that moved by itself is audited: `share` of them are, whatever anybody thinks of them. The draw is
 * a hash, so that it can be recomputed from the record; the commit that it landed as is in it, which an author does not
 * know beforehand and so cannot choose a head for.
 */
export function isAudited(
  change: { readonly repo: RepoName; readonly number: PrNumber; readonly head: Sha; readonly landed: Sha },
  share: number,
): boolean {
  const { repo, number, head, landed } = change;
  return drawOf(digestOf(["audit", repo, number, head, landed])) < share;
}

/** The first 48 bits of a digest as a number in [0, 1). */
function drawOf(digest: string): number {
  return parseInt(digest.slice(-12), 16) / 2 ** 48;
}

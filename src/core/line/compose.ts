import type { PrNumber, Sha } from "../model/ids.js";
import type { Composition, GroupState, Landing, QueueState } from "../queue/state.js";
import type { Touched } from "./touched.js";

/**
 * Lanes that land in parallel. A group that passed on a base which has moved since may land all the same where the base
 * has moved by our own landings only, and none of those touches what the group's members touch: its members are merged
 * onto the base as it stands, and the base goes to that commit. Nobody tested this exact tree; each of its parts was.
 *
 *   passed ─ base moved by disjoint landings ─► composing ─► composed ─► landing
 *                                                   └ conflict, base moved: the group is gone, its changes are tested anew
 */
export interface Ground {
  readonly state: QueueState;
  readonly baseSha: Sha;
  /** What each queued change touches; null: the policy has no lanes, and nothing is composed. */
  readonly touched: ReadonlyMap<PrNumber, Touched> | null;
}

/** May the group go on, although it was not built upon the base as it stands? */
export function isComposable(group: GroupState, { state, baseSha, touched }: Ground): boolean {
  if (!touched) return false;
  const since = landedSince(group, { state, baseSha });
  if (!since) return false;
  // A build of the base by itself speaks of a base that was only composed upon.
  if (group.members.length === 0) return since.every((l) => l.composition !== undefined);
  const inside = new Set(group.members.map((m) => m.number));
  const strangers = since.filter((l) => !inside.has(l.number));
  const open = group.members.filter((m) => state.units[m.number]?.place.kind !== "landed");
  return open.every((m) => strangers.every((l) => areDisjoint(touched.get(m.number), l.touched)));
}

/** What isn't known overlaps. */
function areDisjoint(change: Touched | undefined, landed: Landing["touched"]): boolean {
  if (change?.kind !== "these" || !landed) return false;
  return !change.targets.some((t) => landed.includes(t));
}

/** What the base will be made of, where the group is merged onto it. */
export function compositionOf(group: GroupState, { state, baseSha }: Omit<Ground, "touched">): Composition | null {
  const since = landedSince(group, { state, baseSha });
  return since && { onto: baseSha, parts: [...new Set([...since.map((l) => l.group).reverse(), group.id])] };
}

/** What landed between a commit that the group is built upon and the base; null: something else moved the base. */
function landedSince(
  { lineage }: Pick<GroupState, "lineage">,
  { state, baseSha }: Pick<Ground, "state" | "baseSha">,
): readonly Landing[] | null {
  const since: Landing[] = [];
  let at = baseSha;
  while (!lineage.includes(at)) {
    const together = state.landed.filter((l) => l.sha === at);
    const from = together[0]?.from;
    // No more steps than landings are remembered: a circle ends here, too.
    if (from === undefined || since.length >= state.landed.length) return null;
    since.push(...[...together].reverse());
    at = from;
  }
  return since;
}

/** Is the base this commit and what was composed upon it since, and nothing that was tested as it stands? */
export function isComposedUpon(sha: Sha, { state, baseSha }: Pick<Ground, "state" | "baseSha">): boolean {
  const since = landedSince({ lineage: [sha] }, { state, baseSha });
  return since !== null && since.every((l) => l.composition !== undefined);
}

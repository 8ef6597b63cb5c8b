import type { Facts } from "../facts/facts.js";
import type { Instant, Sha } from "../model/ids.js";
import { isComposedUpon } from "./compose.js";
import { retryMinutes } from "../queue/retry.js";
import type { Trunk } from "../queue/snapshot.js";
import type { GroupState, QueueState, TrunkState } from "../queue/state.js";

/**
 * The base by itself. Before a change is ejected for a failure that nothing has disproved since, the base is built
 * without any change on it: a control build is a group without members. What it says is kept as `trunk`, and speaks
 * about the one commit that it was built from.
 */
export function isControl(group: GroupState): boolean {
  return group.members.length === 0;
}

const minuteMs = 60_000;

/** What the planner is told of the base as it stands. */
export function trunkOf(state: QueueState, { repo }: Facts): Trunk {
  const { trunk, groups } = state;
  const onlyComposed = (sha: Sha): boolean => isComposedUpon(sha, { state, baseSha: repo.baseSha });
  // What was composed upon a red base is as red; what was composed upon a green one, nobody knows.
  const stillRed = trunk?.status === "red" && onlyComposed(trunk.sha);
  const known = trunk && (trunk.sha === repo.baseSha || stillRed) ? trunk : null;
  const seenRed = trunk && trunk.redUntil !== null ? { redUntil: trunk.redUntil / minuteMs } : {};
  const control = groups.find(
    (g) => isControl(g) && g.lineage.some((sha) => sha === repo.baseSha || onlyComposed(sha)),
  );
  if (control && known?.status !== "red") return { status: "running", at: control.startedAt / minuteMs, ...seenRed };
  if (!known) return { status: "unknown", at: 0, ...seenRed };
  // A red base stays red while it is built once more: `at` is now's, so that it isn't asked for twice.
  const at = (control ? Math.max(control.startedAt, known.at) : known.at) / minuteMs;
  return { status: known.status, at, ...(known.status === "red" && { failures: known.failures }), ...seenRed };
}

/** Takes in what control builds have said; one that says nothing of the base is tried again after a while. */
export function withControls(state: QueueState, { now }: { now: Instant }): QueueState {
  let trunk = state.trunk;
  const groups = state.groups.filter((group) => {
    if (!isControl(group)) return true;
    const { phase } = group;
    if (phase.kind === "passed") {
      trunk = greenBy(group, { trunk, at: phase.at });
      return false;
    }
    if (phase.kind !== "failed") return true;
    if (phase.cause === "content" || phase.cause === "policy") {
      trunk = redBy(group, { trunk, at: phase.at, urls: phase.urls });
      return false;
    }
    return now < phase.at + retryMinutes(group.attempt) * minuteMs;
  });
  if (groups.length === state.groups.length) return state;
  return { ...state, groups, ...(trunk && { trunk }) };
}

interface Said {
  readonly trunk: TrunkState | undefined;
  readonly at: Instant;
}

function greenBy({ lineage: [sha] }: GroupState, { trunk, at }: Said): TrunkState | undefined {
  if (sha === undefined) return trunk;
  return { sha, status: "green", at, failures: 0, redUntil: trunk?.redUntil ?? null, urls: [] };
}

function redBy(
  { lineage: [sha] }: GroupState,
  { trunk, at, urls }: Said & { urls: readonly string[] },
): TrunkState | undefined {
  if (sha === undefined) return trunk;
  const before = trunk?.sha === sha && trunk.status === "red" ? trunk.failures : 0;
  return { sha, status: "red", at, failures: before + 1, redUntil: at, urls };
}

import type { PullFacts } from "../facts/facts.js";
import { judgments } from "../governance/approvals.js";
import type { Station } from "../model/station.js";
import type { Policy } from "../policy/policy.js";
import type { UnitState } from "../queue/state.js";

/**
 * Where a unit waits before it is judged: by where it stood, and by what its own checks and reviewers say. A first
 * approval ends review; what is missing from then on is somebody else's decision. Null: not known.
 */
export function stationOf(
  pull: PullFacts,
  { place, policy }: Pick<UnitState, "place"> & { policy: Policy },
): Station | null {
  switch (place.kind) {
    case "queued":
      return "queue";
    case "landed":
      return "deploy";
    case "ejected":
      return "authoring";
    case "proposed":
      return pull.draft ? "authoring" : proposedStation(pull, policy);
  }
}

function proposedStation(pull: PullFacts, policy: Policy): Station | null {
  if (pull.checks.state === "unreadable") return null;
  if (pull.checks.state === "read" && pull.checks.value.some((c) => c.conclusion === null)) return "ci";
  const given = judgments(pull, policy);
  if (given.state !== "read") return null;
  return given.value.approved.length > 0 && given.value.against.length === 0 ? "approval" : "review";
}

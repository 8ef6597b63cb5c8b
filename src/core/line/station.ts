import type { PullFacts } from "../facts/facts.js";
import type { Station } from "../model/station.js";
import type { UnitState } from "../queue/state.js";

/** Where a unit waits before it is judged: by where it stood, and by what its own checks say. */
export function stationOf(pull: PullFacts, { place }: Pick<UnitState, "place">): Station {
  switch (place.kind) {
    case "queued":
      return "queue";
    case "landed":
      return "deploy";
    case "ejected":
      return "authoring";
    case "proposed": {
      if (pull.draft) return "authoring";
      const running = pull.checks.state === "read" && pull.checks.value.some((c) => c.conclusion === null);
      return running ? "ci" : "review";
    }
  }
}

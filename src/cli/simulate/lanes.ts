import { everything, plannedTargets } from "../../core/line/targets.js";
import { isElsewhere } from "../../core/line/controls.js";
import { touchedByPaths, type Touched } from "../../core/line/touched.js";
import type { Freeze, LaneSettings } from "../../core/policy/policy.js";
import type { Target } from "../../core/queue/snapshot.js";
import { foldersOf, type PastChange, type Source } from "./source.js";

export const laneManners = ["policy", "one", "folders"] as const;
/**
 * Which changes wait for each other: as the policy's lanes say, all of them where it has none; each for every other;
 * those that share a folder.
 */
export type LaneManner = (typeof laneManners)[number];

/** What the queue takes each change to touch. */
export function targetsSeen(
  changes: readonly Pick<PastChange, "paths" | "oneWay">[],
  { manner, lanes }: { readonly manner: LaneManner; readonly lanes: LaneSettings | null },
): readonly (readonly Target[])[] {
  if (manner === "folders") return changes.map((c) => foldersOf(c.paths));
  if (manner === "one" || !lanes) return changes.map(() => [everything]);
  return plannedTargets(
    changes.map((change) => {
      const touched = touchedThen(change, lanes);
      return touched.kind === "these" && change.oneWay !== true ? touched.targets : null;
    }),
  );
}

/** What CI reported of the past is not known: the scopes are. */
function touchedThen({ paths }: Pick<PastChange, "paths">, lanes: LaneSettings): Touched {
  return touchedByPaths(paths, { lanes: { ...lanes, affected: null } });
}

/** Places of the changes that touch none of the lanes which a freeze names. */
export function outsideOf(
  freeze: Pick<Freeze, "lanes">,
  of: {
    readonly changes: readonly Pick<PastChange, "paths" | "oneWay">[];
    readonly lanes: LaneSettings | null;
  },
): number[] {
  const { changes, lanes } = of;
  if (!lanes) return [];
  return changes.flatMap((c, i) => (c.oneWay !== true && isElsewhere(freeze, touchedThen(c, lanes)) ? [i] : []));
}

/** What is not known of the load, and how the policies' lanes are played for that, a sentence each. */
export function lanesAssumed(
  { changes }: Pick<Source, "changes">,
  { manner, lanes }: { readonly manner: LaneManner; readonly lanes: readonly LaneSettings[] },
): string[] {
  if (manner !== "policy" || lanes.length === 0) return [];
  if (!changes)
    return ["A drawn load has no paths: which of its changes overlap is drawn, and a policy's lanes are not played."];
  const reported = lanes.some((l) => l.affected !== null);
  return [
    ...(reported ? ["What CI reported as affected is not known of the past: lanes are played by their scopes."] : []),
    ...(changes.some((c) => c.oneWay === null)
      ? ["What can't be taken back is not known of this history: lanes are played by paths alone."]
      : []),
    "Changes of one folder may clash, also where lanes keep them apart: what landed so is counted as broken.",
  ];
}

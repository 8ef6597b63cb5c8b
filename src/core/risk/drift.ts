import type { Instant } from "../model/ids.js";
import { dayMs } from "./change.js";
import { auc } from "./figures.js";
import { isMature, wasHarmed, type Followed } from "./followed.js";

/** Does a score still mean what it meant? The last matured months beside the time before them. */
export interface Drift {
  readonly state: "steady" | "drifted" | "too-few";
  readonly recent: DriftWindow;
  readonly before: DriftWindow;
  /** What drifted, in words; empty unless `drifted`. */
  readonly why: readonly string[];
}

export interface DriftWindow {
  readonly changes: number;
  readonly harmed: number;
  /** How many were to come to harm by what risk said of them. */
  readonly expected: number;
  /** Null with fewer than `harmedMin` harmed. */
  readonly auc: number | null;
}

/** The thresholds by which drift is called so. */
export const driftThresholds = {
  /** Matured days that count as recent, and those before that they are compared with. */
  recentDays: 90,
  beforeDays: 365,
  /** Harm that happened over harm that was said, either way round … */
  ratio: 2,
  /** … and further from it than chance goes, in standard deviations of a Poisson count. */
  deviations: 2,
  /** Loss of AUC against the time before, */
  aucLoss: 0.1,
  /** which says something only with this many harmed changes in both windows. */
  harmedMin: 10,
  /** Fewer matured changes say nothing. */
  changesMin: 100,
} as const;

export function driftOf(all: readonly Followed[], now: Instant): Drift {
  const { recentDays, beforeDays } = driftThresholds;
  const mature = all.filter((f) => f.counted && isMature(f, now));
  const last = mature.at(-1)?.at ?? now;
  const split = last - recentDays * dayMs;
  const recent = windowOf(mature.filter((f) => f.at > split));
  const before = windowOf(mature.filter((f) => f.at <= split && f.at > split - beforeDays * dayMs));
  if (recent.changes < driftThresholds.changesMin) return { state: "too-few", recent, before, why: [] };
  const why = [...calibrationDrift(recent), ...rankingDrift(recent, before)];
  return { state: why.length > 0 ? "drifted" : "steady", recent, before, why };
}

function windowOf(of: readonly Followed[]): DriftWindow {
  const judged = of.map((f) => ({ score: f.score, bad: wasHarmed(f) }));
  const harmed = judged.filter((j) => j.bad).length;
  return {
    changes: of.length,
    harmed,
    expected: judged.reduce((sum, j) => sum + j.score, 0),
    auc: harmed >= driftThresholds.harmedMin && harmed < of.length ? auc(judged) : null,
  };
}

function calibrationDrift({ harmed, expected, changes }: DriftWindow): string[] {
  const { ratio, deviations } = driftThresholds;
  const far = Math.abs(harmed - expected) > deviations * Math.sqrt(expected);
  if (!far || (harmed < ratio * expected && harmed > expected / ratio)) return [];
  return [`${harmed} of ${changes} changes came to harm where risk said ${expected.toFixed(1)}`];
}

function rankingDrift(recent: DriftWindow, before: DriftWindow): string[] {
  if (recent.auc === null || before.auc === null || before.auc - recent.auc <= driftThresholds.aucLoss) return [];
  return [`AUC fell from ${before.auc.toFixed(2)} to ${recent.auc.toFixed(2)}`];
}

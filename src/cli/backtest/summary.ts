import type { Bin, Judged } from "../../core/risk/figures.js";
import { auc, brier, calibrationError, recallAt, reliability } from "../../core/risk/figures.js";
import type { PackOutcome } from "./packs.js";
import type { Replay, Replayed } from "./replay.js";
import type { Labels, RevertEvidence } from "./reverts.js";
import { revertEvidence } from "./reverts.js";

/** What a backtest found; `--json` prints it as it is. Rates and shares are 0 to 1, times seconds since 1970. */
export interface Summary {
  readonly repository: string;
  readonly changes: {
    readonly all: number;
    readonly byBots: number;
    readonly reverts: number;
    readonly relands: number;
    readonly tooYoung: number;
    /** What the figures are about: by people, no reverts, old enough. */
    readonly judged: number;
    readonly bad: number;
    readonly from: number;
    readonly to: number;
  };
  readonly labels: {
    readonly byEvidence: Readonly<Record<RevertEvidence, number>>;
    /** Titles that read as a revert of which no target was found: harm that the figures miss. */
    readonly unresolvedReverts: number;
  };
  readonly risk: RankingFigures;
  readonly sizeOnly: RankingFigures;
  /** Null when nothing could be judged. */
  readonly calibration: {
    readonly brier: number;
    readonly baseRateBrier: number;
    readonly error: number;
    readonly bins: readonly Bin[];
  } | null;
  /** By quarter of the history: does it learn, does it drift? */
  readonly quarters: ReadonlyArray<{
    readonly judged: number;
    readonly bad: number;
    readonly auc: number | null;
    readonly sizeAuc: number | null;
    readonly baseRate: number;
    readonly meanScore: number;
  }>;
  /** Empty when the diffs were not read. */
  readonly packs: readonly PackOutcome[];
  readonly byLevel: ReadonlyArray<{ readonly level: string; readonly changes: number; readonly bad: number }>;
}

export interface RankingFigures {
  /** Null when there is nothing to tell apart. */
  readonly auc: number | null;
  readonly looks: readonly Look[];
}

/** Reading the highest `share` of changes first. */
export interface Look {
  readonly share: number;
  readonly changes: number;
  readonly bad: number;
  readonly recall: number | null;
  readonly hours: number;
  /** Bad changes met per hour of reading. */
  readonly caughtPerHour: number;
}

export const lookShares = [0.05, 0.1, 0.2, 0.5];

export function summarise(
  replay: Replay,
  { labels, repository }: { labels: Labels; repository: string },
): Omit<Summary, "packs"> {
  const { judged, all } = replay;
  const baseRate = judged.filter((r) => r.bad).length / Math.max(1, judged.length);
  const sized = judged.map((r) => ({ ...r, score: r.size }));
  return {
    repository,
    changes: {
      all: all.length,
      byBots: all.filter((r) => r.change.isBot).length,
      reverts: labels.commits.filter((c) => c.revertDepth % 2 === 1).length,
      relands: labels.commits.filter((c) => c.revertDepth > 0 && c.revertDepth % 2 === 0).length,
      tooYoung: replay.young,
      judged: judged.length,
      bad: judged.filter((r) => r.bad).length,
      from: (all[0]?.at ?? 0) / 1000,
      to: (all.at(-1)?.at ?? 0) / 1000,
    },
    labels: { byEvidence: evidenceCounts(labels), unresolvedReverts: labels.unresolved },
    risk: ranking(judged),
    sizeOnly: ranking(sized),
    calibration:
      judged.length === 0
        ? null
        : {
            brier: brier(judged),
            baseRateBrier: brier(judged.map((r) => ({ bad: r.bad, score: baseRate }))),
            error: calibrationError(judged),
            bins: reliability(judged),
          },
    quarters: [0, 1, 2, 3].map((q) => quarterOf(judged, q)),
    byLevel: ["low", "medium", "high", "critical"].map((level) => {
      const of = judged.filter((r) => r.risk.level === level);
      return { level, changes: of.length, bad: of.filter((r) => r.bad).length };
    }),
  };
}

function evidenceCounts({ commits }: Labels): Record<RevertEvidence, number> {
  const count = (how: RevertEvidence) => commits.filter((c) => c.revertedBy?.how === how).length;
  return Object.fromEntries(revertEvidence.map((how) => [how, count(how)])) as Record<RevertEvidence, number>;
}

function ranking(judged: readonly Replayed[]): RankingFigures {
  const sorted = [...judged].sort((a, b) => b.score - a.score);
  const allBad = judged.filter((r) => r.bad).length;
  return {
    auc: aucOrNull(judged),
    looks: lookShares.map((share) => {
      const looked = sorted.slice(0, Math.round(judged.length * share));
      const bad = looked.filter((r) => r.bad).length;
      const hours = looked.reduce((sum, r) => sum + r.minutes, 0) / 60;
      return {
        share,
        changes: looked.length,
        bad,
        recall: allBad > 0 ? recallAt(judged, share) : null,
        hours,
        caughtPerHour: hours > 0 ? bad / hours : 0,
      };
    }),
  };
}

function quarterOf(judged: readonly Replayed[], quarter: number): Summary["quarters"][number] {
  const part = judged.slice(Math.floor((quarter * judged.length) / 4), Math.floor(((quarter + 1) * judged.length) / 4));
  const bad = part.filter((r) => r.bad).length;
  return {
    judged: part.length,
    bad,
    auc: aucOrNull(part),
    sizeAuc: aucOrNull(part.map((r) => ({ bad: r.bad, score: r.size }))),
    baseRate: bad / Math.max(1, part.length),
    meanScore: part.reduce((sum, r) => sum + r.score, 0) / Math.max(1, part.length),
  };
}

function aucOrNull(judged: readonly Judged[]): number | null {
  const value = auc(judged);
  return Number.isFinite(value) ? value : null;
}

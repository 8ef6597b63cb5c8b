import { dayMinutes } from "../flow/event.js";
import type { Ledger } from "../flow/ledger.js";

/** The ledger of knowledge: what only one person has judged lately, so that it waits when they are away. */
export interface SoleJudge {
  /** `team:NAME`, `sign-off`, or a folder. */
  readonly scope: string;
  readonly judge: string;
  /** Changes they judged there in the window, all of that scope. */
  readonly changes: number;
  /** Waiting there now. */
  readonly waiting: number;
}

/** Fewer judgments than this show no habit. */
const fewest = 5;
export const knowledgeWindowDays = 90;

export function soleJudges(ledger: Ledger, now: number): SoleJudge[] {
  const since = now - knowledgeWindowDays * dayMinutes;
  const scopes = new Map<string, { judges: Set<string>; changes: number; waiting: number }>();
  const of = (scope: string) => {
    const known = scopes.get(scope) ?? { judges: new Set<string>(), changes: 0, waiting: 0 };
    scopes.set(scope, known);
    return known;
  };
  for (const visit of ledger.visits) {
    if (visit.station !== "review" && visit.station !== "approval") continue;
    if (visit.left !== null && visit.left < since) continue;
    const team = visit.station === "approval" ? "sign-off" : `team:${visit.team}`;
    for (const scope of [team, ...foldersOf(visit.change.paths)]) {
      const entry = of(scope);
      if (visit.left === null) entry.waiting++;
      else if (visit.actor !== null) {
        entry.judges.add(visit.actor);
        entry.changes++;
      }
    }
  }
  return [...scopes]
    .filter(([, s]) => s.judges.size === 1 && s.changes >= fewest)
    .map(([scope, s]) => ({ scope, judge: [...s.judges][0] ?? "", changes: s.changes, waiting: s.waiting }))
    .sort((a, b) => b.changes - a.changes);
}

/** The folders that hold the paths, two levels deep: finer ones are anybody's guess. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.map((path) => path.split("/").slice(0, -1).slice(0, 2).join("/"));
  return [...new Set(folders.filter((folder) => folder !== ""))].map((folder) => `${folder}/`);
}

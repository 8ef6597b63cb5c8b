import type { JudgesPace, PaceLessons } from "../../facts/facts.js";
import { chainBuffers } from "./chain-buffers.js";
import { dayMinutes, dayOf, workKinds } from "../flow/event.js";
import type { Finding } from "../finder/finder.js";
import type { Ledger } from "../flow/ledger.js";

/** What must be known before the constraint is named: the finder's figures were measured from the tenth day on. */
export const historyNeeded = { wholeDays: 10, landed: 30 };

/** What pacing a real line needs of a finding; null while too little is known to pace by it. */
export function paceLessonsOf(ledger: Ledger, finding: Finding): PaceLessons | null {
  const { model, day, constraint, confidence } = finding;
  const changes = [...ledger.changes.values()];
  const landed = changes.filter((c) => c.landedAt !== null).length;
  const first = changes.reduce((least, c) => Math.min(least, c.openedAt), Infinity);
  // The first day is seldom whole.
  if (!model || landed < historyNeeded.landed || day - dayOf(first) < historyNeeded.wholeDays) return null;
  const now = (day + 1) * dayMinutes;
  const since = now - 7 * dayMinutes;
  const lately = (at: number | null) => at !== null && at > since && at <= now;
  const buffers = chainBuffers(model, ledger, now);
  const sizeOf = (station: string, team: string) => {
    const size = buffers.find((b) => b.station === station && b.team === team)?.size;
    return size && { buffer: size };
  };
  const judges = model.pools
    .filter((p) => p.station === "review" || p.station === "approval")
    .map((p): JudgesPace => ({
      team: p.team,
      people: p.servers,
      minutes: p.work.mean,
      lastWeek: ledger.visits.filter(
        (v) => v.station === p.station && v.team === p.team && v.actor !== null && lately(v.left),
      ).length,
      ...sizeOf(p.station, p.team),
    }));
  const endings = workKinds.map((kind) => {
    const of = changes.filter((c) => c.kind === kind);
    return [
      kind,
      { landed: of.filter((c) => lately(c.landedAt)).length, closed: of.filter((c) => lately(c.closedAt)).length },
    ];
  });
  const takes = model.deploy?.batch ?? null;
  return {
    ...{ constraint, confidence, judges },
    endings: Object.fromEntries(endings) as PaceLessons["endings"],
    ...(takes !== null && { deployTakes: takes }),
    ...sizeOf(constraint, constraint),
  };
}

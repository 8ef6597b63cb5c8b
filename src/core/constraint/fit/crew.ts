import type { Calendar } from "../flow/calendar.js";
import { workBetween } from "../flow/calendar.js";
import { dayMinutes } from "../flow/event.js";
import type { Visit } from "../flow/ledger.js";

/**
 * Who is at work at a station. Somebody unseen for days may be idle or may have left; the ledger tells them apart:
 * a server that takes nothing although work waits is not there (a station is never idle while it has work: the
 * active-period view of Roser, Nakano & Tanaka 2001).
 */

/** Nobody is counted who finished nothing for this long, needed or not. */
const forgottenDays = 21;
/**
 * How long a service must be, in standard deviations of its logarithm above the mean, before its server counts as
 * away: among a month's hundreds of reviews, the longest of several hundred is nothing unusual.
 */
const rareService = 3.5;
const shortestDoubtMinutes = 45;

export interface CrewQuestion {
  readonly visits: readonly Visit[];
  readonly calendar: Calendar;
  /** Minutes of a service, in the mean, and its coefficient of variation. */
  readonly meanService: number;
  readonly variation: number;
  readonly now: number;
}

/** @returns how many servers this station has now, at least one if anybody ever worked there. */
export function crewSize(question: CrewQuestion): number {
  const { visits, calendar, now } = question;
  const lastDone = new Map<string, number>();
  for (const visit of visits) {
    if (visit.actor === null || visit.actor === "" || visit.left === null) continue;
    lastDone.set(visit.actor, Math.max(visit.left, lastDone.get(visit.actor) ?? -Infinity));
  }
  // A build under way shows its runner.
  for (const visit of visits) if (visit.actor !== null && visit.left === null) lastDone.set(visit.actor, now);
  const seen = [...lastDone.values()].filter((at) => now - at < forgottenDays * dayMinutes);
  const doubt = Math.max(shortestDoubtMinutes, longestService(question));
  const present = seen.filter((at) => {
    if (workBetween(calendar, at, now) <= doubt) return true;
    return neededSince(question, { since: at, seen: seen.length }) <= doubt;
  });
  return Math.max(present.length, lastDone.size > 0 ? 1 : 0);
}

/** Minutes that hardly any service takes: a lognormal of this mean and variation, far out. */
function longestService({ meanService, variation }: CrewQuestion): number {
  const variance = Math.log(1 + variation * variation);
  return meanService * Math.exp(rareService * Math.sqrt(variance) - variance / 2);
}

/** Working minutes since then in which there was work for everybody ever seen. */
function neededSince(question: CrewQuestion, of: { readonly since: number; readonly seen: number }): number {
  const { visits, calendar, now } = question;
  const turns: { at: number; by: number }[] = [];
  for (const visit of visits) {
    const left = visit.left ?? now;
    if (left <= of.since) continue;
    turns.push({ at: Math.max(visit.entered, of.since), by: 1 }, { at: left, by: -1 });
  }
  turns.sort((a, b) => a.at - b.at || a.by - b.by);
  let inside = 0;
  let minutes = 0;
  let clock = of.since;
  for (const turn of turns) {
    if (inside >= of.seen) minutes += workBetween(calendar, clock, turn.at);
    inside += turn.by;
    clock = turn.at;
  }
  return minutes;
}

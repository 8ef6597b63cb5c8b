import type { Station } from "../../model/station.js";
import { stations } from "../../model/station.js";
import { always, workBetween } from "../flow/calendar.js";
import { dayMinutes } from "../flow/event.js";
import type { Change, Ledger, Visit } from "../flow/ledger.js";
import type { ChainModel } from "../fit/model.js";
import { startOf } from "../fit/service-order.js";

/**
 * The ledgers of time and waiting: where a change's way from open to users goes, station by station, with what no
 * event explains shown as such. Times are clock minutes unless said otherwise: users wait through the night too.
 */
export interface FlowAccounts {
  readonly stations: readonly StationAccount[];
  readonly lead: LeadAccount;
}

export interface StationAccount {
  readonly station: Station;
  /** Stays that ended in the window. */
  readonly stays: number;
  readonly waitingMinutesMean: number;
  /** Nine in ten waited no longer. */
  readonly waitingMinutesP90: number;
  readonly workingMinutesMean: number;
  /** Share of stays that sent the change back. */
  readonly sentBack: number;
}

/** Work in progress at a station now, by how long it has stood there. */
export interface InventoryRow {
  readonly station: Station;
  readonly count: number;
  readonly value: number;
  readonly ages: { readonly day: number; readonly week: number; readonly older: number };
}

export interface LeadAccount {
  /** Changes that reached users in the window. */
  readonly delivered: number;
  readonly valuePerDay: number;
  readonly leadMinutesP50: number;
  readonly leadMinutesP90: number;
  /** Shares of all their lead time; they sum to 1. */
  readonly working: number;
  readonly waiting: number;
  readonly dark: number;
}

export interface AccountsQuestion {
  readonly since: number;
  readonly now: number;
  readonly model: ChainModel | null;
}

export function accountsOf(ledger: Ledger, question: AccountsQuestion): FlowAccounts {
  const rows = stations.map((station) => accountOf(ledger, station, question));
  return {
    stations: rows.filter((row) => row.stays > 0),
    lead: leadOf(ledger, question),
  };
}

/** A stay at a station, in minutes; working counts the hours in which the station is open. */
interface Stay {
  readonly change: Change;
  readonly waiting: number;
  readonly working: number;
  readonly back: boolean;
}

function accountOf(ledger: Ledger, station: Station, question: AccountsQuestion): StationAccount {
  const stays = staysAt(ledger, station, question);
  return {
    station,
    stays: stays.length,
    waitingMinutesMean: mean(stays.map((s) => s.waiting)),
    waitingMinutesP90: quantile(
      stays.map((s) => s.waiting),
      0.9,
    ),
    workingMinutesMean: mean(stays.map((s) => s.working)),
    sentBack: mean(stays.map((s) => Number(s.back))),
  };
}

function staysAt(ledger: Ledger, station: Station, { since, now, model }: AccountsQuestion): Stay[] {
  const ended = <T extends { readonly left: number | null }>(stay: T) =>
    stay.left !== null && stay.left >= since && stay.left <= now;
  if (station === "deploy") {
    return [...ledger.changes.values()]
      .filter((c) => c.deployedAt !== null && c.deployedAt >= since && c.deployedAt <= now && c.landedAt !== null)
      .map((c) => ({ change: c, waiting: (c.deployedAt ?? 0) - (c.landedAt ?? 0), working: 0, back: false }));
  }
  if (station === "authoring") {
    const calendar = model?.authors.calendar ?? always;
    return ledger.jobs
      .filter((j) => ended(j) && j.change.kind === "human")
      .map((j) => {
        const started = startOf(j);
        const working = workBetween(calendar, started, j.left ?? started);
        return { change: j.change, waiting: started - j.entered, working, back: false };
      });
  }
  return ledger.visits.filter((v) => v.station === station && ended(v)).map((v) => stayOf(v, model));
}

export function stayOf(visit: Visit, model: ChainModel | null): Stay {
  const pool = model?.pools.find((p) => p.station === visit.station && p.team === visit.team);
  const left = visit.left ?? visit.entered;
  const back = visit.outcome === "changes" || visit.outcome === "failed";
  // Nobody came: all of it was waiting.
  if (visit.actor === null) return { change: visit.change, waiting: left - visit.entered, working: 0, back };
  const started = Math.min(startOf(visit), left);
  const working = workBetween(pool?.calendar ?? always, started, left);
  return { change: visit.change, waiting: left - visit.entered - working, working, back };
}

/** What stands where at the ledger's last event. */
export function inventoryOf(ledger: Ledger, now: number): InventoryRow[] {
  const open = [...ledger.changes.values()].filter((c) => c.at !== null && c.closedAt === null);
  return stations.flatMap((station) => {
    const here = open.filter((c) => c.at === station);
    if (here.length === 0) return [];
    const days = here.map((c) => (now - since(c)) / dayMinutes);
    const ages = {
      day: days.filter((d) => d <= 1).length,
      week: days.filter((d) => d > 1 && d <= 7).length,
      older: days.filter((d) => d > 7).length,
    };
    return [{ station, count: here.length, value: here.reduce((sum, c) => sum + c.value, 0), ages }];
  });
}

function since(change: Change): number {
  return change.visit?.entered ?? change.job?.entered ?? change.landedAt ?? change.openedAt;
}

function leadOf(ledger: Ledger, question: AccountsQuestion): LeadAccount {
  // Where deploys are not reported, landing is delivery.
  const endOf = (change: Change) => (ledger.windows.length > 0 ? change.deployedAt : change.landedAt);
  const delivered = [...ledger.changes.values()].filter((c) => {
    const end = endOf(c);
    return end !== null && end >= question.since && end <= question.now;
  });
  const of = new Set(delivered);
  const leads = delivered.map((c) => (endOf(c) ?? 0) - c.openedAt);
  const total = leads.reduce((a, b) => a + b, 0);
  const everything = { ...question, since: -Infinity };
  const stays = stations.flatMap((s) => staysAt(ledger, s, everything)).filter((s) => of.has(s.change));
  const working = Math.min(
    total,
    stays.reduce((sum, s) => sum + s.working, 0),
  );
  const dark = Math.min(
    total - working,
    ledger.dark.filter((d) => of.has(d.change)).reduce((sum, d) => sum + d.left - d.entered, 0),
  );
  const days = Math.max(1, (question.now - question.since) / dayMinutes);
  return {
    delivered: delivered.length,
    valuePerDay: delivered.reduce((sum, c) => sum + c.value, 0) / days,
    leadMinutesP50: quantile(leads, 0.5),
    leadMinutesP90: quantile(leads, 0.9),
    working: total > 0 ? working / total : 0,
    waiting: total > 0 ? (total - working - dark) / total : 0,
    dark: total > 0 ? dark / total : 0,
  };
}

function mean(xs: readonly number[]): number {
  return xs.length === 0 ? 0 : xs.reduce((a, b) => a + b, 0) / xs.length;
}

function quantile(xs: readonly number[], q: number): number {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

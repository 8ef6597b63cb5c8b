import { isWeekend, learnCalendar } from "../flow/calendar.js";
import { dayMinutes, dayOf, workKinds } from "../flow/event.js";
import type { WorkKind } from "../flow/event.js";
import type { Change, DarkStay, DeployWindow, Ledger, Visit } from "../flow/ledger.js";
import type { ChainModel, DarkModel, DeployModel, MachineWork, RouteModel, StaleModel } from "./model.js";
import { steadyRateSince } from "./shift.js";

/** What flows between the stations: machines' work, routes, hidden waiting, deploy windows. */
interface Span {
  readonly since: number;
  readonly now: number;
}

const instantMinutes = 0.05;
/** Share of a kind's work on weekends above which its stream runs through them. */
const weekendShare = 0.1;
const momentsForHours = 20;

/** The streams of changes that machines open. */
export function machineWork(changes: readonly Change[], span: Span): MachineWork[] {
  return (["agent", "bot"] as const).flatMap((kind) => {
    const of = changes.filter((c) => c.kind === kind).sort((a, b) => a.openedAt - b.openedAt);
    if (of.length === 0) return [];
    const moments = of.map((c) => c.openedAt);
    const clumps = moments.filter((at, i) => i === 0 || at - (moments[i - 1] ?? 0) > instantMinutes).length;
    const clump = of.length / clumps;
    const weekends = moments.filter((at) => isWeekend(dayOf(at))).length > weekendShare * moments.length;
    const calendar =
      moments.length < momentsForHours
        ? { ...learnCalendar([], new Set()), weekends }
        : { ...learnCalendar(moments, new Set()), weekends };
    const days = Array.from({ length: dayOf(span.now - 1) - dayOf(span.since) + 1 }, (_, i) => i + dayOf(span.since))
      .filter((day) => weekends || !isWeekend(day))
      .map((day) => ({ day, count: moments.filter((at) => dayOf(at) === day).length, exposure: 1 }));
    const since = steadyRateSince(days, clump);
    const recent = days.filter((d) => d.day >= since);
    const count = recent.reduce((a, d) => a + d.count, 0);
    const mean = count / Math.max(1, recent.length);
    return [{ kind, perDay: { mean, error: mean * Math.sqrt(clump / Math.max(1, count)) }, clump, calendar }];
  });
}

/** Which stations the landed changes of each kind had passed. */
export function routesOf(ledger: Ledger, since: number): ChainModel["routes"] {
  const landed = [...ledger.changes.values()].filter((c) => c.landedAt !== null && c.landedAt >= since);
  const overall = routeOf(landed) ?? { review: 1, approval: 0, dark: 0 };
  const of = (kind: WorkKind) => routeOf(landed.filter((c) => c.kind === kind)) ?? overall;
  return Object.fromEntries(workKinds.map((kind) => [kind, of(kind)])) as Record<WorkKind, RouteModel>;
}

function routeOf(landed: readonly Change[]): RouteModel | null {
  if (landed.length === 0) return null;
  const share = (holds: (change: Change) => boolean) => landed.filter(holds).length / landed.length;
  return {
    review: share((c) => c.nth.review > 0),
    approval: share((c) => c.nth.approval > 0),
    dark: share((c) => c.sawDark),
  };
}

// ---- hidden waiting

const fewestStays = 8;
/** Correlation of a stay with how many were in the dark already, from which slots are taken to be short. */
const queueingCorrelation = 0.5;

/** Environments and the like: a delay, or (when stays grow with their number) a few slots. */
export function darkModel(ledger: Ledger, { since, now }: Span): DarkModel | null {
  const stays = ledger.dark.filter((d) => d.left >= since).sort((a, b) => a.left - b.left);
  const shown = stays.filter((d) => now - d.left < windowOfPace);
  if (stays.length < fewestStays || shown.length === 0) return null;
  const lengths = stays.map((d) => d.left - d.entered);
  const mean = average(lengths);
  const variation = Math.sqrt(average(lengths.map((x) => (x - mean) ** 2))) / mean;
  const before = stays.map((d) => stays.filter((o) => o.entered < d.entered && o.left > d.entered).length);
  const slots =
    1 +
    quantile(
      stays.map((d) => overtakenBy(d, stays)),
      0.9,
    );
  const crowded = average(before) > 2 * slots && correlation(before, lengths) > queueingCorrelation;
  if (!crowded) {
    return { servers: null, work: { mean, error: (mean * variation) / Math.sqrt(stays.length) }, variation };
  }
  const busy = stays.filter((_, i) => (before[i] ?? 0) >= slots);
  const first = busy[0]?.left ?? since;
  const last = busy.at(-1)?.left ?? now;
  const pace = (last - first) / Math.max(1, busy.length - 1);
  const work = pace * slots;
  return { servers: slots, work: { mean: work, error: (work * 0.5) / Math.sqrt(busy.length) }, variation: 0.5 };
}

const windowOfPace = 10 * dayMinutes;

/** How many that came before it were still in the dark when it left. */
function overtakenBy(stay: DarkStay, stays: readonly DarkStay[]): number {
  return stays.filter((o) => o.entered < stay.entered && o.left > stay.left).length;
}

function average(xs: readonly number[]): number {
  return xs.reduce((a, b) => a + b, 0) / Math.max(1, xs.length);
}

function quantile(xs: readonly number[], q: number): number {
  const sorted = [...xs].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mx = average(xs);
  const my = average(ys);
  const sxy = average(xs.map((x, i) => (x - mx) * ((ys[i] ?? my) - my)));
  const sx = Math.sqrt(average(xs.map((x) => (x - mx) ** 2)));
  const sy = Math.sqrt(average(ys.map((y) => (y - my) ** 2)));
  return sx > 0 && sy > 0 ? sxy / (sx * sy) : 0;
}

// ---- deploy windows

/** Windows closer than this are deploys as they come. */
const continuousMinutes = 20;
/** Full windows that are looked at for how much one takes. */
const fullWindows = 5;

export function deployModel(ledger: Ledger, { since, now }: Span): DeployModel | null {
  const windows = ledger.windows.filter((w) => w.at >= since);
  const last = windows.at(-1);
  if (!last) return null;
  const gaps = windows.slice(1).map((w, i) => w.at - (windows[i]?.at ?? 0));
  // Seen once, the next window is not nearer than the time that has passed since.
  const every =
    gaps.length > 0 ? Math.max(continuousMinutes, quantile(gaps, 0.1)) : Math.max(dayMinutes, now - last.at);
  const changes = [...ledger.changes.values()].filter((c) => c.deployedAt !== null && c.deployedAt >= since);
  const deploys = windows.reduce((a, w) => a + w.taken, 0);
  return {
    every: Math.round(every),
    phase: last.at % Math.round(every),
    weekends: windows.some((w) => isWeekend(dayOf(w.at))),
    batch: batchOf(windows),
    failed: Math.max(0, 1 - changes.length / Math.max(1, deploys)),
  };
}

/** What a window takes when it cannot take everything: as the last full ones did, unless one has taken more since. */
function batchOf(windows: readonly DeployWindow[]): number | null {
  const full = windows.filter((w) => w.behind > 0).slice(-fullWindows);
  const last = full.at(-1);
  if (!last) return null;
  const most = Math.max(0, ...windows.filter((w) => w.at > last.at).map((w) => w.taken));
  return most > last.taken ? null : last.taken;
}

/** Nobody was seen to close any: two weeks, as stale bots are usually set, or anything between these. */
const usualStale = { days: 14, least: 4, most: 60 };

/** The shortest wait after which work of machines was closed as stale; else at least the longest that was not. */
export function staleModel(visits: readonly Visit[], now: number): StaleModel {
  const waited = (v: Visit) => ((v.left ?? now) - v.entered) / dayMinutes;
  const closed = visits.filter((v) => v.outcome === "stale").map(waited);
  if (closed.length > 0) {
    const days = Math.min(...closed);
    return { days, least: days, most: days };
  }
  const longest = visits.filter((v) => v.change.kind !== "human").reduce((most, v) => Math.max(most, waited(v)), 0);
  const least = Math.max(usualStale.least, longest);
  return { days: Math.max(usualStale.days, least), least, most: Math.max(usualStale.most, least) };
}

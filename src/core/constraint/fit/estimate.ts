import type { Calendar } from "../flow/calendar.js";
import { always, learnCalendar, workBetween } from "../flow/calendar.js";
import { crewSize } from "./crew.js";
import { demandOf } from "./demand.js";
import { darkModel, deployModel, machineWork, routesOf, staleModel } from "./estimate-flow.js";
import { dayMinutes, dayOf } from "../flow/event.js";
import type { Served, WorkKind } from "../flow/event.js";
import type { Job, Ledger, Visit } from "../flow/ledger.js";
import type { ChainModel, PoolModel, ReworkSource } from "./model.js";
import { figureOf, paceOf, samplesForVariation, timed, type Pace, type Paced, type Timed } from "./pace-of.js";
import { shiftsOf } from "./rearranged.js";
import { rankOf } from "./service-order.js";

/** How far back figures look at most; less where a series has shifted since. */
export const windowDays = 56;
const demandWindowDays = 120;

/** Beliefs before anything was seen, each worth `priorVisits` visits. */
const priorVisits = 4;
const priorBack: Readonly<Record<Served, number>> = { ci: 0.1, review: 0.25, approval: 0.05, queue: 0.05 };
const priorRejected: Readonly<Record<WorkKind, number>> = { human: 0.03, agent: 0.15, bot: 0.1 };
const priorReworkMinutes = 60;
const usualShareAgain = 0.5;

/** The chain as the ledger shows it now. @returns null before anything has passed a station. */
export function fitChain(ledger: Ledger, now: number): ChainModel | null {
  const since = now - windowDays * dayMinutes;
  const visits = ledger.visits.filter((v) => v.left === null || v.left >= since);
  const jobs = ledger.jobs.filter((j) => j.left !== null && j.left >= since);
  const changes = [...ledger.changes.values()].filter((c) => c.openedAt >= since);
  const daysOff = holidays([...jobs, ...visits.filter((v) => isJudged(v.station))], { since, now });
  const authorsCalendar = learnCalendar(
    jobs.filter((j) => j.change.kind === "human").map((j) => j.left ?? j.entered),
    daysOff,
  );
  const written = jobs.filter((j) => j.source === "new" && j.change.kind === "human");
  const { writing, stations } = pacedTogether(byPool(visits), { daysOff, now, written, authorsCalendar });
  const pools = drawnTogether(stations.map((station) => poolOf(station, now)));
  if (pools.length === 0) return null;
  const demand = demandOf({
    log: ledger.authorLog,
    calendar: authorsCalendar,
    since: Math.max(0, now - demandWindowDays * dayMinutes),
    now,
  });
  const work = writingOf(ledger.jobs, { writing, calendar: authorsCalendar, now });
  const rework = reworkOf(jobs, authorsCalendar);
  const { again, kept } = ledger.reviewsAfterPush;
  return {
    authors: {
      count: demand.authors,
      wip: demand.wip,
      calendar: authorsCalendar,
      work: work.figure,
      variation: work.variation,
    },
    demand: demand.demand,
    machines: machineWork(changes, { since: Math.max(0, since), now }),
    value: perKind((kind) => meanOf(changes.filter((c) => c.kind === kind).map((c) => c.value)) ?? 1),
    urgentShare: meanOf(changes.filter((c) => c.kind === "human").map((c) => Number(c.urgent))) ?? 0,
    teams: teamsOf(visits),
    pools,
    routes: routesOf(ledger, since),
    rework: rework.minutes,
    reworkVariation: rework.variation,
    dark: darkModel(ledger, { since, now }),
    deploy: deployModel(ledger, { since, now }),
    stale: staleModel(visits, now),
    dismissOnPush: again > kept,
  };
}

const isJudged = (station: Served): boolean => station === "review" || station === "approval";

/** Weekdays that are over and on which nobody finished anything. */
function holidays(
  done: readonly { readonly left: number | null }[],
  span: { readonly since: number; readonly now: number },
): Set<number> {
  const worked = new Set(done.map((d) => dayOf(d.left ?? span.now)));
  const first = Math.min(...worked);
  const off = new Set<number>();
  for (let day = Math.max(first, dayOf(span.since) + 1); day < dayOf(span.now - 1); day++) {
    if (!worked.has(day) && ((day % 7) + 7) % 7 < 5) off.add(day);
  }
  return off;
}

function perKind<T>(of: (kind: WorkKind) => T): Record<WorkKind, T> {
  return { human: of("human"), agent: of("agent"), bot: of("bot") };
}

function meanOf(xs: readonly number[]): number | null {
  return xs.length === 0 ? null : xs.reduce((a, b) => a + b, 0) / xs.length;
}

function teamsOf(visits: readonly Visit[]): ChainModel["teams"] {
  const counts = new Map<string, number>();
  for (const v of visits) if (v.station === "review" && v.nth === 1) counts.set(v.team, (counts.get(v.team) ?? 0) + 1);
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  return [...counts].map(([name, count]) => ({ name, share: count / total }));
}

// ---- stations with servers

/** The visits of each station and team at which anybody was seen at work. */
function byPool(visits: readonly Visit[]): Visit[][] {
  const groups = new Map<string, Visit[]>();
  for (const visit of visits) {
    const key = `${visit.station}:${visit.team}`;
    const group = groups.get(key);
    if (group) group.push(visit);
    else groups.set(key, [visit]);
  }
  return [...groups.values()].filter((group) => group.some((v) => v.actor !== null));
}

/** A station's visits, and the paces of first and of later ones: later reviews are shorter. */
interface PacedStation {
  readonly visits: readonly Visit[];
  readonly calendar: Calendar;
  readonly first: Paced;
  readonly later: Paced;
}

/** The paces of all stations and of writing, each since the chain was rearranged last. */
function pacedTogether(
  groups: readonly (readonly Visit[])[],
  of: PoolQuestion & { readonly written: readonly Job[]; readonly authorsCalendar: Calendar },
): { readonly writing: Paced; readonly stations: readonly PacedStation[] } {
  const stations = groups.map((visits) => {
    const done = finishedBySomeone(visits);
    const calendar = calendarOf(visits, of);
    const isReview = (visits[0] as Visit).station === "review";
    const samplesOf = (holds: (visit: Visit) => boolean) => timed(done.filter(holds), calendar);
    return {
      visits,
      calendar,
      first: samplesOf((v) => !isReview || v.nth === 1),
      later: samplesOf((v) => isReview && v.nth > 1),
    };
  });
  const writing = timed(of.written, of.authorsCalendar);
  const series = [writing, ...stations.flatMap((s) => [s.first, s.later])];
  const logs = series.map((samples) => samples.map(({ at, work }) => ({ at, x: Math.log(work) })));
  const shifts = shiftsOf(logs, daysOf(series, of.now));
  const paced = series.map((samples, i): Paced => ({ samples, shifts: shifts[i] as Paced["shifts"] }));
  return {
    writing: paced[0] as Paced,
    stations: stations.map((s, i) => ({
      ...s,
      first: paced[1 + 2 * i] as Paced,
      later: paced[2 + 2 * i] as Paced,
    })),
  };
}

/** Midnights between the first sample and now. */
function daysOf(series: readonly (readonly Timed[])[], now: number): number[] {
  const first = Math.min(now, ...series.map((samples) => samples[0]?.at ?? now));
  return Array.from({ length: dayOf(now) - dayOf(first) }, (_, i) => (dayOf(first) + 1 + i) * dayMinutes);
}

interface PoolQuestion {
  readonly daysOff: ReadonlySet<number>;
  readonly now: number;
}

const finishedBySomeone = (visits: readonly Visit[]): Visit[] =>
  visits.filter((v) => v.actor !== null && v.left !== null);

function calendarOf(visits: readonly Visit[], { daysOff, now }: PoolQuestion): Calendar {
  if (!isJudged((visits[0] as Visit).station)) return always;
  return learnCalendar(
    finishedBySomeone(visits).map((v) => v.left ?? now),
    daysOff,
  );
}

/**
 * Teams of one station borrow strength from each other: each mean moves towards that of all by the share of their
 * differences that chance explains (empirical Bayes; Efron & Morris 1975).
 */
function drawnTogether(pools: readonly PoolModel[]): PoolModel[] {
  return pools.map((pool) => {
    const alike = pools.filter((p) => p.station === pool.station && p.work.error > 0);
    if (alike.length < 2 || pool.work.error <= 0) return pool;
    const weights = alike.reduce((sum, p) => sum + p.work.error ** -2, 0);
    const common = alike.reduce((sum, p) => sum + p.work.mean * p.work.error ** -2, 0) / weights;
    const spread = alike.reduce((sum, p) => sum + (p.work.mean - common) ** 2, 0) / (alike.length - 1);
    const chance = pool.work.error ** 2;
    const real = Math.max(0, spread - chance);
    const own = real / (real + chance);
    const mean = own * pool.work.mean + (1 - own) * common;
    const error = Math.sqrt(own * chance + (1 - own) / weights);
    return { ...pool, work: { mean, error } };
  });
}

function poolOf({ visits, calendar, ...paced }: PacedStation, now: number): PoolModel {
  const { station, team } = visits[0] as Visit;
  const done = finishedBySomeone(visits);
  const first = paceOf(paced.first);
  return {
    station,
    team,
    servers: crewSize({ visits, calendar, meanService: first.figure.mean, variation: first.variation, now }),
    calendar,
    work: first.figure,
    again: station === "review" ? shareAgain(first, paceOf(paced.later)) : 1,
    variation: first.variation,
    back: {
      first: shareBack(
        done.filter((v) => v.nth === 1),
        priorBack[station],
      ),
      later: shareBack(
        done.filter((v) => v.nth > 1),
        priorBack[station] / 2,
      ),
    },
    rejected: perKind((kind) => (station === "review" ? shareRejected(done, kind) : 0)),
    rank: rankOf(visits),
  };
}

function shareAgain(first: Pace, later: Pace): number {
  return later.count >= samplesForVariation ? later.figure.mean / first.figure.mean : usualShareAgain;
}

function shareBack(done: readonly Visit[], prior: number): number {
  const back = done.filter((v) => v.outcome === "changes" || v.outcome === "failed").length;
  return (back + priorVisits * prior) / (done.length + priorVisits);
}

function shareRejected(done: readonly Visit[], kind: WorkKind): number {
  const of = done.filter((v) => v.change.kind === kind);
  const rejected = of.filter((v) => v.outcome === "rejected").length;
  return (rejected + priorVisits * priorRejected[kind]) / (of.length + priorVisits);
}

// ---- authors

/**
 * How long a change is written, as time spent over changes finished since the pace last shifted: what is still being
 * written counts too, else a slow start would show only once it is over.
 */
function writingOf(
  jobs: readonly Job[],
  { writing, calendar, now }: { readonly writing: Paced; readonly calendar: Calendar; readonly now: number },
): Pace {
  const plain = figureOf(writing.samples.map((s) => s.work));
  if (plain.count < samplesForVariation) return plain;
  const own = jobs.filter((j) => j.source === "new" && j.change.kind === "human");
  return paceOf(writing, (at) => {
    // Who finished then had begun before; what was finished is counted from where its time is.
    const spent = own
      .filter((j) => (j.left ?? now) > at)
      .reduce((sum, j) => sum + workBetween(calendar, Math.max(j.entered, at), j.left ?? now), 0);
    return spent / Math.max(1, own.filter((j) => (j.left ?? 0) > at).length);
  });
}

// ---- what comes back to authors

function reworkOf(
  jobs: readonly Job[],
  calendar: Calendar,
): { minutes: Record<ReworkSource, number>; variation: number } {
  const human = jobs.filter((j) => j.source !== "new" && j.change.kind === "human");
  const all = figureOf(minutesOf(human, calendar));
  const overall = all.count > 0 ? all.figure.mean : priorReworkMinutes;
  const of = (source: ReworkSource) => {
    const samples = minutesOf(
      human.filter((j) => j.source === source),
      calendar,
    );
    const sum = samples.reduce((a, b) => a + b, 0);
    return (sum + priorVisits * overall) / (samples.length + priorVisits);
  };
  return {
    minutes: { ci: of("ci"), review: of("review"), approval: of("approval"), queue: of("queue"), deploy: of("deploy") },
    variation: all.variation,
  };
}

const minutesOf = (jobs: readonly Job[], calendar: Calendar): number[] => timed(jobs, calendar).map((s) => s.work);

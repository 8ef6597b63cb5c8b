import type { Backlog, LogLikelihood } from "./backlog.js";
import { emptyBacklog, filledFor, seenEmpty, taken } from "./backlog.js";
import type { Calendar } from "../flow/calendar.js";
import { workBetween } from "../flow/calendar.js";
import { dayMinutes, dayOf } from "../flow/event.js";
import type { AuthorEntry } from "../flow/ledger.js";
import type { Figure } from "./model.js";
import { likeliestSince } from "./shift.js";

/**
 * How much people would start if they could. What waits to be written is in no event, but it shows: while any
 * author is free and below the limit of open changes, nothing can be waiting, so every change opened in that time
 * has just come up (arrivals seen by an idle server; the complement of an active period). While nobody is free,
 * tickets pile up unseen, and each change opened says that at least one was there. Both are weighed exactly, for a
 * range of rates at once (backlog.ts). Counting only short busy spells instead is biased: the long ones, left out,
 * are those in which more came up.
 */
export interface DemandFigures {
  /** Changes a working day. */
  readonly demand: Figure;
  readonly authors: number;
  /** Changes an author has open at most. */
  readonly wip: number;
}

/** Authors who opened nothing for this long are not counted. */
const presentDays = 35;
/** Tickets that people plan ahead per author (as in replay.ts), and how many are told apart at most. */
const plannedPerAuthor = 1;
const mostPlanned = 40;
/** Rates that are weighed: this many steps of six percent, so many of them below what was opened. */
const rateStep = 0.06;
const rateCount = 49;
const ratesBelow = 24;
/** Belief before anything was seen: demand is this many times what was opened, give or take (as a logarithm). */
const priorExcess = 1.2;
const priorSpread = 0.3;
/** The grid is no finer than this. */
const leastVariance = 1e-4;

export interface DemandQuestion {
  readonly log: readonly AuthorEntry[];
  readonly calendar: Calendar;
  /** From where on entries count: far back, since a time of overload shows little of demand. */
  readonly since: number;
  readonly now: number;
}

export function demandOf(question: DemandQuestion): DemandFigures {
  const { calendar, now } = question;
  const log = question.log.filter((e) => e.at <= now);
  const opens = log.filter((e) => e.what === "opened");
  const authors = new Set(opens.filter((e) => e.at >= now - presentDays * dayMinutes).map((e) => e.author));
  const wip = wipLimit(log);
  const since = Math.max(question.since, log[0]?.at ?? question.since);
  const minutes = Math.max(workBetween(calendar, since, now), 1);
  const opened = Math.max(opens.filter((e) => e.at >= since).length, 1) / minutes;
  const rates = Array.from({ length: rateCount }, (_, i) => opened * Math.exp(rateStep * (i - ratesBelow)));
  const days = watch({ ...question, log, since }, { authors, wip, rates });
  const rate = believed(rates, { opened, logs: likeliestSince(days) });
  const perDay = calendar.to - calendar.from;
  return { demand: { mean: rate.mean * perDay, error: rate.error * perDay }, authors: authors.size, wip };
}

/** Mean and standard error of the rate, as logarithms, under the prior and what was seen. */
function believed(rates: readonly number[], of: { readonly opened: number; readonly logs: LogLikelihood }): Figure {
  const prior = (rate: number) => -0.5 * (Math.log(rate / of.opened / priorExcess) / priorSpread) ** 2;
  const logs = rates.map((rate, i) => (of.logs[i] ?? 0) + prior(rate));
  const most = Math.max(...logs);
  const weights = logs.map((x) => Math.exp(x - most));
  const total = weights.reduce((a, b) => a + b, 0);
  const average = (value: (rate: number) => number) =>
    rates.reduce((sum, rate, i) => sum + (weights[i] ?? 0) * value(rate), 0) / total;
  const location = average(Math.log);
  const variance = average((rate) => (Math.log(rate) - location) ** 2);
  const mean = Math.exp(location);
  return { mean, error: mean * Math.sqrt(Math.max(variance, leastVariance)) };
}

/** The most changes that any author had open at once. */
function wipLimit(log: readonly AuthorEntry[]): number {
  const open = new Map<string, number>();
  let most = 1;
  for (const { author, what } of log) {
    if (what !== "opened" && what !== "left") continue;
    const count = Math.max(0, (open.get(author) ?? 0) + (what === "opened" ? 1 : -1));
    open.set(author, count);
    most = Math.max(most, count);
  }
  return most;
}

interface AuthorState {
  open: number;
  owed: number;
  writing: boolean;
}

interface Watch {
  readonly question: DemandQuestion;
  readonly wip: number;
  readonly states: ReadonlyMap<string, AuthorState>;
  readonly backlog: Backlog;
  /** What each day says of each rate. */
  readonly days: LogLikelihood[];
  /** Authors who could begin something. */
  free: number;
  /** Whether somebody has been free for a while, so that nothing waits and what is opened has just come up. */
  open: boolean;
  clock: number;
}

/** Follows every author through the log. @returns for each day since the start, what it says of each rate. */
function watch(
  question: DemandQuestion,
  of: { readonly authors: ReadonlySet<string>; readonly wip: number; readonly rates: readonly number[] },
): LogLikelihood[] {
  const { log, since, now } = question;
  const { authors, wip, rates } = of;
  const full = Math.min(mostPlanned, Math.max(1, plannedPerAuthor * authors.size));
  const seen: Watch = {
    question,
    wip,
    // Nothing is known of anybody before the first event, so all count as free: their first changes count as new.
    states: new Map([...authors].map((author) => [author, { open: 0, owed: 0, writing: false }])),
    backlog: emptyBacklog(rates, full),
    days: Array.from({ length: dayOf(now) - dayOf(since) + 1 }, () => new Float64Array(rates.length)),
    free: authors.size,
    open: true,
    clock: since,
  };
  for (let next = 0; next < log.length;) {
    const at = (log[next] as AuthorEntry).at;
    if (at > seen.clock) pass(seen, at);
    // What happens in one moment counts together: who lands one change and opens the next was never free.
    const wasFree = seen.free > 0;
    let opened = 0;
    for (let entry = log[next]; entry?.at === at; entry = log[++next]) {
      if (enterInto(seen, entry) && entry.what === "opened") opened++;
    }
    if (opened > 0 && at >= since) countOpened(seen, { at, opened, wasFree });
    if (!wasFree || seen.free === 0) seen.open = false;
  }
  if (now > seen.clock) pass(seen, now);
  return seen.days;
}

/** @returns whether the entry is of an author who counts. */
function enterInto(seen: Watch, entry: AuthorEntry): boolean {
  const state = seen.states.get(entry.author);
  if (!state) return false;
  const was = isFree(state, seen.wip);
  turn(state, entry);
  seen.free += Number(isFree(state, seen.wip)) - Number(was);
  return true;
}

function countOpened(
  seen: Watch,
  of: { readonly at: number; readonly opened: number; readonly wasFree: boolean },
): void {
  const logs = dayAt(seen, of.at);
  if (seen.open && of.wasFree) {
    seen.backlog.rates.forEach((rate, i) => (logs[i] = (logs[i] ?? 0) + of.opened * Math.log(rate)));
  } else taken(seen.backlog, { count: of.opened, logs });
}

/** Working time passes, day by day. */
function pass(seen: Watch, until: number): void {
  const { backlog, question } = seen;
  while (seen.clock < until) {
    const end = Math.min(until, (dayOf(seen.clock) + 1) * dayMinutes);
    const minutes = workBetween(question.calendar, seen.clock, end);
    const logs = dayAt(seen, seen.clock);
    seen.clock = end;
    if (minutes <= 0) continue;
    if (seen.free === 0) {
      filledFor(backlog, minutes);
      continue;
    }
    if (!seen.open) seenEmpty(backlog, logs);
    seen.open = true;
    backlog.rates.forEach((rate, i) => (logs[i] = (logs[i] ?? 0) - rate * minutes));
  }
}

function dayAt(seen: Watch, at: number): LogLikelihood {
  return seen.days[dayOf(at) - dayOf(seen.question.since)] as LogLikelihood;
}

function turn(state: AuthorState, entry: AuthorEntry): void {
  switch (entry.what) {
    case "opened":
      state.open++;
      state.writing = true;
      break;
    case "finished":
      // Work that came back is finished before new work is begun; only one thing is worked on at a time.
      if (state.writing) state.writing = false;
      else state.owed = Math.max(0, state.owed - 1);
      break;
    case "rework":
      state.owed++;
      break;
    case "left":
      state.open = Math.max(0, state.open - 1);
  }
}

function isFree(state: AuthorState, wip: number): boolean {
  return !state.writing && state.owed === 0 && state.open < wip;
}

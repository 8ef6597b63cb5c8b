import type { Calendar } from "./calendar.js";
import { workBetween } from "./calendar.js";
import { dayMinutes, dayOf } from "./event.js";
import type { AuthorEntry } from "./ledger.js";
import type { Figure } from "./model.js";
import type { DayCount } from "./shift.js";
import { steadyRateSince } from "./shift.js";

/**
 * How much people would start if they could. What waits to be written is in no event, but it shows: while any
 * author is free and below the limit of open changes, nothing can be waiting, so every change opened in that time
 * has just come up (arrivals seen by an idle server; the complement of an active period). Between two such times
 * everything that came up has been opened, so short busy spells count whole. In long ones demand may have been
 * turned away: they count as no evidence.
 */
export interface DemandFigures {
  /** Changes a working day. */
  readonly demand: Figure;
  /** Share of working time in which some author was free for more. */
  readonly free: number;
  readonly authors: number;
  /** Changes an author has open at most. */
  readonly wip: number;
}

/** Authors who opened nothing for this long are not counted. */
const presentDays = 35;
/** A busy spell up to this long is taken to have turned nothing away. */
const shortSpellMinutes = 960;
/** Weight, in changes, of the belief that there is more demand than was taken up. */
const priorChanges = 2;
const priorExcess = 1.5;
const overdispersion = 1.5;

export interface DemandQuestion {
  readonly log: readonly AuthorEntry[];
  readonly calendar: Calendar;
  /** From where on entries count: far back, since a time of overload shows nothing of demand. */
  readonly since: number;
  readonly now: number;
}

export function demandOf(question: DemandQuestion): DemandFigures {
  const { log, calendar, since, now } = question;
  const opens = log.filter((e) => e.at >= now - presentDays * dayMinutes && e.what === "opened");
  const authors = new Set(opens.map((e) => e.author));
  const wip = wipLimit(log);
  const { days, freeMinutes } = watch(question, { authors, wip });
  // Which spells count depends on what came up in them, so days vary more than a Poisson stream's.
  const steady = steadyRateSince(days, overdispersion);
  const recent = days.filter((d) => d.day >= steady);
  const count = recent.reduce((sum, d) => sum + d.count, 0);
  const exposure = recent.reduce((sum, d) => sum + d.exposure, 0);
  const total = Math.max(workBetween(calendar, Math.max(since, log[0]?.at ?? since), now), 1);
  const dayLength = calendar.to - calendar.from;
  const present = workBetween(calendar, Math.max(now - presentDays * dayMinutes, log[0]?.at ?? since), now);
  const openedPerDay = (opens.length / Math.max(present, 1)) * dayLength;
  const prior = priorChanges / Math.max(priorExcess * openedPerDay, 0.1);
  const seen = (count + priorChanges) / (exposure / dayLength + prior);
  const mean = Math.max(seen, crowdedOut(days, { calendar, authors: authors.size, now }));
  return {
    demand: { mean, error: mean / Math.sqrt(count + priorChanges) },
    free: freeMinutes / total,
    authors: authors.size,
    wip,
  };
}

/**
 * Demand that must be there when hardly ever an author is free: with a queue of at most K tickets (one for each
 * author) it is found empty in (1 - r) / (1 - r^(K + 1)) of the time, r being demand over what authors can start
 * (M/M/1/K). @returns changes a working day; 0 when authors are free often enough to see demand itself.
 */
function crowdedOut(
  days: readonly DemandDay[],
  of: { readonly calendar: Calendar; readonly authors: number; readonly now: number },
): number {
  const { calendar, authors, now } = of;
  const recent = days.filter((d) => d.day >= dayOf(now - crowdedDays * dayMinutes));
  const from = (recent[0]?.day ?? 0) * dayMinutes;
  const total = workBetween(calendar, from, now);
  if (total < fewestDays * (calendar.to - calendar.from)) return 0;
  const free = recent.reduce((sum, d) => sum + d.free, 0) / total;
  const opened = (recent.reduce((sum, d) => sum + d.opened, 0) / total) * (calendar.to - calendar.from);
  const even = 1 / (authors + 1);
  if (free >= even || opened === 0) return 0;
  let ratio = 1;
  while (ratio < mostCrowded && (ratio - 1 + 1e-9) / (ratio ** (authors + 1) - 1 + 1e-9) > free) ratio += 0.01;
  return (ratio * opened) / (1 - free);
}

/** How far back crowding is looked at, and in how many working days at least. */
const crowdedDays = 21;
const fewestDays = 5;
const mostCrowded = 1.4;

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

/** A time in which no author was free for more, and how many changes were opened in it. */
interface Spell {
  readonly minutes: number;
  readonly opened: number;
}

const noSpell: Spell = { minutes: 0, opened: 0 };

/** Follows every author through the log and counts, by day, changes that came up and time in which they could show. */
function watch(
  question: DemandQuestion,
  of: { readonly authors: ReadonlySet<string>; readonly wip: number },
): { days: DemandDay[]; freeMinutes: number } {
  const { log, calendar, since, now } = question;
  const tally = { first: dayOf(since), days: emptyDays(since, now), calendar };
  // Nothing is known of anybody before the first event, so all count as free: their first changes count as new.
  const states = new Map<string, AuthorState>();
  for (const author of of.authors) states.set(author, { open: 0, owed: 0, writing: false });
  let free = of.authors.size;
  let freeMinutes = 0;
  let clock = Math.max(log[0]?.at ?? since, since);
  let spell = noSpell;
  const pass = (until: number) => {
    const minutes = workBetween(calendar, clock, until);
    if (free > 0 && minutes > 0) {
      closeSpell(tally, spell, clock);
      expose(tally, { since: clock, until });
      freeMinutes += minutes;
      spell = noSpell;
    } else spell = { ...spell, minutes: spell.minutes + minutes };
    clock = Math.max(clock, until);
  };
  for (const entry of log) {
    const state = states.get(entry.author);
    if (!state) continue;
    if (entry.at > clock) pass(entry.at);
    if (entry.what === "opened" && entry.at >= since) {
      spell = { ...spell, opened: spell.opened + 1 };
      const day = tally.days[dayOf(entry.at) - tally.first];
      if (day) day.opened++;
    }
    const was = isFree(state, of.wip);
    turn(state, entry);
    free += Number(isFree(state, of.wip)) - Number(was);
  }
  if (now > clock) pass(now);
  return { days: tally.days, freeMinutes };
}

interface DemandDay extends DayCount {
  count: number;
  exposure: number;
  /** Working minutes in which some author was free. */
  free: number;
  opened: number;
}

interface Tally {
  readonly first: number;
  readonly days: DemandDay[];
  readonly calendar: Calendar;
}

function emptyDays(since: number, now: number): Tally["days"] {
  const first = dayOf(since);
  return Array.from({ length: dayOf(now) - first + 1 }, (_, i) => ({
    day: first + i,
    count: 0,
    exposure: 0,
    free: 0,
    opened: 0,
  }));
}

/** Counts a busy spell that ended at `until`, unless it was so long that demand may have been turned away. */
function closeSpell(tally: Tally, spell: Spell, until: number): void {
  if (spell.minutes > shortSpellMinutes) return;
  const day = tally.days[dayOf(until) - tally.first];
  if (!day) return;
  // Opened and time go to the same day, or the rate would seem to jump.
  day.count += spell.opened;
  day.exposure += spell.minutes;
}

/** Adds the working minutes of a span to the days it covers. */
function expose(tally: Tally, span: { readonly since: number; readonly until: number }): void {
  for (let day = dayOf(span.since); day <= dayOf(span.until); day++) {
    const of = tally.days[day - tally.first];
    const from = Math.max(span.since, day * dayMinutes);
    const until = Math.min(span.until, (day + 1) * dayMinutes);
    const minutes = workBetween(tally.calendar, from, until);
    if (!of) continue;
    of.exposure += minutes;
    of.free += minutes;
  }
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

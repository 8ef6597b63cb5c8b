import { dayMinutes, dayOf } from "./event.js";

/** Working hours: minutes of the day [from, to), with or without weekends; `daysOff` are day numbers (holidays). */
export interface Calendar {
  readonly from: number;
  readonly to: number;
  readonly weekends: boolean;
  readonly daysOff: ReadonlySet<number>;
}

export const always: Calendar = { from: 0, to: dayMinutes, weekends: true, daysOff: new Set() };
export const officeHours: Calendar = { from: 540, to: 1020, weekends: false, daysOff: new Set() };

/** Fewer moments than this say nothing about when somebody works. */
const momentsNeeded = 12;
/** Share of moments at each end of the day that may be overtime. */
const overtime = 0.005;
/** Share of moments on weekends above which the weekend is worked. */
const weekendWork = 0.08;
const grain = 30;
/** A day's span above which people are taken to work in shifts, round the clock. */
const shifts = 20 * 60;

/**
 * Learns working hours from the moments at which a group of people finished something: the span of the day that
 * holds all but a little overtime, widened to the half hour.
 * @param moments minutes, in any order
 */
export function learnCalendar(moments: readonly number[], daysOff: ReadonlySet<number>): Calendar {
  if (moments.length < momentsNeeded) return { ...officeHours, daysOff };
  const weekends = moments.filter((at) => isWeekend(dayOf(at))).length > weekendWork * moments.length;
  const minutes = moments.map((at) => at - dayOf(at) * dayMinutes).sort((a, b) => a - b);
  const end = Math.floor(overtime * minutes.length);
  const first = minutes[end] ?? 0;
  const last = minutes[minutes.length - 1 - end] ?? dayMinutes;
  if (last - first > shifts) return { ...always, weekends, daysOff };
  const from = Math.floor(first / grain) * grain;
  return { from, to: Math.max(from + grain, Math.ceil(last / grain) * grain), weekends, daysOff };
}

export const isWeekend = (day: number): boolean => ((day % 7) + 7) % 7 > 4;

export function worksOn(calendar: Calendar, day: number): boolean {
  return (calendar.weekends || !isWeekend(day)) && !calendar.daysOff.has(day);
}

/** Minutes of work that fit into a week without holidays. */
export function minutesPerWeek(calendar: Calendar): number {
  return (calendar.weekends ? 7 : 5) * (calendar.to - calendar.from);
}

/** Working minutes between two moments. */
export function workBetween(calendar: Calendar, since: number, until: number): number {
  if (until <= since) return 0;
  const firstDay = dayOf(since);
  const lastDay = dayOf(until);
  if (calendar === always) return until - since;
  let sum = 0;
  for (let day = firstDay; day <= lastDay; day++) {
    if (!worksOn(calendar, day)) continue;
    const from = Math.max(since, day * dayMinutes + calendar.from);
    const to = Math.min(until, day * dayMinutes + calendar.to);
    if (to > from) sum += to - from;
  }
  return sum;
}

/** The moment itself if it is worked, else the next that is. */
export function nextOpen(calendar: Calendar, at: number): number {
  let day = dayOf(at);
  const minute = at - day * dayMinutes;
  if (worksOn(calendar, day) && minute < calendar.to) {
    return minute < calendar.from ? day * dayMinutes + calendar.from : at;
  }
  do day++;
  while (!worksOn(calendar, day));
  return day * dayMinutes + calendar.from;
}

/**
 * When work begun at `at` is done, nights and days off left out.
 * @throws RangeError of work without an end, which would never be done
 */
export function finishOf(calendar: Calendar, at: number, work: number): number {
  if (!Number.isFinite(work)) throw new RangeError(`${work} minutes of work are never done`);
  let now = at;
  let rest = work;
  for (;;) {
    now = nextOpen(calendar, now);
    const left = dayOf(now) * dayMinutes + calendar.to - now;
    if (rest <= left) return now + rest;
    rest -= left;
    now += left;
  }
}

import type { Instant } from "../model/ids.js";

/**
 * A stretch of time, all of whose parts must hold: days of the week, hours of the day, dates, in one time zone.
 * A missing part always holds.
 */
export interface TimeSpan {
  /** 1 Monday to 7 Sunday; empty: any. */
  readonly days: readonly number[];
  /** Minutes since local midnight, `from` within, `to` not; `to` before `from` runs over midnight. Null: any. */
  readonly hours: { readonly from: number; readonly to: number } | null;
  /** First and last local date, `YYYY-MM-DD`, both within. */
  readonly from: string | null;
  readonly to: string | null;
  /** IANA name. */
  readonly zone: string;
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export function within(span: TimeSpan, now: Instant): boolean {
  const local = localTime(now, span.zone);
  if (span.from !== null && local.date < span.from) return false;
  if (span.to !== null && local.date > span.to) return false;
  if (span.hours === null) return onDay(span, local.weekday);
  const { from, to } = span.hours;
  if (from <= to) return onDay(span, local.weekday) && local.minute >= from && local.minute < to;
  // Over midnight: the hours after it belong to the day on which the span began.
  if (local.minute >= from) return onDay(span, local.weekday);
  return local.minute < to && onDay(span, local.weekday === 1 ? 7 : local.weekday - 1);
}

function onDay(span: TimeSpan, weekday: number): boolean {
  return span.days.length === 0 || span.days.includes(weekday);
}

/** How far ahead an opening is looked for, in which steps, and to what precision (ms). */
const opening = { horizonMs: 14 * 86_400_000, stepMs: 30 * 60_000, toMs: 60_000 };

/** When one of the spans next holds; null: not within two weeks. A span shorter than half an hour may be missed. */
export function nextOpening(spans: readonly TimeSpan[], now: Instant): Instant | null {
  const open = (at: Instant) => spans.some((span) => within(span, at));
  const { horizonMs, stepMs, toMs } = opening;
  const from = Math.floor(now / toMs) * toMs;
  for (let at = from; at <= now + horizonMs; at += stepMs) {
    if (!open(at)) continue;
    let first = at;
    while (first > now && open(first - toMs)) first -= toMs;
    return Math.max(first, now);
  }
  return null;
}

export function localTime(now: Instant, zone: string): { date: string; weekday: number; minute: number } {
  const parts = clockOf(zone).formatToParts(now);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    weekday: weekdays.indexOf(part("weekday").toLowerCase()) + 1,
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  };
}

/** Making a formatter costs more than a hundred uses of it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    weekday: "short",
  });
  clocks.set(zone, clock);
  return clock;
}

/** Swedish writes dates as ISO 8601 does. */
const utcMinute = new Intl.DateTimeFormat("sv-SE", { timeZone: "UTC", dateStyle: "short", timeStyle: "short" });

/** An instant in words: UTC, to the minute, as people in several places read it. */
export function utcTime(at: Instant): string {
  return `${utcMinute.format(at)} UTC`;
}

/** The local date at an instant, `YYYY-MM-DD`. */
export function dateOf(now: Instant, zone: string): string {
  return localTime(now, zone).date;
}

/** The ISO 8601 week of a local day, as `2026-W47`: a week belongs to the year of its Thursday. */
export function isoWeekOf({ date, weekday }: { readonly date: string; readonly weekday: number }): string {
  const thursday = dayNumber(date) + 4 - weekday;
  const year = Number(date.slice(0, 4));
  const of = [year + 1, year, year - 1].find((y) => dayNumber(`${y}-01-01`) <= thursday) ?? year;
  const week = 1 + Math.floor((thursday - dayNumber(`${of}-01-01`)) / 7);
  return `${of}-W${String(week).padStart(2, "0")}`;
}

/** Days of the Gregorian calendar up to a date, counted in years that begin in March: the leap day comes last. */
function dayNumber(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const from = month > 2 ? year : year - 1;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day;
  return 365 * from + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400) + ofYear;
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** `mon`, `mon-fri`, `fri-mon` as numbers from 1; null when it is none of these. */
export function parseDays(text: string): readonly number[] | null {
  const [first, last, more] = text.toLowerCase().split("-");
  const from = weekdays.indexOf((first ?? "").trim().slice(0, 3)) + 1;
  const to = last === undefined ? from : weekdays.indexOf(last.trim().slice(0, 3)) + 1;
  if (from === 0 || to === 0 || more !== undefined) return null;
  const days: number[] = [];
  for (let day = from; days.length < 7; day = (day % 7) + 1) {
    days.push(day);
    if (day === to) break;
  }
  return days;
}

/** `09:00-17:30` in minutes since midnight; `24:00` may end it. */
export function parseHours(text: string): { from: number; to: number } | null {
  const match = /^\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/.exec(text);
  if (!match) return null;
  const from = Number(match[1]) * 60 + Number(match[2]);
  const to = Number(match[3]) * 60 + Number(match[4]);
  const valid = Number(match[2]) < 60 && Number(match[4]) < 60 && from < 1440 && to <= 1440 && from !== to;
  return valid ? { from, to } : null;
}

/** Is it a date of the calendar, `YYYY-MM-DD`? */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return length !== undefined && day >= 1 && day <= length;
}

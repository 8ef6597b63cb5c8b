import { describe, expect, test } from "@jest/globals";
import { isDate, isZone, nextOpening, parseDays, parseHours, within, type TimeSpan } from "./calendar.js";

const span = (more: Partial<TimeSpan>): TimeSpan => ({
  days: [],
  hours: null,
  from: null,
  to: null,
  zone: "UTC",
  ...more,
});
const at = (text: string) => Date.parse(text);

describe("spans of time", () => {
  test.each<[string, TimeSpan, string, boolean]>([
    ["a day", span({ days: [3] }), "2026-11-18T23:59:59Z", true],
    ["another day", span({ days: [3] }), "2026-11-19T00:00:00Z", false],
    ["the first minute", span({ hours: { from: 540, to: 960 } }), "2026-11-18T09:00:00Z", true],
    ["the minute after the last", span({ hours: { from: 540, to: 960 } }), "2026-11-18T16:00:00Z", false],
    [
      "after midnight, of the day before",
      span({ days: [5], hours: { from: 1320, to: 120 } }),
      "2026-11-21T01:00:00Z",
      true,
    ],
    [
      "after midnight, of the day itself",
      span({ days: [5], hours: { from: 1320, to: 120 } }),
      "2026-11-20T01:00:00Z",
      false,
    ],
    ["summer time", span({ hours: { from: 540, to: 600 }, zone: "Europe/Berlin" }), "2026-07-01T07:30:00Z", true],
    ["winter time", span({ hours: { from: 540, to: 600 }, zone: "Europe/Berlin" }), "2026-12-01T07:30:00Z", false],
    ["the last date, there", span({ to: "2026-12-31", zone: "Pacific/Auckland" }), "2026-12-31T10:59:00Z", true],
    ["past the last date, there", span({ to: "2026-12-31", zone: "Pacific/Auckland" }), "2026-12-31T11:00:00Z", false],
  ])("%s", (_what, when, now, expected) => {
    expect(within(when, at(now))).toBe(expected);
  });

  test.each([
    ["later today", span({ hours: { from: 1000, to: 1100 } }), "2026-11-20T12:00:00Z", "2026-11-20T16:40:00Z"],
    ["now", span({ hours: { from: 600, to: 1100 } }), "2026-11-20T12:00:30Z", "2026-11-20T12:00:30Z"],
    ["on Monday", span({ days: [1] }), "2026-11-20T12:00:00Z", "2026-11-23T00:00:00Z"],
    [
      "there",
      span({ hours: { from: 540, to: 600 }, zone: "Europe/Berlin" }),
      "2026-12-01T12:00:00Z",
      "2026-12-02T08:00:00Z",
    ],
    ["not within two weeks", span({ from: "2026-12-31" }), "2026-11-20T12:00:00Z", null],
  ])("the next opening: %s", (_what, when, now, expected) => {
    expect(nextOpening([when], at(now))).toBe(expected === null ? null : at(expected));
  });

  test("words", () => {
    expect(parseDays("mon-fri")).toEqual([1, 2, 3, 4, 5]);
    expect(parseDays("Sat-mon")).toEqual([6, 7, 1]);
    expect(parseDays("sunday")).toEqual([7]);
    expect([parseDays("mo"), parseDays("mon-fri-sun"), parseDays("")]).toEqual([null, null, null]);
    expect(parseHours("9:00-17:30")).toEqual({ from: 540, to: 1050 });
    expect([parseHours("25:00-26:00"), parseHours("09:00"), parseHours("09:60-10:00")]).toEqual([null, null, null]);
    expect(["2024-02-29", "2026-02-29", "2026-1-1", "2026-13-01"].map(isDate)).toEqual([true, false, false, false]);
    expect([isZone("Europe/Berlin"), isZone("Mars/Olympus")]).toEqual([true, false]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { prNumber } from "../model/ids.js";
import type { ReviewItem, ReviewList } from "../line/review-list.js";
import { messagesDue, reviewsIssue, type Message } from "./messages.js";

const both = { weekly: true, daily: true, zone: "UTC" };
const brief = "issue:brief:main:2026-W47:2026-W47";
const reviews = (date: string) => `issue:reviews:main:${date}`;

describe("messages are due", () => {
  test.each([
    ["never where the policy does not ask", { ...both, weekly: false, daily: false }, "2026-11-20T10:00Z", [], []],
    ["both on the first look", both, "2026-11-20T10:00Z", [], [brief, reviews("2026-11-20")]],
    ["only what is asked for", { ...both, daily: false }, "2026-11-20T10:00Z", [], [brief]],
    ["the brief once a week", both, "2026-11-20T10:00Z", [brief], [reviews("2026-11-20")]],
    ["nothing that was sent", both, "2026-11-20T10:00Z", [brief, reviews("2026-11-20")], []],
    ["not on Saturday", both, "2026-11-21T10:00Z", [], []],
    ["not on Sunday", both, "2026-11-22T10:00Z", [], []],
    ["not before the morning", both, "2026-11-20T05:59Z", [], []],
    ["again in a new week", { ...both, daily: false }, "2026-11-23T06:00Z", [brief], [brief.replaceAll("47", "48")]],
    [
      "in the zone's own days",
      { ...both, weekly: false, zone: "Asia/Tokyo" },
      "2026-11-19T22:00Z",
      [],
      [reviews("2026-11-20")],
    ],
  ])("%s", (_what, settings, at, said, ids) => {
    const due = messagesDue(settings, { base: "main", now: Date.parse(at), said: new Set(said) });
    expect(due.map((m) => m.id)).toEqual(ids);
  });

  test.each([
    ["2027-01-01", "2026-W53"],
    ["2026-01-01", "2026-W01"],
    ["2024-12-30", "2025-W01"],
    ["2028-02-29", "2028-W09"],
  ])("%s is in the ISO week %s", (date, week) => {
    const settings = { ...both, daily: false };
    const due = messagesDue(settings, { base: "main", now: Date.parse(`${date}T12:00Z`), said: new Set() });
    expect(due.map((m) => m.period)).toEqual([week]);
  });
});

const item: ReviewItem = {
  ...{
    number: prNumber(7),
    title: "@everybody look: `x` <b>",
    author: "ann",
    reversibility: "reversible",
    risk: "low",
  },
  ...{ question: "", suggested: ["ben"], others: [], minutes: 30, valuePerHour: 1, waitsSince: 0 },
};
const list: ReviewList = {
  batches: [],
  unprepared: [],
  ...{ items: [item], fewest: ["ben"], desks: [{ who: "ben", changes: 1, minutes: 30 }], withAuthors: 0, atTheGate: 0 },
  minutesAre: "believed",
};
const message: Message = { tells: "reviews", id: "i", topic: "reviews:main", series: null, period: "2026-11-20" };

test("the reviewers' list notifies nobody and carries nobody's markup", () => {
  const effect = reviewsIssue(message, { base: "main", reviews: list, now: 2 * 3_600_000 });
  const body = effect.kind === "issue" ? effect.body : "";
  expect(body).toContain(
    "1. #7 @\u200beverybody look: \\`x\\` \\<b\\> (reversible, low risk, about 30 minutes, waits 2 hours).",
  );
  expect(body).not.toMatch(/@\w/);
  expect(body).not.toContain("<b>");
});

test("a list longer than a page says how much more there is; an empty one says so", () => {
  const told = (items: readonly ReviewItem[]) => {
    const effect = reviewsIssue(message, { base: "main", reviews: { ...list, items }, now: 0 });
    return effect.kind === "issue" ? effect.body : "";
  };
  expect(told(Array.from({ length: 30 }, () => item))).toContain("5 more changes on the dashboard.");
  expect(told([])).toContain("Nothing waits for anybody's judgment.");
});

test("what one sitting can answer is told with the time from which it can land", () => {
  const of = { reversibility: "irreversible" as const, of: ["@lea"], numbers: [prNumber(7), prNumber(8)], minutes: 50 };
  const told = (opens: number | null) => {
    const effect = reviewsIssue(message, { base: "main", reviews: { ...list, batches: [{ ...of, opens }] }, now: 0 });
    return effect.kind === "issue" ? effect.body : "";
  };
  expect(told(3_600_000)).toContain(
    "- #7 and #8 (irreversible, about 50 minutes) by `@lea`; they can land from 1970-01-01 01:00 UTC",
  );
  expect(told(null)).toMatch(/by `@lea`\n/);
});

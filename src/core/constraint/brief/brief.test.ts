import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, exactly, slower } from "../../../../test/build/chain.js";
import { accountsOf, inventoryOf } from "../accounts/accounts.js";
import { briefOf, forecastMetrics } from "./brief.js";
import { briefHtml } from "./brief-html.js";
import { briefText } from "./brief-words.js";
import type { FlowEvent } from "../flow/event.js";
import type { Finding } from "../finder/finder.js";
import { findConstraint, newFinder } from "../finder/finder.js";
import { judgmentOf } from "../accounts/judgment.js";
import { soleJudges } from "../accounts/knowledge.js";
import { emptyLedger, record } from "../flow/ledger.js";
import type { Ledger } from "../flow/ledger.js";

function ledgerOf(events: readonly FlowEvent[]): Ledger {
  const ledger = emptyLedger();
  for (const event of events) record(ledger, event);
  return ledger;
}

/** Opened at 9:00, built for an hour, reviewed from 11:00 after an hour's wait, dark for two hours, landed, deployed. */
function aChange(pr: number, of: Partial<FlowEvent> = {}): FlowEvent[] {
  const at = (hour: number) => hour * 60;
  return [
    { at: at(9), pr, event: "opened", actor: "ann", kind: "agent", team: "a", value: 2, ...of },
    { at: at(9), pr, event: "ready_for_review", actor: "ann" },
    { at: at(9), pr, event: "build_started", actor: "r", for: "ci" },
    { at: at(10), pr, event: "build_finished", actor: "r", for: "ci", ok: true },
    { at: at(10), pr, event: "review_requested", team: "a" },
    { at: at(11), pr, event: "review_submitted", actor: "bob", team: "a" },
    { at: at(13), pr, event: "queued" },
    { at: at(14), pr, event: "landed" },
    { at: at(15), pr, event: "deployed", ok: true },
  ];
}

describe("accounts", () => {
  test("lead time is work, waiting and what no event explains, and nothing else", () => {
    const { lead, stations } = accountsOf(ledgerOf(aChange(1)), { since: 0, now: 1440, model: null });
    expect(lead).toMatchObject({ delivered: 1, valuePerDay: 2, leadMinutesP50: 360 });
    expect(lead.working + lead.waiting + lead.dark).toBeCloseTo(1, 9);
    expect(lead.dark).toBeCloseTo(120 / 360, 9);
    expect(stations.map((s) => [s.station, s.stays])).toEqual([
      ["ci", 1],
      ["review", 1],
      ["queue", 1],
      ["deploy", 1],
    ]);
  });

  test("a week counts what ended in it", () => {
    const ledger = ledgerOf(aChange(1));
    expect(accountsOf(ledger, { since: 0, now: 600, model: null }).lead.delivered).toBe(0);
    expect(accountsOf(ledger, { since: 1000, now: 1440, model: null }).lead.delivered).toBe(0);
  });

  test("inventory by station and age", () => {
    const ledger = ledgerOf([...aChange(1).slice(0, 5), ...aChange(2).slice(0, 8)].sort((a, b) => a.at - b.at));
    expect(inventoryOf(ledger, 3 * 1440).map((i) => [i.station, i.count, i.ages])).toEqual([
      ["review", 1, { day: 0, week: 1, older: 0 }],
      ["deploy", 1, { day: 0, week: 1, older: 0 }],
    ]);
  });
});

describe("judgment", () => {
  test("two-way doors that waited for people, one-way doors that did not", () => {
    const waited = aChange(1, { reversibility: "reversible" });
    const unjudged = aChange(2, { reversibility: "irreversible" }).filter((e) => !e.event.startsWith("review_"));
    const account = judgmentOf(ledgerOf([...waited, ...unjudged]), { since: 0, now: 1440, model: null });
    expect(account.overReview.changes).toBe(1);
    expect(account.underReview).toEqual({ changes: 1, ids: ["2"] });
  });

  test("who judges a one-way door unasked, while it is still being built, has judged it", () => {
    const judged = aChange(2, { reversibility: "irreversible" }).filter((e) => e.event !== "review_requested");
    const early = judged.map((e) => (e.event === "review_submitted" ? { ...e, at: e.at - 90 } : e));
    const account = judgmentOf(ledgerOf(early.sort((a, b) => a.at - b.at)), { since: 0, now: 1440, model: null });
    expect(account.underReview.changes).toBe(0);
  });

  test("hours of review go to what landed, what was closed, and looking again", () => {
    const closed: FlowEvent[] = [...aChange(1).slice(0, 6), { at: 700, pr: 1, event: "closed", reason: "rejected" }];
    const { reviewHours } = judgmentOf(ledgerOf([...closed, ...aChange(2)]), { since: 0, now: 1440, model: null });
    expect(reviewHours.closed).toBeCloseTo(1, 9);
    expect(reviewHours.again).toBe(0);
    const before = judgmentOf(ledgerOf([...closed, ...aChange(2)]), { since: 0, now: 600, model: null });
    expect(before.reviewHours).toEqual({ landed: 0, closed: 0, again: 0 });
  });

  test("a night that a review lasts over is none of its hours", () => {
    const overNight = aChange(1).map((e) => ({
      ...{ ...e, at: e.at < 660 ? e.at : e.at + 1440 },
      ...(e.team !== undefined && { team: "team-a" }),
    }));
    const of = { since: 0, now: 4000 };
    expect(judgmentOf(ledgerOf(overNight), { ...of, model: null }).reviewHours.landed).toBeCloseTo(25, 9);
    // From ten to five, and from nine to eleven.
    expect(judgmentOf(ledgerOf(overNight), { ...of, model: aChain() }).reviewHours.landed).toBeCloseTo(9, 9);
  });
});

describe("knowledge", () => {
  const many = Array.from({ length: 6 }, (_, i) => aChange(i, { paths: ["billing/tax/rules.ts", "README.md"] })).flat();

  test("names what only one person has judged: a team, a folder", () => {
    expect(soleJudges(ledgerOf(many), 1440).map((s) => [s.scope, s.judge, s.changes])).toEqual([
      ["team:a", "bob", 6],
      ["billing/tax/", "bob", 6],
    ]);
  });

  test("a second judge ends it; a habit of fewer than five shows none", () => {
    const other = aChange(9, { paths: ["billing/tax/x.ts"] }).map((e) =>
      e.actor === "bob" ? { ...e, actor: "eve" } : e,
    );
    expect(soleJudges(ledgerOf([...many, ...other]), 1440)).toEqual([]);
    expect(soleJudges(ledgerOf(many.slice(0, 9 * 4)), 1440)).toEqual([]);
  });
});

/** A small chain with one reviewer too few, and the finding that says so: the finder has tests of its own. */
function shortOfReview(): { readonly ledger: Ledger; readonly finding: Finding } {
  const { authors, pools } = aChain();
  const few = pools.map((p) => ({ ...p, servers: 1 }));
  const small = aChain({ demand: exactly(8), authors: { ...authors, count: 5 }, pools: few });
  const chain = slower(small, { station: "review", by: 2.2 });
  const none = { authoring: 0, ci: 0, approval: 0, queue: 0, deploy: 0, demand: 0, dark: 0 };
  const finding = findConstraint(newFinder(), emptyLedger(), 13).finding;
  return {
    ledger: ledgerOf(eventsOf(chain, { days: 14, seed: 5 })),
    finding: { ...finding, constraint: "review", confidence: 0.9, gains: { ...none, review: 0.15 }, model: chain },
  };
}

test("the brief names the constraint, the one thing to do and what one more would buy", () => {
  const { ledger, finding } = shortOfReview();
  const brief = briefOf(ledger, [finding]);
  expect(brief.constraint).toBe("review");
  expect(brief.elevations[0]?.addition).toBe("one more reviewer in team-a");
  expect(brief.elevations[0]?.perWeek.low).toBeGreaterThan(1);
  expect(brief.metrics.every((m) => m.gaming !== "" && m.counter !== "")).toBe(true);
  const text = briefText(brief);
  expect(text).toMatch(/^WEEK TO DAY 13: Review is the constraint\./);
  expect(text.split("\n").length).toBeLessThan(60);
  expect(() => briefOf(ledger, [])).toThrow(/needs a finding/);
  const page = briefHtml(brief, { href: "/constraint/a/b/main", words: "a/b main" });
  expect(page).toContain('<a href="/constraint/a/b/main">a/b main</a>');
  expect(page).toContain("The week to the end of day 13");
  expect(page).toContain("<b>review</b> day 13</span>");
  // The dashboard's names of what is tried.
  expect(page).toContain("<th>review capacity</th>");
  expect(briefHtml(brief)).not.toContain("<a ");
});

test.each([
  ["nothing was told", undefined, []],
  ["nothing told has come to its end", { told: 0, held: 0 }, []],
  ["some held", { told: 8, held: 6 }, [75]],
])("forecasts beside the other figures: %s", (_what, forecasts, values) => {
  expect(forecastMetrics(forecasts).map((m) => m.value)).toEqual(values);
});

import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, exactly } from "../../../../test/build/chain.js";
import { emptyBacklog, filledFor, seenEmpty, taken } from "./backlog.js";
import { officeHours } from "../flow/calendar.js";
import { demandOf } from "./demand.js";
import { dayMinutes } from "../flow/event.js";
import type { FlowEvent } from "../flow/event.js";
import { emptyLedger, record } from "../flow/ledger.js";
import { likeliestSince } from "./shift.js";

function demandIn(events: readonly FlowEvent[], days: number): ReturnType<typeof demandOf> {
  const ledger = emptyLedger();
  for (const event of events) record(ledger, event);
  return demandOf({ log: ledger.authorLog, calendar: officeHours, since: 0, now: days * dayMinutes });
}

describe("demand that shows in no event", () => {
  const { authors } = aChain();
  // Twelve authors write 20 changes a day in 120 minutes each; at 280 they are nearly always busy, at 420 always.
  const cases: [string, number, number][] = [
    ["while authors are mostly free", 120, 0.08],
    ["while they hardly ever are", 280, 0.12],
    ["while it is turned away", 420, 0.3],
  ];
  test.each(cases)("is found %s", (_, minutes, within) => {
    const chain = aChain({ authors: { ...authors, work: exactly(minutes) } });
    const { demand } = demandIn(eventsOf(chain, { days: 56, seed: 7 }), 56);
    expect(Math.abs(demand.mean / 20 - 1)).toBeLessThan(within);
    expect(demand.error).toBeGreaterThan(0);
  });

  test("is found again after it has halved", () => {
    const before = eventsOf(aChain(), { days: 28, seed: 3 });
    const open = new Set(before.map((e) => e.pr));
    for (const e of before) if (e.event === "landed" || e.event === "closed") open.delete(e.pr);
    const swept = [...open].map((pr): FlowEvent => ({ at: 28 * dayMinutes, pr, event: "closed", reason: "stale" }));
    const after = eventsOf(aChain({ demand: exactly(10) }), { days: 14, seed: 4 });
    const later = after.map((e) => ({ ...e, at: e.at + 28 * dayMinutes, pr: `later-${e.pr}` }));
    const { demand } = demandIn([...before, ...swept, ...later], 42);
    expect(demand.mean).toBeGreaterThan(8);
    expect(demand.mean).toBeLessThan(12);
  });

  test("says nothing of events that are still to come", () => {
    const events = eventsOf(aChain(), { days: 20, seed: 3 });
    const known = events.filter((e) => e.at < 10 * dayMinutes);
    expect(demandIn(events, 10)).toEqual(demandIn(known, 10));
  });
});

describe("the backlog", () => {
  test("fills as a Poisson stream does, up to what is planned ahead", () => {
    const backlog = emptyBacklog([0.5], 3);
    filledFor(backlog, 4);
    const expected = [1, 2, 2].map((term) => term * Math.exp(-2));
    expected.forEach((chance, level) => {
      expect(backlog.chance[level]).toBeCloseTo(chance, 6);
    });
    expect(backlog.chance[3]).toBeCloseTo(1 - 5 * Math.exp(-2), 6);
  });

  test("speaks for the rates that make what was seen likely", () => {
    const rates = [0.01, 1];
    const many = new Float64Array(2);
    const backlog = emptyBacklog(rates, 5);
    filledFor(backlog, 3);
    taken(backlog, { count: 2, logs: many });
    expect(many[1]).toBeGreaterThan(many[0] ?? 0);
    const none = new Float64Array(2);
    filledFor(backlog, 3);
    seenEmpty(backlog, none);
    expect(none[0]).toBeGreaterThan(none[1] ?? 0);
    expect([...backlog.chance]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  test("gives what it calls impossible a small chance, so that no oddity decides alone", () => {
    const logs = new Float64Array(1);
    taken(emptyBacklog([1], 2), { count: 2, logs });
    expect(logs[0]).toBeGreaterThan(-10);
  });
});

test("days are split where two rates explain them clearly better than one", () => {
  const slow = () => new Float64Array([0, -3]);
  const fast = () => new Float64Array([-3, 0]);
  const days = [slow(), slow(), slow(), slow(), fast(), fast(), fast(), fast()];
  expect([...likeliestSince(days)]).toEqual([-12, 0]);
  expect([...likeliestSince([slow(), fast(), slow()])]).toEqual([-3, -6]);
});

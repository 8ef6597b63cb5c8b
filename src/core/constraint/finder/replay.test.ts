import { describe, expect, test } from "@jest/globals";
import { aChain, aPool, eventsOf, exactly } from "../../../../test/build/chain.js";
import { always } from "../flow/calendar.js";
import { fitChain } from "../fit/estimate.js";
import { emptyLedger, record } from "../flow/ledger.js";
import { replay } from "./replay.js";

describe("replay", () => {
  test("delivers what is demanded while every station has slack", () => {
    const delivered = replay(aChain(), { days: 210, warmUpDays: 14, seed: 3 }).valuePerDay;
    expect(delivered).toBeGreaterThan((20 * 5 * 0.95) / 7);
    expect(delivered).toBeLessThan((20 * 5 * 1.05) / 7);
  });

  test("waits as the queue M/G/1 does (Pollaczek and Khinchine)", () => {
    const chain = aChain({
      authors: { count: 400, wip: 50, calendar: always, work: exactly(1), variation: 0.5 },
      demand: exactly(24),
      pools: [
        aPool({
          station: "ci",
          team: "ci",
          servers: 1,
          work: exactly(42),
          variation: 0.5,
          back: { first: 0, later: 0 },
        }),
      ],
      deploy: null,
    });
    const waits: number[] = [];
    const ledger = emptyLedger();
    for (const event of eventsOf(chain, { days: 1500, seed: 8 })) record(ledger, event);
    for (const visit of ledger.visits) if (visit.started !== null) waits.push(visit.started - visit.entered);
    const load = (24 * 42) / 1440;
    const theory = (load * 42 * (1 + 0.25)) / (2 * (1 - load));
    const mean = waits.reduce((a, b) => a + b, 0) / waits.length;
    expect(Math.abs(mean / theory - 1)).toBeLessThan(0.08);
  });

  test("the same seed gives the same run; a lever changes what it touches", () => {
    const options = { days: 40, warmUpDays: 10, seed: 4 };
    expect(replay(aChain(), options)).toEqual(replay(aChain(), options));
    const more = replay(aChain(), { ...options, lever: "demand", factor: 1.2 });
    expect(more.valuePerDay).toBeGreaterThan(replay(aChain(), options).valuePerDay);
  });
});

test("a chain's figures are found again in its events", () => {
  const chain = aChain();
  const ledger = emptyLedger();
  for (const event of eventsOf(chain, { days: 28, seed: 2 })) record(ledger, event);
  const found = fitChain(ledger, 28 * 1440);
  expect(found?.authors).toMatchObject({ count: 12, calendar: { from: 540, to: 1020, weekends: false } });
  expect(found?.deploy).toMatchObject({ every: 1440, phase: 960, batch: null });
  for (const pool of chain.pools) {
    const seen = found?.pools.find((p) => p.station === pool.station);
    expect(seen?.servers).toBe(pool.servers);
    expect(Math.abs((seen?.work.mean ?? 0) / pool.work.mean - 1)).toBeLessThan(0.15);
  }
  expect(Math.abs((found?.demand.mean ?? 0) / 20 - 1)).toBeLessThan(0.15);
  expect(Math.abs((found?.authors.work.mean ?? 0) / 120 - 1)).toBeLessThan(0.15);
});

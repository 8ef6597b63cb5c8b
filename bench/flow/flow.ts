import { parseArgs } from "node:util";
import { findConstraint, newFinder } from "../../src/core/constraint/finder/finder.js";
import { emptyLedger, record } from "../../src/core/constraint/flow/ledger.js";
import type { ChainModel } from "../../src/core/constraint/fit/model.js";
import { decidePace } from "../../src/core/constraint/pacer/pacer.js";
import type { InFlightState, PaceSnapshot } from "../../src/core/constraint/pacer/snapshot.js";
import { eventsOf, findingsOf, namedChains, scaledChain } from "../../test/build/chain.js";
import { readHistory } from "./history.js";

/**
 * `npm run bench -- flow [--seeds N]`: the finder on chains whose constraint is known by construction (days right,
 * from day 10 on), the time of its daily run over a year of 15,000 changes, of a pace decision at 2,000 open, and of
 * reading 10,000 pull requests of history up to the first verdict.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: { type: "string" }, "only-history": { type: "boolean" } },
  });
  if (values["only-history"] !== true) runFinder(values);
  console.table([await readHistory()]);
}

function runFinder(values: { readonly seeds?: string | undefined }): void {
  const seeds = Math.max(1, Number(values.seeds ?? 3));
  console.table(
    namedChains().map(({ constraint, chain }) => {
      process.stderr.write(`${constraint}…\n`);
      const right = Array.from({ length: seeds }, (_, i) => daysRight(chain, { constraint, seed: 11 + i }));
      return { constraint, seeds, "days right %": (100 * mean(right)).toFixed(1) };
    }),
  );
  console.table([
    { what: "finder, one day, after a year of 15,000 changes", ...timed(finderAfterAYear()) },
    { what: "pace decision, 2,000 open", ...timed(paceAt(2000)) },
  ]);
}

const days = 30;
const scoreFrom = 10;

function daysRight(chain: ChainModel, of: { readonly constraint: string; readonly seed: number }): number {
  const found = findingsOf(eventsOf(chain, { days, seed: of.seed }), { days, asked: days });
  return mean(found.slice(scoreFrom).map((f) => Number(f.constraint === of.constraint)));
}

function finderAfterAYear(): () => unknown {
  const ledger = emptyLedger();
  for (const event of eventsOf(scaledChain(2.9), { days: 365, seed: 4 })) record(ledger, event);
  process.stderr.write(`${ledger.changes.size} changes in the year\n`);
  let finder = newFinder();
  for (let day = 361; day < 364; day++) finder = findConstraint(finder, ledger, day).finder;
  return () => findConstraint(finder, ledger, 364);
}

function paceAt(open: number): () => unknown {
  const work = (id: number): InFlightState => ({
    id,
    kind: id % 3 === 0 ? "human" : "agent",
    team: `team-${id % 4}`,
    value: 1 + (id % 7) / 5,
    urgent: id % 11 === 0,
    reversibility: "reversible",
    ageMinutes: (id * 37) % 20000,
    predictedMinutes: { review: 10 + (id % 90), ci: 30 },
    at: id % 2 === 0 ? "review" : "ci",
    releasedMinutesAgo: id % 5000,
    reviews: id % 3,
  });
  const all = Array.from({ length: open }, (_, id) => work(id));
  const stations = [0, 1, 2, 3].map((i) => ({
    station: "review",
    team: `team-${i}`,
    servers: 3,
    open: true,
    waiting: [],
    inService: [],
    finishedLast7Days: 100,
    meanServiceMinutes: 40,
  }));
  const snapshot: PaceSnapshot = {
    now: 0,
    stations,
    gate: all.slice(open / 2),
    inFlight: all.slice(0, open / 2),
    last7Days: {},
  };
  return () => decidePace(snapshot);
}

const repeats = 9;

function timed(work: () => unknown): { "median ms": string; "worst ms": string } {
  const times = Array.from({ length: repeats }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  }).sort((a, b) => a - b);
  return { "median ms": (times[repeats >> 1] ?? 0).toFixed(1), "worst ms": (times.at(-1) ?? 0).toFixed(1) };
}

function mean(xs: readonly number[]): number {
  return xs.reduce((a, b) => a + b, 0) / xs.length;
}

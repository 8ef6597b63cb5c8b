import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, exactly, slower } from "../../../test/build/chain.js";
import { dayOf } from "./event.js";
import type { FlowEvent } from "./event.js";
import type { Finding } from "./finder.js";
import { findConstraint, newFinder } from "./finder.js";
import { emptyLedger, record } from "./ledger.js";
import type { ChainModel } from "./model.js";

/** Findings of each day, the finder asked on the last `asked` days only: it needs no daily habit. */
function findings(events: readonly FlowEvent[], of: { days: number; asked: number }): Finding[] {
  const ledger = emptyLedger();
  let finder = newFinder();
  let next = 0;
  const given: Finding[] = [];
  for (let day = 0; day < of.days; day++) {
    for (; events[next] && dayOf(events[next]?.at ?? 0) <= day; next++) record(ledger, events[next] as FlowEvent);
    if (day < of.days - of.asked) continue;
    const found = findConstraint(finder, ledger, day);
    finder = found.finder;
    given.push(found.finding);
  }
  return given;
}

const slack = aChain();
const cases: [string, ChainModel][] = [
  ["demand", slack],
  ["review", slower(slack, { station: "review", by: 2.6 })],
  ["ci", slower(slack, { station: "ci", by: 4 })],
  ["approval", slower(slack, { station: "approval", by: 3.2 })],
  ["queue", slower(slack, { station: "queue", by: 5 })],
  ["authoring", { ...slack, authors: { ...slack.authors, work: exactly(420) } }],
  ["deploy", { ...slack, deploy: { every: 1440, phase: 960, weekends: false, batch: 14, failed: 0 } }],
  [
    "unknown",
    {
      ...slack,
      routes: { ...slack.routes, human: { review: 1, approval: 1, dark: 1 } },
      dark: { servers: 2, work: exactly(240), variation: 0.5 },
    },
  ],
];

describe("the finder, on every kind of chain", () => {
  test.each(cases)("names %s when that is what limits the chain", (name, chain) => {
    const given = findings(eventsOf(chain, { days: 20, seed: 5 }), { days: 20, asked: 2 });
    expect(given.map((f) => f.constraint)).toEqual([name, name]);
    const sum = Object.values(given[1]?.probabilities ?? {}).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 6);
  });

  test("notices within a week that the constraint has moved", () => {
    const before = eventsOf(slower(slack, { station: "review", by: 2.6 }), { days: 21, seed: 5 });
    const after = eventsOf(slower(slack, { station: "queue", by: 5 }), { days: 12, seed: 6 });
    const open = new Set(before.map((e) => e.pr));
    for (const e of before) if (e.event === "landed" || e.event === "closed") open.delete(e.pr);
    const swept = [...open].map((pr): FlowEvent => ({ at: 21 * 1440, pr, event: "closed", reason: "stale" }));
    const shifted = after.map((e) => ({ ...e, at: e.at + 21 * 1440, pr: `later-${e.pr}` }));
    const given = findings([...before, ...swept, ...shifted], { days: 33, asked: 14 });
    expect(given[0]?.constraint).toBe("review");
    expect(given.slice(-5).map((f) => f.constraint)).toEqual(Array(5).fill("queue"));
  });
});

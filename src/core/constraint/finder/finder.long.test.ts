import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, findingsOf, namedChains, slower } from "../../../../test/build/chain.js";
import type { FlowEvent } from "../flow/event.js";

const slack = aChain();

describe("the finder, on every kind of chain", () => {
  test.each(namedChains())("names $constraint when that is what limits the chain", ({ constraint, chain }) => {
    const given = findingsOf(eventsOf(chain, { days: 20, seed: 5 }), { days: 20, asked: 2 });
    expect(given.map((f) => f.constraint)).toEqual([constraint, constraint]);
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
    const given = findingsOf([...before, ...swept, ...shifted], { days: 33, asked: 14 });
    expect(given[0]?.constraint).toBe("review");
    expect(given.slice(-5).map((f) => f.constraint)).toEqual(Array(5).fill("queue"));
  });
});

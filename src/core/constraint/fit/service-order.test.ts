import { expect, test } from "@jest/globals";
import { emptyLedger, record } from "../flow/ledger.js";
import type { FlowEvent } from "../flow/event.js";
import { rankOf } from "./service-order.js";

type Asked = readonly [kind: "human" | "agent" | "bot", urgent: boolean, asked: number, done: number];

/** One reviewer's work: when each change was asked for and done. */
function reviews(asked: readonly Asked[]) {
  const events = asked.flatMap(([kind, urgent, at, done], pr): FlowEvent[] => [
    { at: at - 1, pr, event: "opened", actor: "ann", kind, urgent },
    { at, pr, event: "review_requested", team: "a" },
    { at: done, pr, event: "review_submitted", actor: "bob", team: "a" },
  ]);
  const ledger = emptyLedger();
  for (const event of events.sort((a, b) => a.at - b.at)) record(ledger, event);
  return ledger.visits;
}

/** Rounds of the same: a bot's change waits longest, people's and agents' in turns, urgent ones seldom and first. */
function rounds(of: (start: number, round: number) => readonly Asked[]): Asked[] {
  return Array.from({ length: 16 }, (_, round) => of(1000 * (round + 1), round)).flat();
}

test("an agent's change that never met an urgent one still stands with people's, behind urgent ones", () => {
  const visits = reviews(
    rounds((t, round) =>
      round % 2 === 0
        ? [
            ["human", false, t, t + 100],
            ["human", false, t + 20, t + 300],
            ["human", true, t + 90, t + 200],
          ]
        : [
            ["bot", false, t, t + 500],
            ["human", false, t + 10, t + 100],
            ["agent", false, t + 20, t + 200],
            ["human", false, t + 30, t + 300],
            ["agent", false, t + 40, t + 400],
          ],
    ),
  );
  const rank = rankOf(visits);
  expect(rank.urgent).toBe(0);
  expect(rank.human).toBe(rank.agent);
  expect(rank.agent).toBeGreaterThan(rank.urgent);
  expect(rank.bot).toBeGreaterThan(rank.agent);
});

test("first in, first out shows no order, and a kind never seen stands with people", () => {
  const visits = reviews(
    rounds((t) => [
      ["human", false, t, t + 100],
      ["bot", false, t + 10, t + 200],
      ["human", false, t + 20, t + 300],
      ["bot", false, t + 30, t + 400],
    ]),
  );
  expect(rankOf(visits)).toEqual({ urgent: 0, human: 0, agent: 0, bot: 0 });
});

import { expect, test } from "@jest/globals";
import { aChain, aPool, exactly } from "../../../../test/build/chain.js";
import { accountsOf } from "./accounts.js";
import { officeHours } from "../flow/calendar.js";
import { constraintWeekOf } from "./constraint-week.js";
import type { FlowEvent } from "../flow/event.js";
import { emptyLedger, record } from "../flow/ledger.js";

const hour = (h: number) => h * 60;

/** Asked for at one hour and judged at another of one Monday; null: not yet. */
function review(pr: number, asked: number, judged: { at: number; by: string } | null, kind = "human"): FlowEvent[] {
  const of = { pr, team: "team-a" };
  return [
    { at: hour(asked), pr, event: "opened", actor: "ann", kind: kind as "human", team: "team-a" },
    { at: hour(asked), ...of, event: "review_requested" },
    ...(judged ? [{ at: hour(judged.at), ...of, event: "review_submitted" as const, actor: judged.by }] : []),
  ];
}

function week(events: FlowEvent[]) {
  const ledger = emptyLedger();
  for (const event of [...events].sort((a, b) => a.at - b.at)) record(ledger, event);
  const pool = aPool({ station: "review", team: "team-a", servers: 2, work: exactly(60), calendar: officeHours });
  const model = aChain({ pools: [pool] });
  const window = { since: 0, now: 1440, model };
  return constraintWeekOf(ledger, { ...window, constraint: "review", accounts: accountsOf(ledger, window) });
}

test("while one waits and nobody is at work, the hours of all are idle; what came, left and waited is counted", () => {
  // Two reviewers, open from 9 to 17. Nobody has taken the third.
  const events = [
    ...review(1, 9, { at: 10, by: "bob" }),
    ...review(2, 9, { at: 10, by: "cat" }),
    ...review(3, 10, null, "agent"),
  ];
  expect(week(events)).toMatchObject({
    ...{ station: "review", came: 3, cameOfMachines: 1, left: 2 },
    ...{ neededHours: 14, idleHours: 14 },
  });
});

test("while nothing waits, nothing is idle, and those at work are not", () => {
  expect(week(review(1, 9, { at: 12, by: "bob" }))).toMatchObject({ neededHours: 0, idleHours: 0 });
  const busy = [...review(1, 9, { at: 13, by: "bob" }), ...review(2, 9, { at: 13, by: "cat" }), ...review(3, 9, null)];
  // Until 13 both are at work, then nobody is until 17.
  expect(week(busy)).toMatchObject({ neededHours: 16, idleHours: 8 });
});

test("demand and deployments are no station that serves visits", () => {
  const ledger = emptyLedger();
  const accounts = accountsOf(ledger, { since: 0, now: 1440, model: null });
  const of = { model: null, accounts, since: 0, now: 1440 };
  expect([
    constraintWeekOf(ledger, { ...of, constraint: "demand" }),
    constraintWeekOf(ledger, { ...of, constraint: "deploy" }),
  ]).toEqual([null, null]);
});

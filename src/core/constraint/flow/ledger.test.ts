import { describe, expect, test } from "@jest/globals";
import type { FlowEvent } from "./event.js";
import { readFlowEvent } from "./event.js";
import { emptyLedger, record } from "./ledger.js";
import type { Ledger } from "./ledger.js";
import { startOf } from "../fit/service-order.js";

const story: FlowEvent[] = [
  { at: 540, pr: 1, event: "opened", actor: "ann", kind: "human", team: "a", value: 1 },
  { at: 600, pr: 1, event: "ready_for_review", actor: "ann" },
  { at: 610, pr: 1, event: "build_started", actor: "r1", for: "ci" },
  { at: 640, pr: 1, event: "build_finished", actor: "r1", for: "ci", ok: true },
  { at: 640, pr: 1, event: "review_requested", team: "a" },
  { at: 700, pr: 1, event: "changes_requested", actor: "bob", team: "a" },
  { at: 760, pr: 1, event: "pushed", actor: "ann" },
  { at: 760, pr: 1, event: "build_started", actor: "r1", for: "ci" },
  { at: 790, pr: 1, event: "build_finished", actor: "r1", for: "ci", ok: true },
  { at: 790, pr: 1, event: "review_requested", team: "a" },
  { at: 820, pr: 1, event: "review_submitted", actor: "bob", team: "a" },
  { at: 900, pr: 1, event: "queued" },
  { at: 930, pr: 1, event: "landed" },
  { at: 960, pr: 1, event: "deployed", ok: true },
];

function ledgerOf(events: readonly FlowEvent[]): Ledger {
  const ledger = emptyLedger();
  for (const event of events) record(ledger, event);
  return ledger;
}

describe("the ledger", () => {
  test("splits a change's way into visits, jobs, dark time and windows", () => {
    const ledger = ledgerOf(story);
    expect(ledger.visits.map((v) => [v.station, v.nth, v.entered, v.left, v.outcome])).toEqual([
      ["ci", 1, 600, 640, "passed"],
      ["review", 1, 640, 700, "changes"],
      ["ci", 2, 760, 790, "passed"],
      ["review", 2, 790, 820, "passed"],
      ["queue", 1, 900, 930, "passed"],
    ]);
    expect(ledger.jobs.map((j) => [j.source, j.entered, j.left])).toEqual([
      ["new", 540, 600],
      ["review", 700, 760],
    ]);
    expect(ledger.dark.map((d) => [d.before, d.entered, d.left])).toEqual([["queue", 820, 900]]);
    expect(ledger.windows).toEqual([{ at: 960, taken: 1, behind: 0 }]);
    expect(ledger.changes.get(1)?.deployedAt).toBe(960);
  });

  test("work cannot have begun before its actor was done with the work before", () => {
    const asked = (pr: number, at: number): FlowEvent => ({ at, pr, event: "review_requested", team: "a" });
    const given = (pr: number, at: number): FlowEvent => ({
      at,
      pr,
      event: "review_submitted",
      actor: "bob",
      team: "a",
    });
    const ledger = ledgerOf([asked(1, 540), asked(2, 545), given(1, 600), given(2, 630), asked(3, 700), given(3, 720)]);
    expect(ledger.visits.map(startOf)).toEqual([540, 600, 700]);
  });

  test("a closing in the same minute is the outcome of the review before it", () => {
    const ledger = ledgerOf([
      ...story.slice(0, 5),
      { at: 700, pr: 1, event: "review_submitted", actor: "bob", team: "a" },
      { at: 700, pr: 1, event: "closed", reason: "rejected" },
    ]);
    expect(ledger.visits.at(-1)?.outcome).toBe("rejected");
    expect(ledger.authorLog.at(-1)).toEqual({ at: 700, author: "ann", what: "left" });
  });

  test("a rollback sends the change back to its author", () => {
    const ledger = ledgerOf([...story.slice(0, -1), { at: 960, pr: 1, event: "deployed", ok: false }]);
    expect(ledger.jobs.at(-1)?.source).toBe("deploy");
    expect(ledger.changes.get(1)?.at).toBe("authoring");
  });

  test("events of a change that was never seen opened do not stop it", () => {
    expect(ledgerOf(story.slice(7)).visits.map((v) => v.station)).toEqual(["ci", "review", "queue"]);
  });
});

describe("readFlowEvent", () => {
  const wrong: [unknown, RegExp][] = [
    [null, /JSON object/],
    [{ pr: 1, event: "opened" }, /`at`/],
    [{ at: 1, event: "opened" }, /`pr`/],
    [{ at: 1, pr: 1, event: "exploded" }, /unknown event "exploded"/],
    [{ at: 1, pr: 1, event: "opened", value: "1" }, /`value` must be a number/],
  ];
  test.each(wrong)("%j is refused", (line, problem) => {
    expect(readFlowEvent(line)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

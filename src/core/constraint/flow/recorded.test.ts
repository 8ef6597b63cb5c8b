import { describe, expect, test } from "@jest/globals";
import { aChain, eventsOf, slower } from "../../../../test/build/chain.js";
import { stepsOf } from "../../../../test/build/recorded.js";
import { findConstraint, newFinder } from "../finder/finder.js";
import { emptyLedger, record } from "./ledger.js";
import { flowEventsOf } from "./recorded.js";
import type { RecordedStep } from "./recorded-builds.js";

const monday = Date.UTC(2026, 2, 2);
const minute = 60_000;

function at(minutes: number, event: string, of: Partial<RecordedStep> = {}): RecordedStep {
  return { at: monday + minutes * minute, number: 1, event, data: {}, ...of };
}

/** The events of change 1 as "minute event". */
function told(steps: readonly RecordedStep[]): string[] {
  return flowEventsOf(steps).events.map((e) => `${e.at} ${e.event}${e.ok === false ? " bad" : ""}`);
}

const opened = [
  at(0, "opened", { data: { actor: "ann", type: "User", draft: false, head: "a" } }),
  at(0, "ready_for_review", { data: { actor: "ann", head: "a" } }),
];
const build = (minutes: number, event: "build_started" | "build_finished", data: RecordedStep["data"]) =>
  at(minutes, event, { number: null, data: { sha: "a", for: "ci", name: "test", ...data } });

describe("recorded steps as events", () => {
  test("minute 0 is the Monday 00:00 UTC before the first step", () => {
    const thursday = [at(3 * 1440 + 60, "opened")];
    expect(flowEventsOf(thursday)).toMatchObject({ origin: monday, events: [{ at: 3 * 1440 + 60, event: "opened" }] });
    expect(flowEventsOf([]).events).toEqual([]);
  });

  test("a review asked for while CI runs begins to wait when CI has passed", () => {
    const steps = [
      ...opened,
      at(1, "review_requested", { data: { team: "core" } }),
      build(2, "build_started", {}),
      build(9, "build_finished", { ok: true }),
      at(30, "review_submitted", { data: { actor: "bob", state: "approved" } }),
    ];
    expect(told(steps)).toEqual([
      "0 opened",
      "0 ready_for_review",
      "2 build_started",
      "9 build_finished",
      "9 review_requested",
      "30 review_submitted",
    ]);
  });

  test("a judgment that nobody asked for counts as asked for since the change could be judged; a comment is none", () => {
    const steps = [
      ...opened,
      build(2, "build_started", {}),
      build(9, "build_finished", { ok: true }),
      at(12, "review_submitted", { data: { actor: "bob", state: "commented" } }),
      at(30, "changes_requested", { data: { actor: "bob" } }),
    ];
    expect(told(steps).slice(4)).toEqual(["9 review_requested", "30 changes_requested"]);
  });

  test("time at the gate is nobody's: what was held begins to wait for judgment when it is let through", () => {
    const steps = [
      ...opened,
      at(1, "gated", { data: { station: "review", observed: false } }),
      at(1, "judged", { data: { path: "review", asks: ["acme/core"] } }),
      build(2, "build_started", {}),
      build(9, "build_finished", { ok: true }),
      at(500, "released", { data: { asks: ["acme/core"], path: "review" } }),
      at(530, "review_submitted", { data: { actor: "bob", state: "approved" } }),
    ];
    expect(told(steps).slice(2)).toEqual([
      "2 build_started",
      "9 build_finished",
      "500 ready_for_review",
      "500 review_requested",
      "530 review_submitted",
    ]);
    const ledger = emptyLedger();
    for (const event of flowEventsOf(steps).events) record(ledger, event);
    expect(ledger.dark).toEqual([]);
    const observed = steps.map((s) => (s.event === "gated" ? { ...s, data: { observed: true } } : s));
    expect(told(observed)).toContain("9 review_requested");
  });

  test("what a verdict escalates is signed off, and so is what a team of approvers is asked for", () => {
    const judged = at(1, "judged", { data: { path: "escalate", asks: ["acme/owners"] } });
    const asked = at(1, "review_requested", { data: { team: "approvers" } });
    const given = at(30, "review_submitted", { data: { actor: "bob", state: "approved" } });
    for (const ask of [judged, asked]) {
      const { events } = flowEventsOf([...opened, ask, given]);
      expect(events.slice(2).map((e) => [e.event, e.team])).toEqual([
        ["review_requested", "approvers"],
        ["approved", "approvers"],
      ]);
    }
  });

  test("many checks are one build, as good as the last run of each", () => {
    const steps = [
      ...opened,
      build(2, "build_started", {}),
      build(2, "build_started", { name: "lint" }),
      build(5, "build_finished", { ok: false }),
      build(6, "build_finished", { ok: true, name: "lint" }),
      build(7, "build_started", {}),
      build(9, "build_finished", { ok: true }),
    ];
    expect(told(steps).slice(2)).toEqual(["2 build_started", "9 build_finished"]);
  });

  test("builds side by side are runners; one after the other they are one", () => {
    const more = (head: string, number: number) => [
      at(0, "opened", { number, data: { head } }),
      at(0, "ready_for_review", { number, data: { head } }),
    ];
    const runners = (second: number) =>
      flowEventsOf(
        [
          ...more("a", 1),
          ...more("b", 2),
          build(1, "build_started", {}),
          build(9, "build_finished", { ok: true }),
          build(second, "build_started", { sha: "b" }),
          build(second + 5, "build_finished", { sha: "b", ok: true }),
        ].sort((x, y) => x.at - y.at),
      )
        .events.filter((e) => e.event === "build_finished")
        .map((e) => e.actor);
    expect(runners(4)).toEqual(["runner-1", "runner-2"]);
    expect(runners(9)).toEqual(["runner-1", "runner-1"]);
  });

  test("a group that failed ends a stay only for whom it sends back", () => {
    const group = (minutes: number, result: string) =>
      at(minutes, "group", { number: null, data: { group: "g", members: [1], minutes: 5, result } });
    const until = [...opened, at(10, "queued"), group(16, "failed")];
    expect(told([...until, group(25, "passed"), at(26, "landed")]).slice(3)).toEqual([
      "11 build_started",
      "20 build_started",
      "25 build_finished",
      "26 landed",
    ]);
    expect(told([...until, at(17, "ejected")]).slice(3)).toEqual(["11 build_started", "17 build_finished bad"]);
  });

  test("a deployment brings all that has landed up to its commit; other environments than production bring nothing", () => {
    const deployed = (minutes: number, sha: string, environment: string) =>
      at(minutes, "deployed", { number: null, data: { sha, ok: true, environment } });
    const flow = flowEventsOf([
      ...opened,
      at(5, "landed", { data: { sha: "l1" } }),
      at(6, "landed", { number: 2, data: { sha: "l2" } }),
      deployed(7, "l2", "staging"),
      deployed(8, "l2", "production"),
      deployed(9, "elsewhere", "production"),
    ]);
    expect(flow.events.filter((e) => e.event === "deployed").map((e) => [e.pr, e.at])).toEqual([
      [1, 8],
      [2, 8],
    ]);
    expect(flow.deploysUnplaced).toBe(1);
  });

  test.each([
    ["a minute after", 6, 6],
    ["more than a minute after", 6.1, null],
  ])("a landing that is recorded %s its deployment", (_, landedAt, broughtAt) => {
    const flow = flowEventsOf([
      ...opened,
      at(5, "deployed", { number: null, data: { sha: "l1", ok: true, environment: "production" } }),
      at(landedAt, "landed", { data: { sha: "l1" } }),
    ]);
    expect(flow.events.find((e) => e.event === "deployed")?.at ?? null).toBe(broughtAt);
    expect(flow.events.filter((e) => e.event === "landed" || e.event === "deployed")[0]?.event).toBe("landed");
    expect(flow.deploysUnplaced).toBe(broughtAt === null ? 1 : 0);
  });

  test("closed without landing: refused when somebody judged it, else gone stale; after landing it is nothing", () => {
    const reason = (steps: readonly RecordedStep[]) =>
      flowEventsOf(steps).events.find((e) => e.event === "closed")?.reason;
    const judged = at(5, "changes_requested", { data: { actor: "bob" } });
    expect(reason([...opened, judged, at(9, "closed")])).toBe("rejected");
    expect(reason([...opened, at(9, "closed")])).toBe("stale");
    expect(reason([...opened, at(8, "landed"), at(9, "closed")])).toBeUndefined();
  });
});

test("the finder names the same constraint from what a repository records as from the chain's own events", () => {
  const events = eventsOf(slower(aChain(), { station: "review", by: 2.6 }), { days: 20, seed: 5 });
  const { events: mapped } = flowEventsOf(stepsOf(events, monday));
  const ledger = emptyLedger();
  for (const event of mapped) record(ledger, event);
  expect(findConstraint(newFinder(), ledger, 19).finding.constraint).toBe("review");
});

import { expect, test } from "@jest/globals";
import { aChain, eventsOf } from "../../../../test/build/chain.js";
import { pastOf } from "../../../sandbox/past.js";
import type { FlowEvent } from "./event.js";
import { prNumber, sha } from "../../model/ids.js";
import type { ScoredChange } from "../../risk/change.js";
import { stepsOfPast, stepOfPastDeployment, type PastPull } from "./past.js";
import { flowEventsOf } from "./recorded.js";

const monday = Date.UTC(2026, 2, 2);
const minute = 60_000;
const pull: PastPull = {
  ...{
    number: prNumber(7),
    author: "ann",
    kind: "human",
    createdAt: monday,
    draft: false,
    closedAt: null,
    paths: ["a/b.ts"],
  },
  merged: { at: monday + 90 * minute, sha: sha("c".repeat(40)) },
  heads: [
    { sha: sha("b".repeat(40)), pushedAt: monday + 50 * minute, runs: [] },
    {
      sha: sha("a".repeat(40)),
      pushedAt: monday + minute,
      runs: [{ name: "test", startedAt: monday + 2 * minute, completedAt: monday + 9 * minute, ok: true }],
    },
  ],
  reviews: [{ by: "bob", state: "changes_requested", at: monday + 30 * minute }],
  turns: [],
};
const told = (of: PastPull, until = Infinity) =>
  stepsOfPast(of, until).map((s) => `${(s.at - monday) / minute} ${s.event}`);

test("a pull request of the past is told as webhooks would have told it", () => {
  expect(told(pull)).toEqual([
    "0 opened",
    "0 ready_for_review",
    "2 build_started",
    "9 build_finished",
    "30 changes_requested",
    "50 pushed",
    "90 landed",
  ]);
  expect(stepsOfPast(pull, Infinity)[0]?.data).toMatchObject({ actor: "ann", kind: "human", head: "a".repeat(40) });
});

test("what landed is kept as risk reads it, and what it took out came to harm", () => {
  const change: ScoredChange = {
    ...{ id: "7", author: "ann", isBot: false, title: 'Revert "Add it" (#5)', files: [] },
    ...{ fileCount: 0, added: 0, deleted: 0 },
  };
  const steps = stepsOfPast({ ...pull, change, undoes: [prNumber(5)] }, Infinity).slice(-2);
  expect(steps).toEqual([
    { at: monday + 90 * minute, number: 7, event: "landed", data: { sha: "c".repeat(40), change } },
    { at: monday + 90 * minute, number: 5, event: "harmed", data: { by: 7 } },
  ]);
});

test("nothing that webhooks have told is told again", () => {
  expect(told(pull, monday + 50 * minute).at(-1)).toBe("30 changes_requested");
});

test("it was a draft if it was made ready later", () => {
  const turns = [{ what: "ready" as const, at: monday + 5 * minute, team: null }];
  expect(told({ ...pull, turns }).slice(0, 3)).toEqual(["0 opened", "2 build_started", "5 ready_for_review"]);
});

test("a simulated chain comes out of its past as it went in, as far as a code host can tell", () => {
  const events = eventsOf(aChain(), { days: 6, seed: 2 });
  const { pulls, deployments } = pastOf(events, { origin: monday });
  const steps = [...pulls.flatMap((p) => stepsOfPast(p, Infinity)), ...deployments.map(stepOfPastDeployment)];
  const back = flowEventsOf(steps.sort((a, b) => a.at - b.at)).events;
  const count = (of: readonly FlowEvent[], name: string) => of.filter((e) => e.event === name).length;
  for (const name of ["opened", "landed", "closed", "review_submitted", "deployed"])
    expect([name, count(back, name)]).toEqual([name, count(events, name)]);
});

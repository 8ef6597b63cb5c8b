import { expect, test } from "@jest/globals";
import { aChain, eventsOf } from "../../../../test/build/chain.js";
import { findConstraint, newFinder } from "../finder/finder.js";
import { emptyLedger, record } from "../flow/ledger.js";
import { paceLessonsOf } from "./pace-lessons.js";

test("who judges, how long it takes them and how many they gave is told once enough days are known, not before", () => {
  const ledger = emptyLedger();
  const events = eventsOf(aChain(), { days: 20, seed: 1 });
  for (const event of events) if (event.at < 20 * 1440) record(ledger, event);
  const { finding } = findConstraint(newFinder(), ledger, 19);
  const pace = paceLessonsOf(ledger, finding);
  expect(pace?.constraint).toBe(finding.constraint);
  const judges = pace?.judges.find((j) => j.team === "team-a");
  expect(judges?.people).toBeGreaterThan(0);
  expect(judges?.minutes).toBeGreaterThan(1);
  expect(judges?.buffer?.minutes).toBeGreaterThan(2 * (judges?.minutes ?? 0) - 1);
  expect(pace?.buffer).toBeUndefined();
  expect(paceLessonsOf(ledger, { ...finding, constraint: "queue" })?.buffer?.supply).toBeGreaterThan(12 * 60);
  const lastWeek = ledger.visits.filter(
    (v) => v.station === "review" && v.team === "team-a" && v.actor !== null && (v.left ?? 0) > 13 * 1440,
  );
  expect(judges?.lastWeek).toBe(lastWeek.length);
  expect(pace?.endings.human?.landed).toBeGreaterThan(0);
  expect(paceLessonsOf(ledger, { ...finding, day: 9 })).toBeNull();
});

import { expect, test } from "@jest/globals";
import { readCases } from "./cases.js";
import { measure, outcomeOf, ownersMisses } from "./measure.js";

/** The aims of classification on its labelled cases; `npm run bench -- classify --only cases` shows the figures. */
const { changes, owners } = readCases();
const outcomes = changes.map(outcomeOf);

test("no one-way door is called two-way, and few two-way doors one-way", () => {
  const { oneWayCalledTwoWay, twoWayCalledOneWay, twoWays } = measure(outcomes);
  expect(oneWayCalledTwoWay).toEqual([]);
  expect(twoWayCalledOneWay.length / twoWays).toBeLessThanOrEqual(0.02);
});

test.each(["sql", "other"] as const)("warnings and classes of %s cases are right", (kind) => {
  const { precision, recall, reversibility } = measure(outcomes.filter((o) => o.case.kind === kind));
  expect(Math.min(precision, recall)).toBeGreaterThanOrEqual(0.95);
  expect(reversibility).toBeGreaterThanOrEqual(0.95);
});

test("owners are GitHub's", () => {
  expect(ownersMisses(owners)).toEqual([]);
});

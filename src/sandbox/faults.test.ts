import { expect, test } from "@jest/globals";
import { faultsSchema, takeBaseMove, takeResponseFault } from "./faults.js";

const request = {
  method: "POST",
  path: "/repos/a/b/merges",
  operation: "POST /repos/{owner}/{repo}/merges",
  actor: "drumline[bot]",
  chance: () => 0.5,
};

test("a response fault lets some pass, then spoils some, then is over", () => {
  const faults = faultsSchema.parse({ responses: [{ path: "/merges", answer: 500, after: 1, times: 2 }] });
  const met = [1, 2, 3, 4].map(() => takeResponseFault(faults, request)?.answer ?? null);
  expect(met).toEqual([null, 500, 500, null]);
});

test.each([
  [{ method: "GET", answer: 404 }, null],
  [{ path: "{repo}/merges", answer: 404 }, 404],
  [{ actor: "alice", answer: 404 }, null],
  [{ probability: 0.4, answer: 404 }, null],
  [{ probability: 0.6, answer: "hang" as const }, "hang"],
])("%j meets the app's merge: %s", (fault, answer) => {
  const faults = faultsSchema.parse({ responses: [fault] });
  expect(takeResponseFault(faults, request)?.answer ?? null).toBe(answer);
});

test("people are spared unless they are named", () => {
  const faults = faultsSchema.parse({ responses: [{ answer: 500 }] });
  expect(takeResponseFault(faults, { ...request, actor: "alice" })).toBeNull();
});

test("the base moves as often as was asked, and on that branch only", () => {
  const faults = faultsSchema.parse({ baseMoves: [{ branch: "main", times: 1 }] });
  expect([takeBaseMove(faults, "side"), takeBaseMove(faults, "main"), takeBaseMove(faults, "main")]).toEqual([
    false,
    true,
    false,
  ]);
});

test("what is no fault is refused", () => {
  expect(faultsSchema.safeParse({ webhooks: { drop: 2 } }).success).toBe(false);
  expect(faultsSchema.safeParse({ weather: "bad" }).success).toBe(false);
});

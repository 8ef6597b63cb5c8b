import { describe, expect, test } from "@jest/globals";
import { aPullRequest, facts, minute } from "../../../test/build/queue.js";
import { readsOf } from "../../../test/build/reads.js";
import { prNumber } from "../../core/model/ids.js";
import { safeDefault } from "../../core/policy/defaults.js";
import type { FlowRecord } from "../../engine/ports.js";
import { historyFromLedger } from "./ledger.js";

const queue = "acme/shop@main";
const step = (at: number, number: number, event: string, data: FlowRecord["data"] = {}): FlowRecord => ({
  at: at * minute,
  number: prNumber(number),
  event,
  data,
});
const build = (
  at: number,
  of: { members: number[]; minutes: number; passed: boolean; attempt?: number },
): FlowRecord => ({
  at: at * minute,
  number: null,
  event: "group",
  data: { members: of.members, minutes: of.minutes, result: of.passed ? "passed" : "failed", attempt: of.attempt ?? 1 },
});

const flow = [
  step(0, 1, "judged", { path: "auto", paths: ["docs/1.md"] }),
  step(0, 1, "queued"),
  step(1, 2, "judged", { path: "review", paths: ["src/shop/a.ts", "src/shop/b.ts"], reversibility: "irreversible" }),
  build(8, { members: [1], minutes: 8, passed: true }),
  step(8, 1, "landed"),
  step(61, 2, "queued"),
  build(75, { members: [2], minutes: 14, passed: false }),
  step(75, 2, "ejected", { why: "red" }),
  step(80, 3, "judged", { path: "review", paths: ["web/x.ts"] }),
  step(90, 3, "queued"),
  step(95, 3, "dequeued"),
];
const known = facts({ pulls: [aPullRequest({ number: 1 }), aPullRequest({ number: 2 })] });
const reads = readsOf(known, { now: 100 * minute, flow });

describe("a queue's own ledger", () => {
  test("tells who came, waited for whom, and what the checks said in the end", async () => {
    const { changes } = await historyFromLedger(reads, { queue, count: 10 });
    expect(changes).toEqual([
      { id: "1@0", number: 1, proposedAt: 0, judgedMinutes: null, paths: ["docs/1.md"], oneWay: null, good: true },
      {
        ...{ id: `2@${61 * minute}`, number: 2, proposedAt: minute, judgedMinutes: 60, good: false },
        ...{ paths: ["src/shop/a.ts", "src/shop/b.ts"], oneWay: true },
      },
    ]);
  });

  test("brings the queue's own build times and pass rate", async () => {
    const { measured, today } = await historyFromLedger(reads, { queue, count: 10 });
    expect(measured.medianMinutes).toBe(14);
    expect(measured.pass).toEqual([[1, 1 - 2 / 22]]);
    expect(today?.queue.checks).toEqual([{ name: "ci/test", app: null }]);
  });

  test("is judged again from the recorded facts, as if nobody had judged yet", async () => {
    const { changes, judge } = await historyFromLedger(reads, { queue, count: 10 });
    const [judged] = (await judge?.([safeDefault])) ?? [];
    expect(changes.map((c) => judged?.get(c.id)?.path)).toEqual(["review", "review"]);
  });

  test("of an unknown queue is an error that names those that are known", async () => {
    await expect(historyFromLedger(reads, { queue: "a/b@c", count: 1 })).rejects.toThrow(
      "no queue a/b@c is known; there are acme/shop@main",
    );
  });
});

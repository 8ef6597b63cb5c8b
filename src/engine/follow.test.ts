import { describe, expect, test } from "@jest/globals";
import { prNumber } from "../core/model/ids.js";
import { dayMs, type ScoredChange } from "../core/risk/change.js";
import { memoryOf } from "./lessons.js";
import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { FlowRecord, ReadPort } from "./ports.js";

function change(number: number, author: string): ScoredChange {
  const files = [{ path: `src/f${number % 3}.ts`, added: 5, deleted: 1, status: "modified" as const }];
  return { id: String(number), author, isBot: false, title: "Add it", files, fileCount: 1, added: 5, deleted: 1 };
}

function record(at: number, number: number, rest: { event: string; data: FlowRecord["data"] }): FlowRecord {
  return { at, number: prNumber(number), ...rest };
}

const landed = (at: number, number: number, data: FlowRecord["data"] = {}) =>
  record(at, number, {
    event: "landed",
    data: { moved: "auto", rules: ["docs"], change: change(number, "ann"), ...data },
  });
const review = (at: number, number: number, data: { actor: string; state: string; standing?: string }) =>
  record(at, number, {
    event: data.state === "changes_requested" ? "changes_requested" : "review_submitted",
    data: { standing: "MEMBER", ...data },
  });

function memory(ledger: readonly FlowRecord[], history: ReadPort["history"] = () => Promise.resolve(null)) {
  return memoryOf({ history, flow: async (_, since) => await Promise.resolve(ledger.filter((r) => r.at >= since)) });
}

const queue = "acme/shop:main";
const now = 40 * dayMs;

describe("audits in the ledger", () => {
  const drawn = [landed(1, 1, { audit: 0.02 }), landed(2, 2, { audit: 0.02 }), landed(3, 3)];

  test("are answered by a review after landing: approved is fine, changes requested is harm", async () => {
    const answers = [
      review(4, 1, { actor: "ben", state: "approved" }),
      review(5, 2, { actor: "ben", state: "changes_requested" }),
    ];
    const kept = memory([...drawn, ...answers]);
    const { audits } = await kept.watchOf(queue, now);
    expect(audits).toMatchObject({ landed: 3, drawn: 2, answered: 2, found: 1 });
    // What an auditor calls harm speaks against the rule that moved it, as a revert does.
    expect((await kept.lessonsFor(queue, { pulls: [], now })).autoHarm).toEqual({ docs: [{ number: 2, at: 5 }] });
  });

  test.each([
    ["the author", review(4, 1, { actor: "ann", state: "approved" })],
    ["a stranger", review(4, 1, { actor: "eve", state: "changes_requested", standing: "NONE" })],
    ["a remark", review(4, 1, { actor: "ben", state: "commented" })],
    ["a review of what was not drawn", review(4, 3, { actor: "ben", state: "approved" })],
    ["a review before it landed", review(0, 1, { actor: "ben", state: "approved" })],
  ])("%s answers none", async (_, answer) => {
    const ledger = [...drawn, answer].sort((a, b) => a.at - b.at);
    expect((await memory(ledger).watchOf(queue, now)).audits.answered).toBe(0);
  });

  test("two looks at once learn each record once", async () => {
    const kept = memory([...drawn, record(4, 1, { event: "harmed", data: { by: 9 } })]);
    const [first, second] = await Promise.all([kept.watchOf(queue, now), kept.watchOf(queue, now)]);
    expect(second).toEqual(first);
    expect(first.audits).toMatchObject({ landed: 3, harmed: 1 });
  });
});

test("a past that is read after the present is learned from in its order", async () => {
  const ledger = [landed(10 * dayMs, 9)];
  let read: HistoryRead | null = null;
  const kept = memory(ledger, () => Promise.resolve(read));
  expect((await kept.watchOf(queue, now)).audits).toMatchObject({ landed: 1, harmed: 0 });
  ledger.unshift(landed(1, 1), record(2, 1, { event: "harmed", data: { by: 2 } }), landed(2, 2));
  read = { phase: "deployments" } as HistoryRead;
  expect((await kept.watchOf(queue, now)).audits).toMatchObject({ landed: 3, harmed: 1 });
  expect((await kept.watchOf(queue, now)).audits).toMatchObject({ landed: 3, harmed: 1 });
});

import { describe, expect, test } from "@jest/globals";
import { readPrior } from "../core/risk/prior.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { initialRiskState } from "../core/risk/state.js";
import { answer } from "./score.js";

const change = {
  type: "change",
  id: 7,
  at: 1_700_000_000,
  author: 3,
  is_bot: false,
  title: "Add a queue",
  files: [{ path: "src/queue.ts", added: 3, deleted: 1, status: "M" }],
  n_files: 1,
  added: 3,
  deleted: 1,
};
const fresh = () => initialRiskState(readPrior(shippedPriorText));

describe("score --stdio", () => {
  test("a change is answered with its id, a probability and reasons; an outcome with ok", () => {
    const state = fresh();
    expect(answer(state, change)).toEqual({ id: 7, score: expect.any(Number), why: expect.any(Array) });
    expect(answer(state, { type: "outcome", id: 7, at: 1_700_003_600, kind: "reverted" })).toEqual({ ok: true });
    expect(answer(state, { type: "outcome", id: "other", at: 1_700_003_600, kind: "reverted" })).toEqual({ ok: true });
  });

  test("an outcome raises the score of the next change to the same file", () => {
    const [calm, burnt] = [fresh(), fresh()];
    for (const state of [calm, burnt]) answer(state, change);
    answer(burnt, { type: "outcome", id: 7, at: 1_700_003_600, kind: "reverted" });
    const next = { ...change, id: 8, at: 1_700_100_000 };
    const scores = [calm, burnt].map((state) => (answer(state, next) as { score: number }).score);
    expect(scores[1]).toBeGreaterThan(scores[0] ?? 1);
  });

  test.each([
    [{ type: "nothing" }, /"change" or "outcome"/],
    [{ ...change, at: "now" }, /^at: /],
    [{ ...change, files: [{ path: 1 }] }, /^files\.0\.path: /],
    [{ ...change, findings: [3] }, /^findings\.0: /],
    [{ type: "outcome", at: 1 }, /^id: /],
  ])("a bad line is refused: %j", (line, message) => {
    expect(() => answer(fresh(), line)).toThrow(message);
  });
});

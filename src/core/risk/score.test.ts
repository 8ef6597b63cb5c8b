import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { RiskEvent, ScoredChange } from "./change.js";
import { dayMs, hourMs } from "./change.js";
import { features } from "./features.js";
import { readPrior } from "./prior.js";
import { shippedPriorText } from "./prior-data.js";
import { score } from "./score.js";
import type { RiskState } from "./state.js";
import { initialRiskState, learn } from "./state.js";

const prior = readPrior(shippedPriorText);
const fresh = () => initialRiskState(prior);

function aChange(over: Partial<ScoredChange> = {}): ScoredChange {
  return {
    id: "1",
    author: "ann",
    isBot: false,
    title: "Add a queue",
    files: [{ path: "src/queue.ts", added: 30, deleted: 2, status: "modified" }],
    fileCount: 1,
    added: 30,
    deleted: 2,
    ...over,
  };
}

/** A history in which every tenth change, and each in `src/bad/`, is taken out a few hours later. */
function history(length: number): RiskEvent[] {
  return Array.from({ length }, (_, i): RiskEvent[] => {
    const at = i * 6 * hourMs;
    const bad = i % 10 === 0;
    const path = bad ? `src/bad/f${i % 20}.ts` : `src/good/f${i % 50}.ts`;
    const change = aChange({
      id: String(i),
      author: `p${i % 7}`,
      files: [{ path, added: 5, deleted: 1, status: "modified" }],
    });
    return bad
      ? [
          { type: "landed", change, at },
          { type: "harmed", id: String(i), at: at + hourMs },
        ]
      : [{ type: "landed", change, at }];
  }).flat();
}

function replay(events: readonly RiskEvent[]): RiskState {
  return events.reduce(learn, fresh());
}

describe("risk", () => {
  test("a new installation starts near the base rate of the development histories", () => {
    const risk = score(fresh(), aChange(), { now: 0 });
    expect(risk.score).toBeGreaterThan(0.002);
    expect(risk.score).toBeLessThan(0.06);
    expect(risk.why).toHaveLength(3);
  });

  test("scoring leaves the state as it is: the same change gets the same score twice", () => {
    const state = replay(history(200));
    const now = 60 * dayMs;
    const first = score(state, aChange(), { now });
    score(state, aChange({ title: "Something else", author: "bob" }), { now });
    expect(score(state, aChange(), { now })).toEqual(first);
  });

  test("equal events give equal states", () => {
    const now = 60 * dayMs;
    expect(score(replay(history(150)), aChange(), { now })).toEqual(score(replay(history(150)), aChange(), { now }));
  });

  test("the repository's own outcomes move the score", () => {
    const state = replay(history(600));
    const now = 600 * 6 * hourMs;
    const touching = (path: string) =>
      score(state, aChange({ files: [{ path, added: 5, deleted: 1, status: "modified" }] }), { now });
    const bad = touching("src/bad/f0.ts");
    const good = touching("src/good/f1.ts");
    expect(bad.score).toBeGreaterThan(2 * good.score);
    expect(bad.why.join("\n")).toMatch(/raises: src\/bad\/f0.ts was in a change that was taken out/);
  });

  test("the base rate is learned: where one change in ten is taken out, scores are near that", () => {
    const state = replay(history(600));
    const now = 600 * 6 * hourMs;
    const all = Array.from({ length: 50 }, (_, i) => {
      const path = i % 10 === 0 ? `src/bad/f${i % 20}.ts` : `src/good/f${i}.ts`;
      return score(state, aChange({ files: [{ path, added: 5, deleted: 1, status: "modified" }] }), { now }).score;
    });
    const mean = all.reduce((sum, s) => sum + s, 0) / all.length;
    expect(mean).toBeGreaterThan(0.03);
    expect(mean).toBeLessThan(0.25);
  });

  test("an outcome of a change that nobody saw, and a second outcome, teach nothing", () => {
    const now = 60 * dayMs;
    const events = history(100);
    const at = 30 * dayMs;
    // Time alone teaches: so the state that is compared with saw the same instant.
    const before = score(replay([...events, { type: "harmed", id: "unknown", at }]), aChange(), { now });
    const more: RiskEvent[] = [...events, { type: "harmed", id: "no-such", at }, { type: "harmed", id: "90", at }];
    expect(score(replay(more), aChange(), { now })).toEqual(before);
  });

  test("a change that takes out another, and a bot's, are rarely harm", () => {
    const state = replay(history(100));
    const now = 60 * dayMs;
    const person = score(state, aChange(), { now }).score;
    expect(score(state, aChange({ title: 'Revert "Add a queue"' }), { now }).score).toBeLessThan(person / 2);
    expect(score(state, aChange({ isBot: true, author: "bot" }), { now }).score).toBeLessThan(person);
  });

  test("the level follows the policy's thresholds, else the base rate", () => {
    const state = fresh();
    const at = (medium: number, high: number, critical: number) =>
      score(state, aChange(), { now: 0, thresholds: { medium, high, critical } }).level;
    expect(at(1e-6, 1e-5, 1e-4)).toBe("critical");
    expect(at(1e-6, 1e-5, 1)).toBe("high");
    expect(at(1e-6, 1, 1)).toBe("medium");
    expect(at(1, 1, 1)).toBe("low");
  });

  test("coefficients of other features are refused", () => {
    expect(() => readPrior(JSON.stringify({ features: ["other"] }))).toThrow(/train them again/);
    expect(prior.line.weights).toHaveLength(features.length);
  });

  const wild = fc.record({
    id: fc.string(),
    author: fc.string(),
    isBot: fc.boolean(),
    title: fc.string({ maxLength: 300 }),
    files: fc.array(
      fc.record({
        path: fc.string(),
        added: fc.nat(1_000_000),
        deleted: fc.nat(1_000_000),
        status: fc.constantFrom("added" as const, "modified" as const, "removed" as const, "renamed" as const),
      }),
      { maxLength: 5 },
    ),
    fileCount: fc.nat(100_000),
    added: fc.nat(10_000_000),
    deleted: fc.nat(10_000_000),
  });

  test("whatever the change, the score is a probability and there are three reasons", () => {
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 12 }), (changes) => {
        const state = fresh();
        changes.forEach((change, i) => {
          const now = i * dayMs;
          const risk = score(state, change, { now });
          expect(risk.score).toBeGreaterThan(0);
          expect(risk.score).toBeLessThan(1);
          expect(risk.why).toHaveLength(3);
          learn(state, { type: "landed", change, at: now });
          if (i % 3 === 0) learn(state, { type: "harmed", id: change.id, at: now + hourMs });
        });
      }),
      { numRuns: 60 },
    );
  });
});

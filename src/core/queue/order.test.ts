import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { inOrder, needsOf } from "./order.js";
import type { QueuedChange } from "./snapshot.js";

const now = 1000;

function change(id: string, given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return { id, arrivedAt: 990, targets: [], passProbability: 0.95, expectedMinutes: 10, ...given };
}

/** Each row: what the later-listed change has that puts it first. */
const firstBecause: readonly (readonly [string, Partial<QueuedChange<string>>, Partial<QueuedChange<string>>])[] = [
  ["a hotfix goes before priority", { priority: 9 }, { hotfix: true }],
  ["a hotfix goes before what is overdue", { arrivedAt: 0 }, { hotfix: true }],
  ["what is overdue goes before priority", { priority: 9 }, { arrivedAt: 0 }],
  ["priority goes before the constraint's minutes", { constraintMinutes: 0 }, { priority: 1, constraintMinutes: 30 }],
  ["fewer minutes of the constraint go before likely good", { constraintMinutes: 5 }, { passProbability: 0.2 }],
  ["likely good goes before small", { passProbability: 0.3, size: 1 }, { size: 5000 }],
  ["small goes before low risk", { size: 900, risk: 0 }, { size: 10, risk: 0.9 }],
  ["low risk goes before age", { risk: 0.5, arrivedAt: 980 }, { risk: 0.1 }],
  ["the older goes first", { arrivedAt: 995 }, { arrivedAt: 994 }],
];

describe("inOrder", () => {
  test.each(firstBecause)("%s", (_, other, first) => {
    const queue = [change("other", other), change("first", first)];
    expect(inOrder(queue, now).map((c) => c.id)).toEqual(["first", "other"]);
  });

  test("equal changes keep their places", () => {
    const queue = ["a", "b", "c"].map((id) => change(id));
    expect(inOrder(queue, now).map((c) => c.id)).toEqual(["a", "b", "c"]);
  });

  test("a dependency goes before what needs it, even a hotfix", () => {
    const queue = [change("base", { priority: -5 }), change("fix", { hotfix: true, dependsOn: ["base"] })];
    expect(inOrder(queue, now).map((c) => c.id)).toEqual(["base", "fix"]);
  });

  test("a stack goes from its base up", () => {
    const queue = [change("top", { stackedOn: "middle" }), change("middle", { stackedOn: "base" }), change("base")];
    expect(inOrder(queue, now).map((c) => c.id)).toEqual(["base", "middle", "top"]);
  });

  test("a circle loses nobody", () => {
    const queue = [change("a", { dependsOn: ["b"] }), change("b", { dependsOn: ["a"] }), change("c")];
    expect(
      inOrder(queue, now)
        .map((c) => c.id)
        .sort(),
    ).toEqual(["a", "b", "c"]);
  });

  test("a stack of ten thousand is ordered without recursion", () => {
    const queue = Array.from({ length: 10_000 }, (_, i) =>
      change(String(i), i > 0 ? { stackedOn: String(i - 1) } : {}),
    );
    expect(inOrder([...queue].reverse(), now).map((c) => c.id)).toEqual(queue.map((c) => c.id));
  });

  test("any queue comes out whole, each after what it needs", () => {
    const queues = fc.array(
      fc.record({
        priority: fc.integer({ min: 0, max: 2 }),
        arrivedAt: fc.integer({ min: 0, max: 999 }),
        needs: fc.array(fc.nat(20), { maxLength: 3 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(queues, (given) => {
        // Needs point backwards only: no circles.
        const queue = given.map((g, i) =>
          change(String(i), { ...g, dependsOn: g.needs.filter((n) => n < i).map(String) }),
        );
        const ids = inOrder([...queue].reverse(), now).map((c) => c.id);
        expect([...ids].sort()).toEqual(queue.map((c) => c.id).sort());
        for (const c of queue) for (const n of needsOf(c)) expect(ids.indexOf(n)).toBeLessThan(ids.indexOf(c.id));
      }),
    );
  });
});

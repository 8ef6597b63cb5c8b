import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { plan } from "./plan.js";
import { runLine } from "./simulation/run.js";
import { drawWorld, type Load } from "./simulation/world.js";
import type { PlanAnswer, PlanSnapshot, QueuedChange } from "./snapshot.js";

/** Small lines of every kind; what happens in them is drawn by the simulation from the seed. */
const loads: fc.Arbitrary<Load> = fc.record({
  seed: fc.nat(),
  changes: fc.integer({ min: 1, max: 16 }),
  slots: fc.integer({ min: 1, max: 6 }),
  arrivals: fc.oneof(
    fc.record({ kind: fc.constant("steady" as const), perHour: fc.integer({ min: 2, max: 60 }) }),
    fc.record({
      kind: fc.constant("burst" as const),
      every: fc.integer({ min: 10, max: 100 }),
      size: fc.integer({ min: 1, max: 12 }),
    }),
  ),
  medianMinutes: fc.integer({ min: 2, max: 30 }),
  sigma: fc.constantFrom(0, 0.4),
  targets: fc.integer({ min: 1, max: 12 }),
  targetsPerChange: fc.constantFrom(1, 2, 3),
  conflictProbability: fc.constantFrom(0, 0.02, 0.3),
  conflictHorizonMinutes: fc.constantFrom(30, 120),
  pass: fc.constantFrom([[1, 0.95]] as const, [[0.6, 0.98], [0.4, 0.4]] as const, [[1, 0.05]] as const), // prettier-ignore
  flakeProbability: fc.constantFrom(0, 0.02, 0.2),
  sharedCache: fc.boolean(),
  noise: fc.constant({ pass: 0.5, minutes: 0.3 }),
});

/** Any snapshot that a queue could hand over, its builds with any members, bases and outcomes. */
const snapshots: fc.Arbitrary<PlanSnapshot<number, number>> = fc
  .record({
    queued: fc.integer({ min: 0, max: 12 }),
    landedCount: fc.nat(6),
    slots: fc.integer({ min: 0, max: 5 }),
    sharedCache: fc.boolean(),
    flakeProbability: fc.constantFrom(0, 0.02, 0.3),
    targets: fc.array(fc.array(fc.nat(4), { maxLength: 3 }), { minLength: 20, maxLength: 20 }),
    needs: fc.array(fc.array(fc.nat(20), { maxLength: 2 }), { minLength: 20, maxLength: 20 }),
    doors: fc.array(fc.constantFrom("reversible" as const, "irreversible" as const), { minLength: 20, maxLength: 20 }),
    builds: fc.array(
      fc.record({
        members: fc.uniqueArray(fc.nat(19), { minLength: 1, maxLength: 5 }),
        base: fc.nat(6),
        status: fc.constantFrom("running" as const, "passed" as const, "failed" as const),
        age: fc.nat(60),
      }),
      { maxLength: 8 },
    ),
  })
  .map((g) => {
    // Ids below landedCount have landed, then come the queued; the rest were ejected.
    const change = (id: number): QueuedChange<number> => ({
      id,
      arrivedAt: 100 + id,
      targets: g.targets[id] ?? [],
      passProbability: 0.9,
      expectedMinutes: 10,
      dependsOn: (g.needs[id] ?? []).filter((n) => n < id && n < g.landedCount + g.queued),
      reversibility: g.doors[id] ?? "reversible",
    });
    return {
      now: 200,
      slots: g.slots,
      conflictProbability: 0.02,
      conflictHorizonMinutes: 120,
      flakeProbability: g.flakeProbability,
      sharedCache: g.sharedCache,
      landedCount: g.landedCount,
      queue: Array.from({ length: g.queued }, (_, i) => change(g.landedCount + i)),
      landed: Array.from({ length: g.landedCount }, (_, i) => ({
        id: i,
        seq: i,
        at: 150 + i,
        targets: g.targets[i] ?? [],
      })),
      builds: g.builds.map((b, id) => ({
        id,
        members: b.members,
        base: Math.min(b.base, g.landedCount),
        status: b.status,
        startedAt: 200 - b.age,
        finishedAt: b.status === "running" ? null : 200,
      })),
    };
  });

/** A few in the everyday run, fifty times as many in the long one. */
const runs = (few: number): number => (process.env["DRUMLINE_TESTS"] === "long" ? 50 * few : few);

describe("plan, whatever happens", () => {
  test("in every line nothing illegal is asked for, nothing bad lands, everything is decided", () => {
    fc.assert(
      fc.property(loads, (load) => {
        const outcome = runLine(drawWorld(load), load, plan);
        expect(outcome.refused).toEqual([]);
        expect(outcome.broken).toBe(0);
        expect(outcome.undecided).toBe(0);
      }),
      { numRuns: runs(12) },
    );
  });

  test("without flakes nobody is ejected wrongly", () => {
    fc.assert(
      fc.property(loads, (any) => {
        const load = { ...any, flakeProbability: 0 };
        expect(runLine(drawWorld(load), load, plan).wronglyEjected).toBe(0);
      }),
      { numRuns: runs(8) },
    );
  });

  test("every action is legal in any snapshot", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(illegal(snapshot, plan(snapshot))).toEqual([]);
      }),
      { numRuns: runs(200) },
    );
  });

  test("the same snapshot gives the same answer", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(plan(structuredClone(snapshot))).toEqual(plan(snapshot));
      }),
      { numRuns: runs(40) },
    );
  });

  test("cancelling loses no proof: only running builds, never one that a landing or an ejection stands on", () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const { cancel } = plan(snapshot);
        for (const id of cancel) expect(snapshot.builds.find((b) => b.id === id)?.status).toBe("running");
        expect(new Set(cancel).size).toBe(cancel.length);
      }),
      { numRuns: runs(40) },
    );
  });

  test("nobody starves: a doubtful, slow change waits a bounded time while others keep coming", () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, sharedCache) => {
        const arrivals = Array.from({ length: 60 }, (_, i) => ({ at: i * 6, targets: [0] }));
        const load: Load = { ...steady, seed, sharedCache, arrivals: { kind: "trace", changes: arrivals } };
        const world = drawWorld(load).map((c) =>
          c.id === 5
            ? { ...c, good: true, clashes: new Set<number>(), minutes: 30, told: { passProbability: 0.3, minutes: 30 } }
            : c,
        );
        const decided = runLine(world, load, plan).decidedAt.get(5) ?? Infinity;
        expect(decided - 30).toBeLessThan(boundedWaitMinutes);
      }),
      { numRuns: runs(1) },
    );
  });
});

/** Ten lengths of the slow change's build. */
const boundedWaitMinutes = 300;

const steady: Omit<Load, "seed" | "arrivals" | "sharedCache"> = {
  changes: 60,
  slots: 8,
  medianMinutes: 12,
  sigma: 0.2,
  targets: 1,
  targetsPerChange: 1,
  conflictProbability: 0.002,
  conflictHorizonMinutes: 60,
  pass: [[1, 0.97]],
  flakeProbability: 0,
  noise: { pass: 0.2, minutes: 0.1 },
};

/** The rules of landing, ejecting, cancelling and starting, stated once more from scratch. */
function illegal(snapshot: PlanSnapshot<number, number>, answer: PlanAnswer<number, number>): string[] {
  const queue = new Map(snapshot.queue.map((c) => [c.id, c]));
  const landed = new Map(snapshot.landed.map((l) => [l.id, l]));
  const wrong: string[] = [];
  const overlap = (a: readonly unknown[], b: readonly unknown[]) => a.some((t) => b.includes(t));
  for (const group of answer.land) {
    const proof = snapshot.builds.some(
      (b) =>
        b.status === "passed" &&
        group.every((c) => b.members.includes(c)) &&
        b.members.every((m) => group.includes(m) || landed.has(m)) &&
        snapshot.landed.every(
          (l) =>
            l.seq < b.base ||
            b.members.includes(l.id) ||
            group.every((c) => !overlap(queue.get(c)?.targets ?? [], l.targets)),
        ),
    );
    if (!proof || group.length === 0 || !group.every((c) => queue.has(c))) wrong.push(`land ${group.join()}`);
    group.forEach((c, place) => {
      for (const need of queue.get(c)?.dependsOn ?? [])
        if (!landed.has(need) && !group.slice(0, place).includes(need)) wrong.push(`land ${c} before ${need}`);
    });
  }
  for (const c of answer.reject) {
    const proof = snapshot.builds.some(
      (b) => b.status === "failed" && b.members.includes(c) && b.members.every((m) => m === c || landed.has(m)),
    );
    if (!proof || !queue.has(c)) wrong.push(`reject ${c}`);
  }
  for (const id of answer.cancel)
    if (snapshot.builds.find((b) => b.id === id)?.status !== "running") wrong.push(`cancel ${id}`);
  const running = snapshot.builds.filter((b) => b.status === "running").length - answer.cancel.length;
  if (answer.start.length > Math.max(0, snapshot.slots - running)) wrong.push("more starts than slots");
  for (const members of answer.start) {
    if (members.length === 0 || new Set(members).size !== members.length) wrong.push(`start ${members.join()}`);
    members.forEach((c, place) => {
      const change = queue.get(c);
      if (!change) wrong.push(`start ${c}: not queued`);
      for (const need of change?.dependsOn ?? [])
        if (!landed.has(need) && !members.slice(0, place).includes(need)) wrong.push(`start ${c} before ${need}`);
      if (change?.reversibility === "irreversible" && place !== members.length - 1)
        wrong.push(`start behind door ${c}`);
    });
  }
  return wrong;
}

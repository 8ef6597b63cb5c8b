import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { targetMinutesPerReviewer, zoneOf } from "./buffer.js";
import { inOrder } from "./order.js";
import { decidePace } from "./pacer.js";
import { PaceSnapshotError, readPaceSnapshot } from "./read-snapshot.js";
import type { InFlightState, PaceSnapshot, StationState, WorkState } from "./snapshot.js";
import { worthIn } from "./worth.js";

function aWork(of: Partial<WorkState> = {}): WorkState {
  return {
    id: 1,
    kind: "human",
    team: "a",
    value: 1,
    urgent: false,
    reversibility: "reversible",
    ageMinutes: 60,
    predictedMinutes: { review: 60, ci: 60 },
    ...of,
  };
}

function inReview(of: Partial<InFlightState> = {}): InFlightState {
  return { ...aWork(of), at: "review", releasedMinutesAgo: 30, reviews: 0, ...of };
}

function aTeam(of: Partial<StationState> = {}): StationState {
  return {
    station: "review",
    team: "a",
    servers: 2,
    open: true,
    waiting: [],
    inService: [],
    finishedLast7Days: 40,
    meanServiceMinutes: 60,
    ...of,
  };
}

function aSnapshot(of: Partial<PaceSnapshot> = {}): PaceSnapshot {
  return { now: 0, stations: [aTeam()], gate: [], inFlight: [], last7Days: {}, ...of };
}

const full = Array.from({ length: 30 }, (_, i) => inReview({ id: `full-${i}` }));

describe("the rope", () => {
  test("stocks an empty buffer to its target and no further", () => {
    const gate = Array.from({ length: 100 }, (_, id) => aWork({ id }));
    const { release, buffers } = decidePace(aSnapshot({ gate }));
    expect(buffers[0]).toMatchObject({ target: 2 * targetMinutesPerReviewer, minutes: 0, zone: "red" });
    expect(release.length).toBeGreaterThan(8);
    expect(release.length).toBeLessThan(16);
  });

  const cases: [string, Partial<WorkState>, boolean][] = [
    ["holds a person's change while the buffer is full", {}, false],
    ["lets a person's urgent change pass", { urgent: true }, true],
    ["holds an agent's change that calls itself urgent", { urgent: true, kind: "agent" }, false],
    ["does not hold work of a team that has no reviewers here", { team: "elsewhere" }, true],
  ];
  test.each(cases)("%s", (_, work, passes) => {
    const answer = decidePace(aSnapshot({ gate: [aWork({ id: "new", ...work })], inFlight: full }));
    expect(answer.release.includes("new")).toBe(passes);
  });
});

describe("the order", () => {
  const names = (works: readonly Partial<WorkState>[]) => {
    const gate = works.map((w, i) => aWork({ id: i, ...w }));
    return inOrder(gate, worthIn(aSnapshot({ gate }))).map((w) => w.id);
  };
  const cases: [string, Partial<WorkState>[], number[]][] = [
    ["urgent first", [{}, { urgent: true, value: 0.1 }], [1, 0]],
    ["the older of two urgent", [{ urgent: true }, { urgent: true, ageMinutes: 90 }], [1, 0]],
    ["more value", [{ value: 0.5 }, { value: 2 }], [1, 0]],
    ["less of the reviewer's time", [{ predictedMinutes: { review: 200, ci: 1 } }, {}], [1, 0]],
    ["likelier to land", [{ kind: "agent" }, {}], [1, 0]],
    ["a year's wait outweighs twice the value", [{ value: 2 }, { value: 1, ageMinutes: 365 * 1440 }], [1, 0]],
    ["the older of two alike", [{}, { ageMinutes: 61 }], [1, 0]],
  ];
  test.each(cases)("%s", (_, works, order) => {
    expect(names(works)).toEqual(order);
  });

  test("work that has been reviewed once needs less and goes first", () => {
    const inFlight = [inReview({ id: "new" }), inReview({ id: "again", reviews: 1 })];
    expect(decidePace(aSnapshot({ inFlight })).order["review"]).toEqual(["again", "new"]);
  });

  test("everything in flight is ordered once, whatever it is", () => {
    const work = fc.record({
      value: fc.double({ min: 0, max: 100, noNaN: true }),
      urgent: fc.boolean(),
      kind: fc.constantFrom("human" as const, "agent" as const, "bot" as const),
      ageMinutes: fc.nat(),
      reviews: fc.nat(5),
      at: fc.constantFrom("ci", "review", "authoring", "approval", "queue"),
    });
    fc.assert(
      fc.property(fc.array(work, { maxLength: 30 }), (works) => {
        const inFlight = works.map((w, id) => inReview({ ...w, id }));
        const order = decidePace(aSnapshot({ inFlight })).order["review"] ?? [];
        expect([...order].sort((a, b) => Number(a) - Number(b))).toEqual(inFlight.map((w) => w.id));
      }),
      { numRuns: 100 },
    );
  });
});

test.each([
  [100, 100, "green"],
  [66, 100, "yellow"],
  [34, 100, "yellow"],
  [33, 100, "red"],
] as const)("a buffer of %d of %d minutes is %s", (minutes, target, zone) => {
  expect(zoneOf(minutes, target)).toBe(zone);
});

describe("readPaceSnapshot", () => {
  const good = JSON.parse(JSON.stringify(aSnapshot({ gate: [aWork()], inFlight: [inReview()] }))) as PaceSnapshot;

  test("reads back what it is given", () => {
    expect(readPaceSnapshot({ ...good })).toEqual(good);
  });

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ["no gate", { gate: undefined }, /`gate` must be a list/],
    ["a gate of numbers", { gate: [1] }, /`gate` must be a list of objects/],
    ["work without a value", { gate: [{ ...aWork(), value: "1" }] }, /`value` must be a number/],
    ["work without predictions", { gate: [{ ...aWork(), predictedMinutes: null }] }, /`predictedMinutes`/],
    ["endings that are no object", { last7Days: 3 }, /`last7Days`/],
  ];
  test.each(wrong)("refuses %s", (_, change, message) => {
    expect(() => readPaceSnapshot({ ...good, ...change })).toThrow(PaceSnapshotError);
    expect(() => readPaceSnapshot({ ...good, ...change })).toThrow(message);
  });
});

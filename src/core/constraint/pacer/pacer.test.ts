import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { zoneOf } from "./buffer.js";
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

function builds(of: Partial<StationState> = {}): StationState {
  const ci = { station: "ci", team: "ci", servers: 3, finishedLast7Days: 90, meanServiceMinutes: 60 };
  return { ...aTeam(), ...ci, ...of };
}

const size = { minutes: 380, supply: 260, variation: 120, bound: null };
const full = Array.from({ length: 30 }, (_, i) => inReview({ id: `full-${i}` }));

describe("the rope", () => {
  test("stocks an empty buffer to its target and no further", () => {
    const gate = Array.from({ length: 100 }, (_, id) => aWork({ id }));
    const { release, buffers } = decidePace(aSnapshot({ gate, stations: [aTeam({ size })] }));
    expect(buffers[0]).toMatchObject({ target: 2 * size.minutes, minutes: 0, zone: "red" });
    expect(release.length).toBeGreaterThan(8);
    expect(release.length).toBeLessThan(16);
  });

  test("holds everything but urgent work while builds pile up beyond a night of them", () => {
    const ids = (count: number) => Array.from({ length: count }, (_, id) => id);
    const released = (waiting: number) => {
      const stations = [aTeam(), builds({ waiting: ids(waiting) })];
      const gate = [aWork({ id: "a" }), aWork({ id: "b", urgent: true })];
      return decidePace(aSnapshot({ gate, stations })).release;
    };
    expect(released(40)).toEqual(["b", "a"]);
    expect(released(60)).toEqual(["b"]);
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

describe("the buffer", () => {
  /** Forty reviews in a week after ninety builds of two teams, and work of one size or of many. */
  function targetOf(of: { ci?: Partial<StationState> | null; review?: Partial<StationState>; sizes?: number[] }) {
    const { ci = {}, review = {}, sizes = [60] } = of;
    const gate = Array.from({ length: 30 }, (_, id) =>
      aWork({ id, predictedMinutes: { review: sizes[id % sizes.length] ?? 60, ci: 60 } }),
    );
    const stations = [aTeam(review), aTeam({ ...review, team: "b" }), ...(ci ? [builds(ci)] : [])];
    return (decidePace(aSnapshot({ gate, stations })).buffers[0]?.target ?? 0) / 2;
  }
  const usual = targetOf({});

  test("is most of a day's work where builds keep up with half of the reviews", () => {
    expect(usual).toBeGreaterThan(300);
    expect(usual).toBeLessThan(420);
  });

  const larger: [string, Parameters<typeof targetOf>[0]][] = [
    ["slower builds", { ci: { meanServiceMinutes: 120 } }],
    ["fewer slots", { ci: { servers: 2 } }],
    ["builds that fail and are built again", { ci: { finishedLast7Days: 150 } }],
    ["reviews of very different sizes", { sizes: [10, 60, 360] }],
    ["quicker reviewers, whom builds keep up with less", { review: { meanServiceMinutes: 30 } }],
    ["days of twelve hours, which a week's work shows", { review: { finishedLast7Days: 120 } }],
  ];
  test.each(larger)("is larger with %s", (_, of) => {
    expect(targetOf(of)).toBeGreaterThan(usual);
  });

  const smaller: [string, Parameters<typeof targetOf>[0], number][] = [
    ["quick builds on many slots", { ci: { meanServiceMinutes: 5, servers: 20 } }, 120],
    ["no builds at all", { ci: null }, 120],
    ["builds that keep up", { ci: { servers: 8 } }, 200],
  ];
  test.each(smaller)("is smaller with %s", (_, of, most) => {
    expect(targetOf(of)).toBeLessThanOrEqual(most);
  });

  test("is the least of two reviews for each, and the most of two days", () => {
    expect(targetOf({ ci: null })).toBe(120);
    expect(targetOf({ ci: { meanServiceMinutes: 5000 } })).toBe(960);
  });

  test("is believed while nothing was finished yet", () => {
    const nothing = { finishedLast7Days: 0, meanServiceMinutes: null };
    expect(targetOf({ ci: nothing, review: nothing })).toBeGreaterThan(100);
    expect(targetOf({ ci: nothing, review: nothing })).toBeLessThan(480);
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

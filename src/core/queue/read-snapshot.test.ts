import { describe, expect, test } from "@jest/globals";
import { plan } from "./plan.js";
import { readSnapshot, SnapshotError } from "./read-snapshot.js";

const change = { id: 1, arrivedAt: 0, targets: ["a"], passProbability: 0.9, expectedMinutes: 5 };
const whole = { now: 0, slots: 1, landedCount: 0, queue: [change] };

const always = { days: [], hours: null, from: null, to: null, zone: "UTC" };

describe("readSnapshot", () => {
  test("takes a snapshot with the least that it needs, unknown fields ignored", () => {
    const snapshot = readSnapshot({ ...whole, colour: "blue" });
    expect(plan(snapshot)).toEqual({ land: [], reject: [], cancel: [], start: [[1]] });
  });

  test.each([
    [{ ...whole, now: "noon" }, "now must be a number"],
    [{ ...whole, slots: null }, "slots must be a number"],
    [{ ...whole, flakeProbability: "2%" }, "flakeProbability must be a number"],
    [{ ...whole, queue: {} }, "queue must be a list"],
    [{ ...whole, queue: [change, null] }, "queue[1] must be an object"],
    [{ ...whole, queue: [{ ...change, id: true }] }, "queue[0].id must be a number or a string"],
    [{ ...whole, queue: [{ ...change, targets: "a" }] }, "queue[0].targets must be a list"],
    [
      { ...whole, builds: [{ id: 1, base: 0, startedAt: 0, members: [1], status: "lost" }] },
      "builds[0].status must be running, passed or failed",
    ],
    [{ ...whole, trunk: { status: "odd", at: 0 } }, "trunk.status must be unknown, running, green or red"],
    [{ ...whole, controls: { windows: [{}] } }, "windows[0].span must be an object"],
    [{ ...whole, controls: { freezes: [{ span: { ...always, zone: 1 } }] } }, "freezes[0].span.zone must be a string"],
    [{ ...whole, controls: { throttles: [{ perHour: "4" }] } }, "throttles[0].perHour must be a number"],
    [{ ...whole, controls: { membersMax: "8" } }, "controls.membersMax must be a number"],
  ])("names what is wrong and where: %#", (value, message) => {
    expect(() => readSnapshot(value)).toThrow(new SnapshotError(message));
  });
});

import { describe, expect, test } from "@jest/globals";
import type { LandedChange, QueuedChange, Scope } from "./snapshot.js";
import { throttling } from "./throttle.js";

function change(given: Partial<QueuedChange<string>> = {}): QueuedChange<string> {
  return { id: "a", arrivedAt: 0, targets: [], passProbability: 0.9, expectedMinutes: 5, ...given };
}

function landedAt(at: number, given: Scope = {}): LandedChange<string> {
  return { id: `at${at}`, at, seq: at, targets: [], ...given };
}

const now = 200;

describe("throttling", () => {
  test.each<[string, number[], Partial<QueuedChange<string>>, number | null]>([
    ["nothing landed lately", [], {}, null],
    ["room for one more", [170], {}, null],
    ["full: until the older of the two is an hour old", [150, 170], {}, 210],
    ["overfull by hotfixes: until the second newest is", [150, 160, 170], {}, 220],
    ["an hour ago exactly counts no more", [140, 170], {}, null],
    ["a hotfix passes", [150, 170], { hotfix: true }, null],
  ])("two an hour, %s", (_, landings, given, until) => {
    const landed = landings.map((at) => landedAt(at));
    const found = throttling([{ perHour: 2 }], { landed, now }).of(change(given));
    expect(found?.until ?? null).toBe(until);
  });

  test.each<[number, number, boolean]>([
    [0, 3, true],
    [0, 5, true],
    [1, 2, true],
    [1, 3, false],
    [3, 1, false],
  ])("three an hour, %i landed, a group of %i may land: %s", (before, size, admitted) => {
    const landed = Array.from({ length: before }, (_, i) => landedAt(190 + i));
    const group = Array.from({ length: size }, () => change());
    expect(throttling([{ perHour: 3 }], { landed, now }).admits(group)).toBe(admitted);
  });

  test("counts what it concerns, by lane and class", () => {
    const web = throttling([{ perHour: 1, lane: "web" }], { landed: [landedAt(190, { lane: "web" })], now });
    expect(web.of(change({ lane: "web" }))).not.toBeNull();
    expect(web.of(change({ lane: "api" }))).toBeNull();
    expect(web.admits([change({ lane: "web" })])).toBe(false);
    expect(web.admits([change({ lane: "api" })])).toBe(true);
    const doors = throttling([{ perHour: 1, reversibility: "irreversible" }], { landed: [landedAt(190)], now });
    expect(doors.of(change({ reversibility: "irreversible" }))).toBeNull();
  });
});

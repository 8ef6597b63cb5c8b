import { expect, test } from "@jest/globals";
import { prNumber } from "../core/model/ids.js";
import { memoryOf } from "./lessons.js";
import type { FlowRecord } from "./ports.js";

const hour = 3_600_000;
const day = 24 * hour;
const queue = "acme/shop@main";

const judged = (number: number, at: number, reversibility: string): FlowRecord => {
  return { at, number: prNumber(number), event: "judged", data: { reversibility } };
};
const landed = (number: number, at: number): FlowRecord => {
  return { at, number: prNumber(number), event: "landed", data: { sha: `c${number}` } };
};
const deployed = (number: number, at: number, ok = true): FlowRecord => {
  return { at, number: null, event: "deployed", data: { sha: `c${number}`, ok, environment: "production" } };
};

/** One change a day: judged, landed, deployed. */
function days(count: number, reversibility: string): FlowRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const at = i * day;
    return [judged(i + 1, at, reversibility), landed(i + 1, at + hour), deployed(i + 1, at + 2 * hour)];
  }).flat();
}

function memoryWith(records: FlowRecord[]) {
  const flow = async (_: string, since: number) => await Promise.resolve(records.filter((r) => r.at >= since));
  return memoryOf({ history: () => Promise.resolve(null), flow });
}

test("what production absorbs is learned from what was judged, landed and deployed, and by what was taken out again", async () => {
  const records = days(40, "recoverable");
  const memory = memoryWith(records);
  const now = 40 * day;
  const before = await memory.drumOf(queue, now);
  expect(before).toMatchObject({ by: "deploy", deploys: { everyMs: day, waiting: 0 } });
  expect(before.classes.recoverable).toMatchObject({ windows: 33, harmed: 0, most: 1, rate: 1, landed: [] });
  expect(before.classes.irreversible).toMatchObject({ windows: 0, rate: null });

  records.push({ at: now, number: prNumber(39), event: "harmed", data: { by: 50 } });
  records.push(deployed(38, now + 1));
  records.push(judged(41, now + 2, "unknown"), landed(41, now + 2));
  const after = await memory.drumOf(queue, now + hour);
  // Number 39 was reverted; rolling back to 38 speaks against 39 and 40.
  expect(after.classes.recoverable).toMatchObject({ windows: 35, harmed: 2, rate: 1, lately: true });
  expect(after.classes.irreversible.landed).toEqual([now + 2]);
  expect((await memory.lessonsFor(queue, { pulls: [], now: now + hour })).drum).toEqual(after);
});

test("a deployment that was read after later records is learned all the same, once", async () => {
  const records = days(20, "irreversible");
  const memory = memoryWith(records);
  records.push(judged(21, 20 * day, "irreversible"), landed(21, 20 * day));
  expect((await memory.drumOf(queue, 20 * day)).deploys?.waiting).toBe(1);
  const missed = deployed(21, 20 * day + 1000);
  records.push(judged(22, 20 * day + 2000, "irreversible"), landed(22, 20 * day + 2000));
  expect((await memory.drumOf(queue, 20 * day + 3000)).deploys?.waiting).toBe(2);
  records.splice(records.length - 2, 0, missed);
  expect((await memory.drumOf(queue, 20 * day + 4000)).deploys?.waiting).toBe(1);
  expect((await memory.drumOf(queue, 20 * day + 5000)).classes.irreversible.landed).toHaveLength(1);
});

import { expect, test } from "@jest/globals";
import type { DrumLessons } from "../../memory/absorption.js";
import { emptyPolicy } from "../../policy/defaults.js";
import { drumAccountOf, drumLines, drumMetrics } from "./drum-account.js";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 2, 12);
const drum: DrumLessons = {
  by: "deploy",
  classes: {
    irreversible: { windows: 30, harmed: 0, most: 2, rate: 1, lately: false, landed: [now - hour] },
    recoverable: { windows: 4, harmed: 1, most: 5, rate: null, lately: true, landed: [] },
  },
  deploys: { last: now - 20 * hour, everyMs: 24 * hour, weekends: true, waiting: 4 },
};

test("the account says what is proven, what lands, what stands in the window, and when the next deployment comes", () => {
  const account = drumAccountOf(drum, { pace: emptyPolicy.pace, takes: 5, now });
  expect(drumLines(account)).toEqual([
    "irreversible: 1 a deployment proven, by 30 deployments of which 0 went wrong (most at once 2); at most 2 land; 1 in the present one.",
    "recoverable: too few to prove a rate (4 of 9 deployments); as many land as come; 0 in the present one.",
    "Landed and not deployed: 4 of 5 that one takes (green); the next one is expected at 2026-11-02 16:00 UTC.",
    "The line only says what would wait (the policy has pace.drum: observe).",
  ]);
  expect(drumMetrics(account).map((m) => [m.name, m.value])).toEqual([
    ["irreversible changes taken back", 0],
    ["recoverable changes taken back", 25],
  ]);
});

test("the policy's number is named as such, and days stand in where nothing is deployed", () => {
  const pace = { ...emptyPolicy.pace, drum: "on" as const, absorbs: { irreversible: 4, recoverable: null } };
  const lines = drumLines(drumAccountOf({ ...drum, by: "day", deploys: null }, { pace, takes: null, now }));
  expect(lines[0]).toContain(
    "1 a day proven, by 30 days of which 0 went wrong (most at once 2); at most 4 land, as the policy says",
  );
  expect(lines.at(-1)).toBe("The line keeps to it.");
});

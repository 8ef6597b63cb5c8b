import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { pastOf } from "../../src/sandbox/past.js";
import { aChain, eventsOf, exactly } from "../build/chain.js";
import { docsPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** The brief and the reviewers' list as issues, by the app as it is started: its own sweeps, a clock that is moved. */

const hour = 3_600_000;
const day = 24 * hour;
/** The first Tuesday from now on, 09:00 UTC: whatever day it is, the past lies before it. */
const tuesday = firstTuesday(Date.now());
let aheadMs = tuesday - Date.now();
let world: TestWorld;
let pull = 0;

beforeAll(async () => {
  // Few changes: each day is worked out anew after each start.
  const few = aChain({ demand: exactly(6) });
  const past = pastOf(eventsOf(few, { days: 14, seed: 1 }), { origin: Date.now() - 15 * day });
  world = await startWorld({
    policy: `${docsPolicy}\nreport: { weekly: true, daily: true }\n`,
    past,
    now: () => Date.now() + aheadMs,
  });
  const opened = await world.person("alice").opensPullRequest({
    branch: "code",
    files: { "src/a.ts": "a();\n" },
    title: "Call a",
  });
  pull = opened.number;
});
afterAll(async () => {
  await world.end();
});

function firstTuesday(from: number): number {
  const midnight = Math.ceil(from / day) * day;
  const days = (2 - new Date(midnight).getUTCDay() + 7) % 7;
  return midnight + days * day + 9 * hour;
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const issues = () => [...world.repo.issues.values()].filter((i) => !i.pull);
const briefs = () => issues().filter((i) => i.title.startsWith("The constraint of main, week "));
const lists = () => issues().filter((i) => i.title === "What waits for review on main");
const isFor = (at: number) => () => lists()[0]?.body?.includes(`As of ${dateOf(at)}.`) === true;

/** Somebody labels it, so that the queue is looked at before the next sweep. */
async function lookUntil(what: string, holds: () => boolean): Promise<void> {
  let asked = 0;
  await world.until(what, async () => {
    if (holds()) return true;
    if (asked++ % 50 === 0) {
      aheadMs += 61_000;
      await world.person("bob").labels(pull, `look ${asked}`);
    }
    return false;
  });
}

test("a list and a brief appear; the list is edited on the next working day, by the sweep alone", async () => {
  await lookUntil("both are there", () => lists().length === 1 && briefs().length === 1);
  expect(isFor(tuesday)()).toBe(true);
  expect(briefs()[0]?.body).toMatch(/WEEK TO \d{4}-\d\d-\d\d: .*\n/);
  expect(briefs()[0]?.body).toContain("The drum: what production absorbs");

  // Sweeps come with the minute: with less than forty seconds to go, one comes within the test's patience.
  await sleep(Math.max(0, 60_000 - (Date.now() % 60_000) - 40_000));
  aheadMs = tuesday + day - Date.now();
  await world.until("the sweep edits the list", isFor(tuesday + day));
  expect(lists()[0]?.body).toContain(`#${pull} Call a`);
  expect([lists().length, briefs().length]).toEqual([1, 1]);
});

test("nothing comes on a Saturday, nor twice after a sweep more", async () => {
  aheadMs = tuesday + 4 * day - Date.now();
  await world.restarts();
  await world.person("bob").labels(pull, "weekend");
  await world.until("it was looked at", async () => {
    const [latest] = await world.app.reads.decisions("acme/shop@main", { limit: 1 });
    return (latest?.at ?? 0) >= tuesday + 4 * day;
  });
  expect(isFor(tuesday + day)()).toBe(true);
  expect(issues()).toHaveLength(2);
});

test("a brief that GitHub took in without its answer reaching us is found again after a restart, not doubled", async () => {
  world.sandbox.setFaults({
    responses: [{ method: "POST", path: "/repos/{owner}/{repo}/issues", moment: "after", answer: 502 }],
  });
  aheadMs = tuesday + 7 * day - Date.now();
  await lookUntil("the next week's brief is there", () => briefs().length === 2);
  await world.restarts();
  aheadMs = tuesday + 8 * day - Date.now();
  await lookUntil("the day after, the list is edited", isFor(tuesday + 8 * day));
  await world.until("the week before is closed", () => briefs().filter((b) => b.state === "open").length === 1);
  expect([lists().length, briefs().length]).toEqual([1, 2]);
});

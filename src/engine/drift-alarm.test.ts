import { expect, test } from "@jest/globals";
import type { Drift } from "../core/risk/drift.js";
import { newDriftAlarm } from "./drift-alarm.js";
import type { Engine } from "./engine.js";

const hour = 60 * 60_000;
const window = { changes: 400, harmed: 30, expected: 8, auc: 0.6 };

test("drift is said once when it begins and once when it ends, and looked for once an hour", async () => {
  const said: string[] = [];
  let state: Drift["state"] = "drifted";
  let now = 0;
  let looks = 0;
  const say = (_: unknown, words: string) => said.push(words);
  const alarm = newDriftAlarm({
    store: { queues: () => Promise.resolve([{ queue: "acme/shop:main" }]) },
    memory: {
      watchOf: () => {
        looks++;
        return Promise.resolve({ drift: { state, recent: window, before: window, why: ["x"] } });
      },
    },
    clock: { now: () => now },
    log: { warn: say, info: say },
  } as unknown as Engine);
  await alarm();
  now += hour - 1;
  await alarm();
  expect(looks).toBe(1);
  now += hour;
  await alarm();
  state = "steady";
  now += hour;
  await alarm();
  expect(said).toEqual(["risk has drifted from what happens here", "risk no longer drifts"]);
});

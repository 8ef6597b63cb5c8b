import { expect, test } from "@jest/globals";
import { facts } from "../../test/build/queue.js";
import { readsOf } from "../../test/build/reads.js";
import { recordedFlow } from "../../test/build/recorded.js";
import type { ConstraintView } from "./constraint-view.js";
import { memoryOf } from "../engine/lessons.js";
import { newSearch } from "../engine/constraint-search.js";
import { dashboard } from "./server.js";

const monday = Date.UTC(2026, 2, 2);
const now = monday + 20 * 86_400_000 + 60_000;
const where = "acme/shop/main";

test("after three weeks it is named with evidence, what would change the verdict, five steps and guarded figures", async () => {
  const reads = readsOf(facts({}), { now, flow: recordedFlow(monday) });
  const of = dashboard({
    reads,
    search: newSearch(),
    risk: memoryOf(reads),
    ready: () => Promise.resolve(true),
    now: () => now,
    token: null,
  });
  const look = async () => (await (await of.request(`/api/v1/constraint/${where}`)).json()) as ConstraintView;
  let view = await look();
  while (view.history.daysToWorkOut > 0 || view.brief === null) view = await look();
  expect(view).toMatchObject({ constraint: "review", history: { enough: true, deploysSeen: true } });
  const page = await (await of.request(`/constraint/${where}`)).text();
  expect(page).toContain("The constraint is review");
  expect(page).toContain("It would change its mind on");
  expect(page).toContain("one more reviewer in team-a");
  for (const step of ["Identify.", "Exploit it.", "Subordinate the rest.", "Elevate it.", "Repeat."])
    expect(page).toContain(step);
  const [buffer] = view.buffers;
  expect(buffer?.madeOf).toMatch(/^\d+ minutes each: \d+ for the time builds take, \d+ for how much reviews/);
  expect(page).toContain(buffer?.madeOf);
  const brief = await (await of.request(`/brief/${where}`)).text();
  expect(brief).toContain("Do this:");
  expect(brief).toContain(`Keep so much ready before review (${buffer?.team ?? ""}), and no more: `);
  expect(brief).toContain("one more reviewer in team-a");
  for (const metric of view.metrics) expect(page).toContain(metric.counter);
}, 120_000);

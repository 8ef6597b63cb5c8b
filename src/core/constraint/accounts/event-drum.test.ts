import { describe, expect, test } from "@jest/globals";
import { drumLines } from "./drum-account.js";
import { drumOfEvents } from "./event-drum.js";
import { dayMinutes, type FlowEvent } from "../flow/event.js";
import { momentNamer } from "../brief/brief-lines.js";

const noon = (day: number) => day * dayMinutes + 720;

/** A change a day: opened, landed, and with users two hours later. */
function days(count: number, reversibility: string | undefined, bad: readonly number[] = []): FlowEvent[] {
  return Array.from({ length: count }, (_, day): FlowEvent[] => [
    { at: noon(day), pr: day, event: "opened", ...(reversibility !== undefined && { reversibility }) },
    { at: noon(day) + 60, pr: day, event: "landed" },
    { at: noon(day) + 120, pr: day, event: "deployed", ok: !bad.includes(day) },
  ]).flat();
}

const classOf = (events: readonly FlowEvent[], name: string, day = 40) => {
  const account = drumOfEvents(events, { day, takes: null });
  return account?.classes.find((c) => c.class === name);
};

describe("the drum of events", () => {
  test("counts the windows that held a class, and what is proven by them", () => {
    expect(classOf(days(40, "irreversible"), "irreversible")).toMatchObject({ windows: 34, harmed: 0, rate: 1 });
    expect(classOf(days(40, "irreversible"), "recoverable")).toMatchObject({ windows: 0, rate: null });
    expect(drumOfEvents(days(40, "recoverable"), { day: 40, takes: 3 })).toMatchObject({
      ...{ by: "deploy", mode: null, deploys: { waiting: 0, takes: 3 } },
    });
  });

  test("a rollback speaks against what was rolled back, and it may land again", () => {
    const events = days(40, "recoverable", [3]);
    const again: FlowEvent[] = [
      { at: noon(4), pr: 3, event: "landed" },
      { at: noon(4) + 120, pr: 3, event: "deployed", ok: true },
    ];
    const all = [...events, ...again].sort((a, b) => a.at - b.at);
    expect(classOf(all, "recoverable")).toMatchObject({ windows: 34, harmed: 1, most: 2 });
  });

  test("of changes that come with one deployment only the class that was rolled back is spoken against", () => {
    const other = days(20, "irreversible", [2]).map((e) => ({ ...e, pr: `other-${e.pr}` }));
    const all = [...days(20, "recoverable"), ...other].sort((a, b) => a.at - b.at);
    expect(classOf(all, "irreversible", 30)).toMatchObject({ windows: 20, harmed: 1 });
    expect(classOf(all, "recoverable", 30)).toMatchObject({ windows: 20, harmed: 0 });
  });

  test.each([
    ["unknown", 34],
    ["no such word", 34],
    ["reversible", 0],
  ])("%s counts as one-way in %s windows", (reversibility, windows) => {
    expect(classOf(days(40, reversibility), "irreversible")).toMatchObject({ windows });
  });

  test("no class said, nothing told; what comes after the day is left out", () => {
    expect(drumOfEvents(days(40, undefined), { day: 40, takes: null })).toBeNull();
    expect(classOf(days(40, "irreversible"), "irreversible", 20)).toMatchObject({ windows: 14 });
  });

  test("it is told without dates and without a policy", () => {
    const account = drumOfEvents(days(40, "irreversible"), { day: 39, takes: null });
    if (!account) throw new Error("no account");
    expect(drumLines(account, momentNamer(null)).slice(-2)).toEqual([
      "Landed and not deployed: 0; the next one is expected at day 40, 14:00.",
      "This is what the line would let through; the events know no policy.",
    ]);
  });
});

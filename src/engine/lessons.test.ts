import { describe, expect, test } from "@jest/globals";
import { aPull } from "../../test/build/facts.js";
import { passProbability, presumedPass } from "../core/memory/pass.js";
import { prNumber } from "../core/model/ids.js";
import { autonomyOf } from "../core/memory/autonomy.js";
import { memoryOf } from "./lessons.js";
import type { FlowRecord } from "./ports.js";

function flow(at: number, number: number, event: string, data: Readonly<Record<string, unknown>> = {}): FlowRecord {
  return { at, number: prNumber(number), event, data };
}

const ledger = [
  flow(1, 1, "landed", { rules: ["docs"] }),
  flow(2, 2, "landed", { rules: ["docs", "words"] }),
  flow(3, 3, "landed"),
  flow(4, 1, "harmed", { by: 9 }),
  flow(5, 2, "harmed", { by: 10 }),
  flow(5, 3, "harmed", { by: 11 }),
];

describe("what became of changes that rules moved", () => {
  test("is remembered by rule, however often the ledger is looked at", async () => {
    const memory = memoryOf(
      {
        history: () => Promise.resolve(null),
        flow: async (_, since) => await Promise.resolve(ledger.filter((r) => r.at >= since)),
      },
      () => null,
    );
    await memory.lessonsFor("acme/shop:main", { pulls: [], now: 9 });
    const { autoHarm } = await memory.lessonsFor("acme/shop:main", { pulls: [], now: 9 });
    expect(autoHarm).toEqual({
      docs: [
        { number: 1, at: 4 },
        { number: 2, at: 5 },
      ],
      words: [{ number: 2, at: 5 }],
    });
  });
});

describe("what became of a class of changes", () => {
  const day = 24 * 60 * 60_000;
  const landed = (number: number, at: number) => flow(at, number, "landed", { class: "bot/reversible/low" });
  const records = [
    ...Array.from({ length: 60 }, (_, i) => landed(i + 1, i + 1)),
    landed(100, 30 * day),
    flow(31 * day, 100, "harmed", { by: 101 }),
    flow(31 * day + 1, 7777, "harmed", { by: 102 }),
  ];
  const memory = () =>
    memoryOf(
      {
        history: () => Promise.resolve(null),
        flow: async (_, since) => await Promise.resolve(records.filter((r) => r.at >= since)),
      },
      () => null,
    );

  test("counts what landed long enough ago, and every harm at once", async () => {
    const { classes } = await memory().lessonsFor("acme/shop:main", { pulls: [], now: 32 * day });
    expect(classes).toEqual({ "bot/reversible/low": { landed: 60, harmed: 1, harmedAt: [31 * day] } });
  });

  test("earns and loses autonomy", async () => {
    const of = "bot/reversible/low";
    const at = async (now: number) => {
      const { classes = {} } = await memory().lessonsFor("acme/shop:main", { pulls: [], now });
      return autonomyOf(of, { known: classes, now }).level;
    };
    expect(await at(day)).toBe("none");
    expect(await at(32 * day)).toBe("watched");
  });
});

describe("when a silent build counts as lost", () => {
  const build = (at: number, minutes: number, cause: string | null = null): FlowRecord => ({
    at,
    number: null,
    event: "group",
    data: { group: `g${at}`, members: [at], attempt: 1, result: cause ? "failed" : "passed", minutes, cause },
  });
  const lessons = async (flows: readonly FlowRecord[]) =>
    await memoryOf({ flow: async () => await Promise.resolve(flows) }).lessonsFor("acme/shop@main", {
      pulls: [],
      now: 0,
    });

  test("is not known from a few builds", async () => {
    expect((await lessons(Array.from({ length: 19 }, (_, i) => build(i, 10)))).timeoutMinutes).toBeUndefined();
  });

  test("is learned from the slowest of past builds that ended by themselves", async () => {
    const builds = Array.from({ length: 40 }, (_, i) => build(i, 10));
    const timedOut = Array.from({ length: 10 }, (_, i) => build(100 + i, 60, "timeout"));
    expect((await lessons([...builds, ...timedOut])).timeoutMinutes).toBe(20);
  });
});

describe("how likely changes are to pass", () => {
  const signs = { machine: true, lines: 10, ownChecks: "passed", finding: false };
  const lessons = async (flows: readonly FlowRecord[]) =>
    await memoryOf({ flow: async () => await Promise.resolve(flows) }).lessonsFor("acme/shop@main", {
      pulls: [aPull({ number: prNumber(1) }), aPull({ number: prNumber(2) })],
      now: 0,
    });

  test("is learned from landings and ejections, and who was ejected is remembered", async () => {
    const { pass } = await lessons([
      ...Array.from({ length: 30 }, (_, i) => flow(i, 100 + i, "ejected", { why: "red", signs })),
      flow(40, 2, "ejected", { why: "red", signs }),
    ]);
    expect(pass?.failedBefore).toEqual([2]);
    const before = passProbability(presumedPass, { ...signs, ownChecks: "passed", failedBefore: false });
    const after = passProbability(pass?.model ?? presumedPass, { ...signs, ownChecks: "passed", failedBefore: false });
    expect(before).toBeGreaterThan(0.9);
    expect(after).toBeLessThan(0.6);
  });

  test("learns nothing from what people took out, from conflicts, and from records of before", async () => {
    const { pass } = await lessons([
      flow(1, 1, "ejected", { why: "dequeued", signs }),
      flow(2, 2, "ejected", { why: "conflict", signs }),
      flow(3, 3, "landed", {}),
    ]);
    expect(pass).toEqual({ model: presumedPass, failedBefore: [] });
  });
});

import { describe, expect, test } from "@jest/globals";
import { prNumber } from "../core/model/ids.js";
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
      { flow: async (_, since) => await Promise.resolve(ledger.filter((r) => r.at >= since)) },
      () => null,
    );
    await memory.lessonsFor("acme/shop:main", []);
    const { autoHarm } = await memory.lessonsFor("acme/shop:main", []);
    expect(autoHarm).toEqual({
      docs: [
        { number: 1, at: 4 },
        { number: 2, at: 5 },
      ],
      words: [{ number: 2, at: 5 }],
    });
  });
});

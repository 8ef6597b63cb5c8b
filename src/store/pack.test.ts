import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pack, partFrom, unpack, type Packed } from "./pack.js";

function reader(...all: readonly Packed[]) {
  const calls = { count: 0 };
  const read = (digests: readonly string[]) => {
    calls.count += 1;
    const found = new Map<string, unknown>();
    for (const digest of digests)
      for (const { parts } of all) {
        const text = parts.get(digest);
        if (text !== undefined) found.set(digest, JSON.parse(text));
      }
    return Promise.resolve(found);
  };
  return { read, calls };
}

async function roundTrip(value: unknown): Promise<string> {
  const packed = pack(value);
  const [back] = await unpack([packed.ref], reader(packed).read);
  return JSON.stringify(back);
}

describe("pack", () => {
  test("any JSON comes back letter for letter", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        expect(await roundTrip(json)).toBe(JSON.stringify(json));
      }),
    );
  });

  test.each([
    ["a key that looks like a reference", { $: "abc", $$: 1, $x: { $: null } }],
    ["long texts with NUL and lone surrogates", { a: "\u0000\ud800".repeat(2000) }],
    ["a key named __proto__", JSON.parse('{"__proto__":{"a":1}}')],
    ["a long list", Array.from({ length: 5000 }, (_, i) => ({ i, text: "x".repeat(i % 40) }))],
    ["nothing", null],
  ])("%s comes back", async (_what, value) => {
    expect(await roundTrip(value)).toBe(JSON.stringify(value));
  });

  test("records that differ in one place share the rest", () => {
    const pulls = Array.from({ length: 50 }, (_, i) => ({ i, patch: `${i}`.repeat(partFrom) }));
    const first = pack({ at: 1, pulls });
    const second = pack({ at: 2, pulls: pulls.map((p) => (p.i === 7 ? { ...p, patch: "new".repeat(partFrom) } : p)) });
    const fresh = [...second.parts.keys()].filter((digest) => !first.parts.has(digest));
    expect(fresh.length).toBeLessThanOrEqual(4);
  });

  test("parts are asked for level by level, not one by one", async () => {
    const packed = pack({ pulls: Array.from({ length: 100 }, (_, i) => ({ patch: `${i}-`.repeat(partFrom) })) });
    const { read, calls } = reader(packed);
    await unpack([packed.ref], read);
    expect(calls.count).toBeLessThanOrEqual(4);
  });

  test("a missing part is said, not guessed", async () => {
    await expect(unpack(["nowhere"], () => Promise.resolve(new Map()))).rejects.toThrow("missing: nowhere");
  });
});

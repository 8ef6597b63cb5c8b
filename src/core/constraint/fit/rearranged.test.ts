import { describe, expect, test } from "@jest/globals";
import { normal } from "../finder/random.js";
import type { Sample } from "./rearranged.js";
import { shiftsOf } from "./rearranged.js";

/** `n` samples a day, of which the mean is `to` from `day` on. */
const series = (of: { days: number; n?: number; day?: number; to?: number; seed: number; spread?: number }): Sample[] =>
  Array.from({ length: of.days * (of.n ?? 4) }, (_, i) => {
    const at = i / (of.n ?? 4);
    const mean = at >= (of.day ?? Infinity) ? (of.to ?? 0) : 0;
    return { at, x: mean + (of.spread ?? 0.6) * normal(of.seed, i, 1) };
  });
const days = Array.from({ length: 60 }, (_, i) => i + 1);
const chanceNear = (shifts: ReturnType<typeof shiftsOf>[number] | undefined, day: number) =>
  Math.abs((shifts?.since ?? -Infinity) - day) <= 2
    ? 1
    : (shifts?.perhaps ?? []).filter((p) => Math.abs(p.at - day) <= 2).reduce((a, p) => a + p.chance, 0);
const chanceOfAny = (shifts: ReturnType<typeof shiftsOf>[number] | undefined) =>
  Number.isFinite(shifts?.since) ? 1 : (shifts?.perhaps ?? []).reduce((a, p) => a + p.chance, 0);

describe("shifts of paces that are judged together", () => {
  test("of series of one piece hardly any is believed to have shifted", () => {
    const seeds = Array.from({ length: 30 }, (_, i) => i + 1);
    const found = seeds.map((seed) =>
      Math.max(
        ...shiftsOf(
          [1, 2, 3].map((k) => series({ days: 60, seed: 10 * seed + k })),
          days,
        ).map(chanceOfAny),
      ),
    );
    expect(found.filter((chance) => chance > 0.5).length).toBeLessThanOrEqual(1);
  });

  test("a doubled pace is certain after ten days, and dated to within two", () => {
    const [shifts] = shiftsOf([series({ days: 40, day: 30, to: Math.log(2), seed: 3 })], days);
    expect(Math.abs((shifts?.since ?? 0) - 30)).toBeLessThanOrEqual(2);
  });

  test("of two shifts the later counts", () => {
    const back = [...series({ days: 20, seed: 1 }), ...series({ days: 40, seed: 2 })].map((s, i) => ({
      at: i / 4,
      x: s.x + (i >= 80 && i < 160 ? 1.5 : 0),
    }));
    const [shifts] = shiftsOf([back], days);
    expect(Math.abs((shifts?.since ?? 0) - 40)).toBeLessThanOrEqual(2);
  });

  describe("a shift by a quarter", () => {
    const small = series({ days: 46, day: 30, to: 0.25, seed: 4 });
    const others = [11, 12].map((seed) => series({ days: 46, day: 30, to: 0.9, seed }));

    test("is doubted alone, and believed when others shifted on that day", () => {
      const alone = chanceNear(shiftsOf([small], days)[0], 30);
      const together = chanceNear(shiftsOf([small, ...others], days)[0], 30);
      expect(alone).toBeLessThan(0.5);
      expect(together).toBeGreaterThan(0.6);
    });

    test("is seldom believed of a series that kept its pace", () => {
      const kept = Array.from({ length: 20 }, (_, i) => series({ days: 46, seed: 100 + i }));
      const believed = kept.map((s) => chanceNear(shiftsOf([s, ...others], days)[0], 30));
      expect(believed.filter((chance) => chance > 0.8).length).toBeLessThanOrEqual(1);
      expect(believed.reduce((a, b) => a + b, 0) / believed.length).toBeLessThan(0.5);
    });
  });

  test("what has not been seen since the others shifted may have shifted too", () => {
    const silent = series({ days: 29, seed: 7 });
    const told = [11, 12].map((seed) => series({ days: 36, day: 30, to: 0.9, seed }));
    const chance = chanceNear(shiftsOf([silent, ...told], days)[0], 30);
    expect(chance).toBeGreaterThan(0.4);
    expect(chance).toBeLessThan(0.8);
  });

  test("one absurd time is no shift", () => {
    const odd = [...series({ days: 30, seed: 5 }), { at: 30.5, x: -9 }];
    expect(chanceOfAny(shiftsOf([odd], days)[0])).toBeLessThan(0.5);
  });

  test("nothing and one sample are of one piece", () => {
    expect(shiftsOf([[], [{ at: 3, x: 1 }]], days)).toEqual([
      { since: -Infinity, perhaps: [] },
      { since: -Infinity, perhaps: [] },
    ]);
  });
});

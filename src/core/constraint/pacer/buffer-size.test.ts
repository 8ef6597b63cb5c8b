import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bufferSize, type StockNeed, type Supply } from "./buffer-size.js";
import { nightNeed, nothingHeldUp } from "./need.js";

/** Two reviewers, fifty minutes a review, whom builds keep up with by half: about the flow bench's chains. */
function aNeed(of: Partial<StockNeed> = {}, supply: Partial<Supply> = {}): StockNeed {
  return {
    ...{ span: 480, servers: 2, each: 50, variation: 1, least: 100, most: 960 },
    supply: { lead: 72, pace: 0.53, variation: 0.55 },
    ...of,
    ...(Object.keys(supply).length > 0 && { supply: { lead: 72, pace: 0.53, variation: 0.55, ...supply } }),
  };
}

const minutesOf = (need: StockNeed) => bufferSize(need).minutes;

describe("the size of a buffer", () => {
  test("is what builds leave missing at the end of the day, and a safety stock", () => {
    const { minutes, supply, variation, bound } = bufferSize(aNeed());
    expect(supply).toBeCloseTo(480 - 0.53 * (480 - 72), 9);
    expect(variation).toBeCloseTo(Math.sqrt((480 * 50 * (1 + 0.53 * 0.55 ** 2)) / 2), 9);
    expect(minutes).toBe(supply + variation);
    expect(bound).toBeNull();
  });

  test("is the lead time's use and its deviation where nothing but the lead time holds work up", () => {
    const { supply, variation } = bufferSize(aNeed({}, { lead: 120, pace: Infinity, variation: 0 }));
    expect(supply).toBe(120);
    expect(variation).toBeCloseTo(Math.sqrt((120 * 50) / 2), 9);
  });

  const larger: [string, StockNeed, StockNeed][] = [
    ["reviews that vary more", aNeed(), aNeed({ variation: 1.5 })],
    ["builds that take longer", aNeed(), aNeed({}, { lead: 200 })],
    ["builds that keep up with less", aNeed(), aNeed({}, { pace: 0.3 })],
    ["builds that vary more", aNeed(), aNeed({}, { variation: 1 })],
    ["longer reviews, which even out less", aNeed(), aNeed({ each: 90 })],
    ["one reviewer, whose reviews even out less", aNeed(), aNeed({ servers: 1 })],
    ["builds that only just keep up", aNeed({}, { pace: 3 }), aNeed({}, { pace: 1.05 })],
    [
      "a longer night of machines",
      nightNeed(600, { each: 60, variation: 0.5, servers: 3 }),
      nightNeed(960, { each: 60, variation: 0.5, servers: 3 }),
    ],
  ];
  test.each(larger)("is larger with %s", (_, less, more) => {
    expect(minutesOf(more)).toBeGreaterThan(minutesOf(less));
  });

  test("holds more reviews where as many are done in a shorter day: more of them must be built in the night", () => {
    const reviewsIn = (share: number) => {
      const each = 50 * share;
      return minutesOf(aNeed({ span: 480 * share, each }, { pace: 0.53 * share })) / each;
    };
    expect(reviewsIn(0.75)).toBeGreaterThan(reviewsIn(1));
    expect(reviewsIn(0.5)).toBeGreaterThan(reviewsIn(0.75));
  });

  const bounds: [string, StockNeed, ReturnType<typeof bufferSize>][] = [
    [
      "no less than the least, when nothing holds work up",
      aNeed({ supply: nothingHeldUp }),
      { minutes: 100, supply: 0, variation: 100, bound: "least" },
    ],
    [
      "no more than the most, when builds take days",
      aNeed({}, { lead: 2000 }),
      { minutes: 960, supply: 960, variation: 0, bound: "most" },
    ],
  ];
  test.each(bounds)("is %s", (_, need, size) => {
    expect(bufferSize(need)).toEqual(size);
  });

  test("stays within its bounds, is made of its parts, and grows with what varies, whatever is measured", () => {
    const positive = (max: number) => fc.double({ min: 0, max, noNaN: true });
    const supply = fc.record({
      lead: positive(5000),
      pace: fc.oneof(positive(3), fc.constant(Infinity)),
      variation: positive(3),
    });
    fc.assert(
      fc.property(
        positive(1440),
        positive(300),
        fc.integer({ min: 1, max: 50 }),
        positive(3),
        supply,
        (span, each, servers, variation, coming) => {
          const need = aNeed({ span, each, servers, variation, supply: coming });
          const size = bufferSize(need);
          expect(size.minutes).toBeGreaterThanOrEqual(need.least);
          expect(size.minutes).toBeLessThanOrEqual(need.most);
          expect(size.supply + size.variation).toBeCloseTo(size.minutes, 6);
          expect(Math.min(size.supply, size.variation)).toBeGreaterThanOrEqual(0);
          expect(minutesOf({ ...need, variation: variation + 0.5 })).toBeGreaterThanOrEqual(size.minutes - 1e-6);
        },
      ),
      { numRuns: 300 },
    );
  });
});

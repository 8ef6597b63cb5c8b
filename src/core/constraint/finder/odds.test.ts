import { describe, expect, test } from "@jest/globals";
import type { Gains } from "./counterfactual.js";
import type { Lever } from "../fit/model.js";
import { levers } from "../fit/model.js";
import type { Trial } from "./odds.js";
import { meanGains, oddsOf, rightAnswers } from "./odds.js";

const gains = (some: Partial<Record<Lever, number>>): Gains =>
  Object.fromEntries(levers.map((lever) => [lever, some[lever] ?? 0])) as Record<Lever, number>;

const trials = (...each: Partial<Record<Lever, number>>[]): Trial[] =>
  each.map((some, i) => ({ seed: 17 * (i + 1), gains: gains(some) }));

describe("rightAnswers", () => {
  const cases: [string, Partial<Record<Lever, number>>, string[]][] = [
    ["the best lever", { review: 0.1, ci: 0.05 }, ["review"]],
    ["and any within a fifth of it", { review: 0.1, ci: 0.085 }, ["ci", "review"]],
    ["demand where nothing gains two percent", { review: 0.019, ci: 0.01 }, ["demand"]],
    ["unknown for what no event shows", { dark: 0.12 }, ["unknown"]],
  ];
  test.each(cases)("%s", (_, some, right) => {
    expect(rightAnswers(gains(some))).toEqual(right);
  });
});

describe("oddsOf", () => {
  test("trials that agree leave no doubt but what is kept for surprises", () => {
    const { likely, probabilities } = oddsOf(trials({ queue: 0.18 }, { queue: 0.2 }, { queue: 0.19 }));
    expect(likely.queue).toBeCloseTo(1, 9);
    expect(probabilities.queue).toBeGreaterThan(0.95);
  });

  test("the lever that gains more in the mean is the likelier one, though each was best as often", () => {
    const { likely } = oddsOf(
      trials(
        { ci: 0.12, queue: 0.06 },
        { ci: 0.11, queue: 0.05 },
        { ci: 0.04, queue: 0.06 },
        { ci: 0.04, queue: 0.06 },
      ),
    );
    expect(likely.ci).toBeGreaterThan(likely.queue + 0.1);
  });

  test("trials that differ in what all of them share say as much as trials that agree", () => {
    const together = oddsOf(trials({ ci: 0.05, review: 0.03 }, { ci: 0.15, review: 0.09 }, { ci: 0.1, review: 0.06 }));
    const apart = oddsOf(trials({ ci: 0.05, review: 0.09 }, { ci: 0.15, review: 0.03 }, { ci: 0.1, review: 0.06 }));
    expect(together.likely.ci).toBeGreaterThan(apart.likely.ci + 0.1);
  });

  test("probabilities add up to one, and no answer has none", () => {
    const { probabilities } = oddsOf(trials({ ci: 0.05, review: 0.045 }, { deploy: 0.03 }, { demand: 0.01 }));
    const all = Object.values(probabilities);
    expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    expect(Math.min(...all)).toBeGreaterThan(0);
  });

  test("the same trials give the same odds, and one trial is enough to say something", () => {
    const one = trials({ approval: 0.1 });
    expect(oddsOf(one)).toEqual(oddsOf(one));
    expect(oddsOf(one).likely.approval).toBeCloseTo(1, 9);
  });
});

test("meanGains is the mean of each lever", () => {
  expect(meanGains(trials({ ci: 0.1 }, { ci: 0.2, demand: 0.1 }))).toMatchObject({
    ci: 0.15000000000000002,
    demand: 0.05,
  });
});

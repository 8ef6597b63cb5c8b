import { describe, expect, test } from "@jest/globals";
import { aChain } from "../../../../test/build/chain.js";
import { drawn } from "./counterfactual.js";

const chain = aChain();
const doubtful = {
  ...chain,
  demand: { mean: 20, error: 2 },
  stale: { days: 14, least: 4, most: 60 },
};

describe("a draw of a chain from what is not known of it", () => {
  test("and its mirror image lie on either side of what was measured, as far by ratio", () => {
    const one = drawn(doubtful, { seed: 3, mirrored: false });
    const other = drawn(doubtful, { seed: 3, mirrored: true });
    expect(one.demand.mean).not.toBeCloseTo(20, 2);
    expect(one.demand.mean * other.demand.mean).toBeCloseTo(400, 6);
    expect(one.stale.days * other.stale.days).toBeCloseTo(4 * 60, 6);
  });

  test("stays within the bounds of what is known by its bounds, and leaves alone what is known", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { stale, demand } = drawn(doubtful, { seed, mirrored: false });
      expect(stale.days).toBeGreaterThanOrEqual(4);
      expect(stale.days).toBeLessThanOrEqual(60);
      expect(demand.mean).toBeGreaterThan(0);
    }
    expect(drawn(chain, { seed: 1, mirrored: false }).stale).toEqual(chain.stale);
  });
});

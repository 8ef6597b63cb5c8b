import { describe, expect, test } from "@jest/globals";
import { aChain, aPool, exactly } from "../../../../test/build/chain.js";
import { sizeWords } from "./buffer-words.js";
import { officeHours } from "../flow/calendar.js";
import { chainBuffers } from "./chain-buffers.js";
import { emptyLedger } from "../flow/ledger.js";
import type { ChainModel, PoolModel } from "../fit/model.js";

/** Builds of an hour on three runners before four reviewers of fifty minutes, a sign-off and a merge queue. */
function aLine(
  of: { ci?: Partial<PoolModel>; review?: Partial<PoolModel>; chain?: Partial<ChainModel> } = {},
): ChainModel {
  return aChain({
    pools: [
      aPool({ station: "ci", team: "ci", servers: 3, work: exactly(60), ...of.ci }),
      aPool({
        ...{ station: "review", team: "team-a", servers: 4, work: exactly(50), calendar: officeHours, variation: 1 },
        ...of.review,
      }),
      aPool({ station: "approval", team: "approval", work: exactly(10), calendar: officeHours }),
      aPool({ station: "queue", team: "queue", work: exactly(25) }),
    ],
    ...of.chain,
  });
}

function sizeOf(station: string, model: ChainModel) {
  const size = chainBuffers(model, emptyLedger(), 0).find((b) => b.station === station)?.size;
  if (!size) throw new Error(`no buffer before ${station}`);
  return size;
}

const back = (first: number) => ({ back: { first, later: 0 } });
const hours = (from: number, to: number) => ({ calendar: { ...officeHours, from: 60 * from, to: 60 * to } });

describe("the buffers of a fitted chain", () => {
  const larger: [string, string, ChainModel, ChainModel][] = [
    ["review, with slower builds", "review", aLine(), aLine({ ci: { work: exactly(90) } })],
    [
      "review, with builds that fail",
      "review",
      aLine({ ci: { ...back(0), servers: 20 } }),
      aLine({ ci: { ...back(0.4), servers: 20 } }),
    ],
    ["review, with fewer runners", "review", aLine(), aLine({ ci: { servers: 2 } })],
    ["review, with reviews that vary more", "review", aLine(), aLine({ review: { variation: 1.8 } })],
    ["review, with builds that vary more", "review", aLine(), aLine({ ci: { variation: 1.5 } })],
    ["review, with longer days that builds do not keep up with", "review", aLine(), aLine({ review: hours(8, 20) })],
    ["the queue, with longer nights of those who judge", "queue", aLine({ review: hours(7, 23) }), aLine()],
    [
      "the queue, with builds that vary more",
      "queue",
      aLine(),
      aLine({ chain: { pools: aLine().pools.map((p) => ({ ...p, variation: 2 })) } }),
    ],
    [
      "sign-off, with nobody who reviews as fast",
      "approval",
      aLine({ review: { servers: 40 }, ci: { servers: 60 } }),
      aLine(),
    ],
  ];
  test.each(larger)("are larger before %s", (_, station, less, more) => {
    expect(sizeOf(station, more).minutes).toBeGreaterThan(sizeOf(station, less).minutes);
  });

  test("are small before reviewers to whom builds come quickly, and no less than two reviews", () => {
    const quick = aLine({ ci: { servers: 30, work: exactly(3), ...back(0) } });
    expect(sizeOf("review", quick)).toMatchObject({ bound: "least" });
    expect(sizeOf("review", aLine({ ci: { servers: 0 } })).bound).toBe("least");
  });

  test("stand before deployments only where one was ever full, for the next one and what lands by then", () => {
    const full = aLine({ chain: { deploy: { every: 1440, phase: 960, weekends: false, batch: 10, failed: 0 } } });
    expect(chainBuffers(aLine(), emptyLedger(), 0).map((b) => b.station)).not.toContain("deploy");
    const { minutes, supply } = sizeOf("deploy", full);
    expect(supply).toBe(1440);
    expect(minutes).toBeCloseTo(1440 + Math.sqrt(1440 * 144), 6);
  });
});

describe("what a buffer is made of", () => {
  const size = { minutes: 374, supply: 291, variation: 83, bound: null };
  test.each([
    ["review", size, "370 minutes each: 290 for the time builds take, 80 for how much reviews and builds vary"],
    ["review", { ...size, minutes: 100, bound: "least" }, "100 minutes each, the least: one at work and one ready"],
    ["queue", { ...size, minutes: 1920, bound: "most" }, "1920 minutes each, the most: two nights' work"],
    [
      "deploy",
      { minutes: 1806, supply: 1440, variation: 366, bound: null },
      "30 hours: 24 for the next deployment and until what is released now has landed, 6 for how unevenly changes land",
    ],
    ["authoring", size, "370 minutes each"],
  ] as const)("before %s is told in one sentence", (station, of, words) => {
    expect(sizeWords(of, station)).toBe(words);
  });
});

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { planSnapshot as snapshot, queued } from "../../../test/build/planner.js";
import type { PlannedBuild, PlanSnapshot } from "./snapshot.js";
import { suspicionOf } from "./suspicion.js";
import { viewOf } from "./view.js";

type Seen = readonly [members: string, status: PlannedBuild["status"], base?: number];

const horizon = { conflictHorizonMinutes: 120 };

function seen(
  builds: readonly Seen[],
  given: Partial<PlanSnapshot<string, number>> = {},
): ReturnType<typeof suspicionOf> {
  const names = [...new Set(builds.flatMap(([members]) => [...members]))].sort();
  const landed = (given.landed ?? []).map((l) => l.id);
  return suspicionOf(
    viewOf(
      snapshot({
        queue: names
          .filter((n) => !landed.includes(n))
          .map((n) => queued(n, { passProbability: 0.9, targets: ["app"] })),
        flakeProbability: 0.02,
        conflictProbability: 0,
        ...horizon,
        builds: builds.map(([members, status, base = 0], id) => ({
          id,
          base,
          members: [...members],
          status,
          startedAt: 80,
          finishedAt: status === "running" ? null : 99,
        })),
        ...given,
      }),
    ),
  );
}

/** Good before anything failed: 0.9. One failed build is a flake with 0.02. */
const posterior = (prior: number, likelihoodIfGood: number): number =>
  (prior * likelihoodIfGood) / (prior * likelihoodIfGood + 1 - prior);

describe("suspicion", () => {
  test("nothing failed: what was told is believed", () => {
    expect(seen([["ab", "running"]]).good).toEqual([0.9, 0.9]);
  });

  test("a lone failure is a flake or the change's own", () => {
    expect(seen([["a", "failed"]]).good[0]).toBeCloseTo(posterior(0.9, 0.02), 6);
  });

  test("a failed pair suspects both alike", () => {
    const [a, b] = seen([["ab", "failed"]]).good;
    // If a is good, either b is bad or it was a flake.
    expect(a).toBeCloseTo(posterior(0.9, 0.1 + 0.9 * 0.02), 6);
    expect(b).toBeCloseTo(a as number, 9);
  });

  test("the failure of a longer chain tells little more about its first link", () => {
    const [a, b] = seen([
      ["a", "failed"],
      ["ab", "failed"],
    ]).good;
    expect(a as number).toBeLessThan(posterior(0.9, 0.02));
    expect(b as number).toBeGreaterThan(0.85);
  });

  test("who passed is cleared, the other stands alone", () => {
    const { good } = seen([
      ["ab", "failed"],
      ["a", "passed"],
    ]);
    expect(good[0] as number).toBeGreaterThan(0.99);
    expect(good[1]).toBeCloseTo(posterior(0.9, 0.02), 2);
  });

  test("a pass on an older branch does not clear what failed on a newer one", () => {
    const landed = [{ id: "x", at: 85, seq: 0, targets: ["app"] }];
    const given = { landed, landedCount: 1, conflictProbability: 0.05 };
    const newer = seen(
      [
        ["a", "passed", 0],
        ["a", "failed", 1],
      ],
      given,
    );
    const older = seen(
      [
        ["a", "failed", 0],
        ["a", "passed", 1],
      ],
      given,
    );
    expect(newer.good[0] as number).toBeLessThan(0.7);
    expect(older.good[0] as number).toBeGreaterThan(0.99);
  });

  test("two that pass apart and fail together clash, and only a build of both suffers", () => {
    const { good, passes } = seen(
      [
        ["ab", "failed"],
        ["a", "passed"],
        ["b", "passed"],
      ],
      { conflictProbability: 0.1, flakeProbability: 0.01 },
    );
    expect(good.every((p) => p > 0.9)).toBe(true);
    expect(passes([0])).toBeGreaterThan(0.9);
    expect(passes([0, 1])).toBeLessThan(0.15);
  });

  test("failures of the infrastructure say nothing", () => {
    const view = viewOf(
      snapshot({
        queue: [queued("a", { passProbability: 0.9 })],
        builds: [
          {
            id: 1,
            base: 0,
            members: ["a"],
            status: "failed",
            failure: "infrastructure",
            startedAt: 80,
            finishedAt: 99,
          },
        ],
      }),
    );
    expect(suspicionOf(view).good).toEqual([0.9]);
  });

  test("the enumeration agrees with going through all worlds", () => {
    const names = ["a", "b", "c", "d"];
    const group = fc.subarray(names, { minLength: 1 });
    const priors = fc.array(fc.double({ min: 0.2, max: 0.98, noNaN: true }), { minLength: 4, maxLength: 4 });
    const flakes = fc.double({ min: 0.01, max: 0.3, noNaN: true });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 4 }), priors, flakes, (failed, prior, flake) => {
        const view = viewOf(
          snapshot({
            queue: names.map((n, i) => queued(n, { passProbability: prior[i] as number, targets: ["app"] })),
            flakeProbability: flake,
            conflictProbability: 0,
            builds: failed.map((members, id) => {
              return { id, base: 0, members, status: "failed" as const, startedAt: 80, finishedAt: 99 };
            }),
          }),
        );
        const { good } = suspicionOf(view);
        view.changes.forEach((change, c) => {
          const expected = byAllWorlds(names, { prior, failed, flake }, names.indexOf(change.id));
          expect(good[c]).toBeCloseTo(expected, 3);
        });
      }),
      { numRuns: 200 },
    );
  });
});

interface Evidence {
  readonly prior: readonly number[];
  readonly failed: readonly (readonly string[])[];
  readonly flake: number;
}

/** The same by brute force: every world of good and bad, weighed by how likely it makes the failures. */
function byAllWorlds(names: readonly string[], { prior, failed, flake }: Evidence, asked: number): number {
  let all = 0;
  let good = 0;
  for (let world = 0; world < 1 << names.length; world++) {
    const bad = (n: string): boolean => ((world >> names.indexOf(n)) & 1) === 1;
    const likely = names.reduce((p, n, i) => p * (bad(n) ? 1 - (prior[i] as number) : (prior[i] as number)), 1);
    const weight = failed.reduce((p, members) => p * (members.some(bad) ? 1 : flake), likely);
    all += weight;
    if (((world >> asked) & 1) === 0) good += weight;
  }
  return good / all;
}

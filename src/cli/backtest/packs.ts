import type { Change } from "../../core/model/change.js";
import type { Classification } from "../../core/model/classification.js";
import type { Path } from "../../core/model/verdict.js";
import { paths } from "../../core/model/verdict.js";
import { parsePolicy } from "../../core/policy/parse.js";
import type { Policy } from "../../core/policy/policy.js";
import { harmWindowMs } from "../../core/risk/history.js";
import { shippedPacks } from "../../engine/packs.js";
import { classifiedPatch, pastVerdict } from "../past-verdict.js";
import type { LandedPatch } from "./patches.js";
import type { Replayed } from "./replay.js";

/** What one policy would have done with the history before anybody had approved anything. */
export interface PackOutcome {
  readonly pack: string;
  /** By the path that each change would have been on, and how many of them were later taken out. */
  readonly paths: Readonly<Record<Path, { readonly changes: number; readonly harmed: number }>>;
}

/** What a policy does with a change whose diff was classified: the seam for other ways to judge. */
export type PathOf = (judged: {
  readonly replayed: Replayed;
  readonly change: Change;
  readonly classification: Classification;
}) => Path;

/** Sends every landed change through each shipped pack; reverts are left out, they are nobody's risk. */
export async function replayPacks(
  patches: AsyncIterable<LandedPatch>,
  { all, progress }: { all: readonly Replayed[]; progress: (done: number, total: number) => void },
): Promise<PackOutcome[]> {
  const bySha = new Map(all.filter((r) => r.labelled.revertDepth % 2 === 0).map((r) => [r.labelled.commit.sha, r]));
  const packs = policiesShipped().map(({ name, policy }) => ({ name, pathOf: pathUnder(policy), counts: noCounts() }));
  let done = 0;
  for await (const patch of patches) {
    const replayed = bySha.get(patch.sha);
    if (++done % progressEvery === 0) progress(done, all.length);
    if (!replayed) continue;
    const { change, classification } = classified(replayed, patch);
    const harmed = wasHarmed(replayed, all);
    for (const pack of packs) {
      const count = pack.counts[pack.pathOf({ replayed, change, classification })];
      count.changes++;
      if (harmed) count.harmed++;
    }
  }
  return packs.map(({ name, counts }) => ({ pack: name, paths: counts }));
}

const progressEvery = 50;

function policiesShipped(): ReadonlyArray<{ name: string; policy: Policy }> {
  const texts = shippedPacks();
  return Object.entries(texts).flatMap(([name, text]) => {
    if (text.state !== "read") return [];
    const { policy } = parsePolicy(text.value, { path: `${name}.yml`, extended: texts });
    return policy ? [{ name, policy }] : [];
  });
}

function pathUnder(policy: Policy): PathOf {
  return ({ replayed, change, classification }) =>
    pastVerdict({ change, classification, risk: replayed.risk, at: replayed.at }, policy).path;
}

function classified({ change, labelled }: Replayed, { diff }: LandedPatch) {
  return classifiedPatch({ ...change, body: labelled.commit.body }, diff);
}

function wasHarmed({ labelled, at }: Replayed, all: readonly Replayed[]): boolean {
  const by = labelled.revertedBy && all[labelled.revertedBy.index];
  return by !== null && by !== undefined && by.at - at <= harmWindowMs;
}

function noCounts(): Record<Path, { changes: number; harmed: number }> {
  return Object.fromEntries(paths.map((path) => [path, { changes: 0, harmed: 0 }])) as Record<
    Path,
    { changes: number; harmed: number }
  >;
}

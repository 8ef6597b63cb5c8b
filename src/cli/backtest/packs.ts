import type { Change } from "../../core/model/change.js";
import type { Classification } from "../../core/model/classification.js";
import type { Path } from "../../core/model/verdict.js";
import { paths } from "../../core/model/verdict.js";
import { parsePolicy } from "../../core/policy/parse.js";
import type { Policy } from "../../core/policy/policy.js";
import { detectorsOf } from "../../core/risk/change.js";
import { harmWindowMs } from "../../core/risk/history.js";
import type { RiskPrior } from "../../core/risk/prior.js";
import { shippedPacks } from "../../engine/packs.js";
import { classifiedPatch, pastVerdict } from "../past-verdict.js";
import type { LandedPatch } from "./patches.js";
import { replayOf, replaySteps, type Replay, type Replayed } from "./replay.js";
import type { LabelledCommit, Labels } from "./reverts.js";

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

/**
 * Replays the history with its diffs: every landed change is classified, scored with what classification found in it,
 * and sent through each shipped pack. Reverts are left out of the packs' counts, they are nobody's risk. `patches` come
 * in the order of the commits; a commit without one is scored without findings and judged by no pack.
 */
export async function replayPacks(
  patches: AsyncIterable<LandedPatch>,
  { labels, prior, progress }: Wish,
): Promise<{ readonly replay: Replay; readonly packs: PackOutcome[] }> {
  const packs = policiesShipped().map(({ name, policy }) => ({ name, pathOf: pathUnder(policy), counts: noCounts() }));
  const places = new Map(labels.commits.map(({ commit }, i) => [commit.sha, i]));
  const step = replaySteps(labels, prior);
  const all: Replayed[] = [];
  const upTo = (place: number) => {
    for (const labelled of labels.commits.slice(all.length, place)) all.push(step(labelled));
  };
  for await (const patch of patches) {
    const place = places.get(patch.sha) ?? -1;
    const labelled = labels.commits[place];
    if (!labelled || place < all.length) continue;
    upTo(place);
    const { change, classification } = classifiedPatch(labelled.commit, patch.diff);
    const replayed = step(labelled, detectorsOf(classification.findings));
    all.push(replayed);
    if (all.length % progressEvery === 0) progress(all.length, labels.commits.length);
    if (labelled.revertDepth % 2 === 1) continue;
    const harmed = wasHarmed(labelled, labels);
    for (const pack of packs) {
      const count = pack.counts[pack.pathOf({ replayed, change, classification })];
      count.changes++;
      if (harmed) count.harmed++;
    }
  }
  upTo(labels.commits.length);
  return { replay: replayOf(all), packs: packs.map(({ name, counts }) => ({ pack: name, paths: counts })) };
}

interface Wish {
  readonly labels: Labels;
  readonly prior: RiskPrior;
  readonly progress: (done: number, total: number) => void;
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

function wasHarmed({ commit, revertedBy }: LabelledCommit, labels: Labels): boolean {
  const by = revertedBy && labels.commits[revertedBy.index];
  return by !== null && by !== undefined && (by.commit.at - commit.at) * 1000 <= harmWindowMs;
}

function noCounts(): Record<Path, { changes: number; harmed: number }> {
  return Object.fromEntries(paths.map((path) => [path, { changes: 0, harmed: 0 }])) as Record<
    Path,
    { changes: number; harmed: number }
  >;
}

import type { Beliefs } from "./beliefs.js";
import { ones } from "./random.js";
import type { View } from "./view.js";
import { words, worldCount, type Worlds } from "./worlds.js";

/** A first failure that brings an ejection nearer is worth this part of one. */
const partialProof = 0.3;
/** Settling after a build reaches back: one landing may make others legal. More rounds change little. */
const roundsMax = 3;

/** A build as the valuation sees it: running, finished but unsettled, or only wished for. */
export interface Trial {
  readonly members: readonly number[];
  readonly has: ReadonlySet<number>;
  /** Minutes from now until it says something; 0 when it has. */
  readonly at: number;
  readonly outcome: "passed" | "failed" | "open";
}

export interface Valuation {
  /** A decision that comes so many minutes later is worth 1/e of one now. */
  readonly patience: number;
  /** What deciding a change now is worth. */
  readonly weight: (change: number) => number;
  readonly overlapping: readonly (readonly number[])[];
}

/**
 * What a set of builds is worth: the expected number of decisions that it leads to, each weighted by its change
 * and discounted by how late it comes. In every world at once, builds finish
 * in time order and whatever has become legal is settled at once, by the rules of `settle.ts`: a passed build lands
 * its members unless an overlapping change landed that it doesn't contain; a failed one with a single undecided
 * member is proof against that one.
 */
export function valuing(view: View, { worlds, beliefs, valuation }: Valuing): (trials: readonly Trial[]) => number {
  const size = view.changes.length * words;
  const state: Fates = {
    landed: new Int32Array(size),
    ejected: new Int32Array(size),
    once: new Int32Array(size),
    twice: new Int32Array(size),
  };
  const context: Context = { ...state, worlds, beliefs, valuation, w: 0 };
  return (trials) => {
    for (const bits of Object.values(state)) (bits as Int32Array).fill(0);
    const order = [...trials].sort((a, b) => a.at - b.at);
    const finished: Finished[] = [];
    let total = 0;
    for (let i = 0; i < order.length; i++) {
      const trial = order[i] as Trial;
      finished.push({ trial, passes: worlds.passes(trial.members), counted: false });
      if (trial.at === 0 && order[i + 1]?.at === 0) continue;
      const gain = Math.exp(-trial.at / valuation.patience);
      for (let round = 0; round < roundsMax; round++) {
        const won = finished.reduce((sum, f) => sum + settleIn(f, context), 0);
        if (won === 0) break;
        total += won * gain;
      }
    }
    return total / worldCount;
  };
}

interface Valuing {
  readonly worlds: Worlds;
  readonly beliefs: Beliefs;
  readonly valuation: Valuation;
}

/** Bits by change: in which worlds it has landed, been ejected, been bad in one failed build and in two. */
interface Fates {
  readonly landed: Int32Array;
  readonly ejected: Int32Array;
  readonly once: Int32Array;
  readonly twice: Int32Array;
}

interface Context extends Fates, Valuing {
  /** The word of worlds being settled: set before each step rather than copied into it, as this runs very often. */
  w: number;
}

interface Finished {
  readonly trial: Trial;
  readonly passes: Int32Array;
  /** Its failures have been held against its members. */
  counted: boolean;
}

/** Settles one finished build in all worlds; gives the weight of what it decided, summed over worlds. */
function settleIn(finished: Finished, context: Context): number {
  const { trial, passes } = finished;
  let won = 0;
  for (let w = 0; w < words; w++) {
    context.w = w;
    const fails = trial.outcome === "failed" ? -1 : trial.outcome === "passed" ? 0 : ~(passes[w] as number);
    let allLanded = -1;
    let oneOpen = 0;
    let gone = 0;
    for (const c of trial.members) {
      const landed = context.landed[c * words + w] as number;
      gone |= context.ejected[c * words + w] as number;
      oneOpen = (oneOpen & landed) | (allLanded & ~landed);
      allLanded &= landed;
    }
    const lands = ~fails & ~gone & ~allLanded;
    if (lands !== 0) won += landIn(trial, lands, context);
    if (!finished.counted && trial.outcome === "open") {
      won += suspect(trial, fails, context);
    }
    const proof = fails & oneOpen & ~gone;
    if (proof !== 0) won += eject(trial, proof, context);
  }
  finished.counted = true;
  return won;
}

function landIn(trial: Trial, worldsToLand: number, { landed, worlds, valuation, w }: Context): number {
  let legal = worldsToLand;
  for (const c of trial.members) {
    const open = ~(landed[c * words + w] as number);
    for (const other of valuation.overlapping[c] ?? []) {
      const there = landed[other * words + w] as number;
      if (there !== 0 && !trial.has.has(other)) legal &= ~(there & open);
    }
    for (const clash of worlds.clashes[c] ?? []) {
      if (!trial.has.has(clash.other))
        legal &= ~((clash.bits[w] as number) & (landed[clash.other * words + w] as number));
    }
    if (legal === 0) return 0;
  }
  let won = 0;
  for (const c of trial.members) {
    const fresh = legal & ~(landed[c * words + w] as number);
    if (fresh === 0) continue;
    landed[c * words + w] = (landed[c * words + w] as number) | fresh;
    won += ones(fresh) * valuation.weight(c);
  }
  return won;
}

/** A failed build speaks against those of its members that are bad, whoever else is in it. */
function suspect(trial: Trial, fails: number, { landed, once, twice, worlds, beliefs, valuation, w }: Context): number {
  let won = 0;
  for (const c of trial.members) {
    const at = c * words + w;
    const guilty = fails & ~(worlds.good[at] as number) & ~(landed[at] as number);
    if (guilty === 0) continue;
    if ((beliefs.needed[c] as number) > 1)
      won += partialProof * ones(guilty & ~(once[at] as number)) * valuation.weight(c);
    twice[at] = (twice[at] as number) | ((once[at] as number) & guilty);
    once[at] = (once[at] as number) | guilty;
  }
  return won;
}

/** The only undecided member of a failed build is ejected where failures enough speak against it. */
function eject(trial: Trial, proof: number, { landed, ejected, once, twice, beliefs, valuation, w }: Context): number {
  let won = 0;
  for (const c of trial.members) {
    const at = c * words + w;
    const needed = beliefs.needed[c] as number;
    const enough = needed === 0 ? -1 : needed === 1 ? (once[at] as number) : (twice[at] as number);
    const fresh = proof & enough & ~(landed[at] as number) & ~(ejected[at] as number);
    if (fresh === 0) continue;
    ejected[at] = (ejected[at] as number) | fresh;
    won += ones(fresh) * valuation.weight(c);
  }
  return won;
}

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
  /** Trials later than this are worth nothing. Minutes. */
  readonly horizon: number;
  /** What deciding a change now is worth. */
  readonly weight: (change: number) => number;
  readonly overlapping: readonly (readonly number[])[];
}

/**
 * What a set of builds is worth: the expected number of decisions that it leads to within the horizon, each weighted
 * by its change and by how early it comes (linearly, nothing at the horizon). In every world at once, builds finish
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
  const context: Context = { ...state, worlds, beliefs, valuation };
  return (trials) => {
    for (const bits of Object.values(state)) (bits as Int32Array).fill(0);
    const order = [...trials].sort((a, b) => a.at - b.at);
    const finished: Finished[] = [];
    let total = 0;
    for (let i = 0; i < order.length; i++) {
      const trial = order[i] as Trial;
      finished.push({ trial, passes: worlds.passes(trial.members), counted: new Int32Array(words) });
      if (trial.at === 0 && order[i + 1]?.at === 0) continue;
      if (trial.at >= valuation.horizon) break;
      const gain = 1 - trial.at / valuation.horizon;
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

/** Bits by change: in which worlds it has landed, been ejected, failed alone once and twice. */
interface Fates {
  readonly landed: Int32Array;
  readonly ejected: Int32Array;
  readonly once: Int32Array;
  readonly twice: Int32Array;
}

interface Context extends Fates, Valuing {}

interface Finished {
  readonly trial: Trial;
  readonly passes: Int32Array;
  /** Worlds in which its failure has been held against a change already. */
  readonly counted: Int32Array;
}

/** Settles one finished build in all worlds; gives the weight of what it decided, summed over worlds. */
function settleIn(finished: Finished, context: Context): number {
  const { trial, passes, counted } = finished;
  let won = 0;
  for (let w = 0; w < words; w++) {
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
    if (lands !== 0) won += landIn(trial, lands, { ...context, w });
    const against = fails & oneOpen & ~gone & ~(counted[w] as number);
    if (against !== 0) {
      counted[w] = (counted[w] as number) | against;
      won += holdAgainst(trial, against, { ...context, w });
    }
  }
  return won;
}

interface InWord extends Context {
  readonly w: number;
}

function landIn(trial: Trial, worldsToLand: number, { landed, worlds, valuation, w }: InWord): number {
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

function holdAgainst(
  trial: Trial,
  against: number,
  { landed, ejected, once, twice, beliefs, valuation, w }: InWord,
): number {
  let won = 0;
  for (const c of trial.members) {
    const at = c * words + w;
    const failing = against & ~(landed[at] as number) & ~(ejected[at] as number);
    if (failing === 0) continue;
    const needed = beliefs.needed[c] as number;
    const proven = needed <= 1 ? failing : failing & (needed === 2 ? (once[at] as number) : (twice[at] as number));
    twice[at] = (twice[at] as number) | ((once[at] as number) & failing);
    once[at] = (once[at] as number) | failing;
    ejected[at] = (ejected[at] as number) | proven;
    won += (ones(proven) + partialProof * ones(failing & ~proven)) * valuation.weight(c);
  }
  return won;
}

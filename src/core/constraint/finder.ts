import type { Constraint } from "../model/station.js";
import { stations } from "../model/station.js";
import type { Gains } from "./counterfactual.js";
import { drawn, gainsOf } from "./counterfactual.js";
import { fitChain } from "./estimate.js";
import { dayMinutes } from "./event.js";
import type { Ledger } from "./ledger.js";
import type { ChainModel, Lever } from "./model.js";
import { levers } from "./model.js";

/**
 * Names the constraint, day by day. Each day the chain is fitted to the ledger, drawn once from the uncertainty of
 * its figures, and asked what a fifth more of each thing would buy. Draws of recent days stand together as long as
 * the chain is the same: they are the confidence, and they keep one odd day from moving the verdict.
 */
export interface Finder {
  readonly draws: readonly Draw[];
  readonly answer: Constraint;
  readonly seed: number;
}

interface Draw {
  readonly day: number;
  readonly gains: Gains;
  /** The figures of the chain it was drawn from, as logarithms. */
  readonly signature: ReadonlyMap<string, number>;
}

export interface Finding {
  readonly day: number;
  readonly constraint: Constraint;
  readonly confidence: number;
  readonly probabilities: Readonly<Record<Constraint, number>>;
  /** Share of delivered value that a fifth more would add, mean over the draws. */
  readonly gains: Gains;
  readonly model: ChainModel | null;
}

export const answers: readonly Constraint[] = [...stations, "demand", "unknown"];

/** Long enough that neither the empty start nor one odd week decides between two stations that are both nearly full. */
const trial = { days: 84, warmUpDays: 21 };
/** Draws that a verdict stands on, at least, and for how many days a draw counts. */
const drawsWanted = 3;
const drawLastsDays = 10;
/** A figure that has changed by more than this (as a logarithm) makes another chain of it. */
const sameChain = 0.25;
/** Below this gain of the best lever nothing limits but demand. */
const worthwhile = 0.02;
/** Levers within a fifth of the best are as good an answer. */
const asGood = 0.8;
/** How much likelier another answer must be before the verdict moves. */
const hysteresis = 0.1;
/** Probability kept for what no draw showed. */
const humility = 0.04;

export function newFinder(): Finder {
  return { draws: [], answer: "unknown", seed: 1 };
}

/** @returns the finding at the end of `day`, and the finder to ask next time. */
export function findConstraint(finder: Finder, ledger: Ledger, day: number): { finder: Finder; finding: Finding } {
  const model = fitChain(ledger, (day + 1) * dayMinutes);
  if (!model) return { finder, finding: nothingKnown(day) };
  const signature = signatureOf(model);
  const kept = finder.draws.filter((d) => day - d.day < drawLastsDays && distance(d.signature, signature) < sameChain);
  const fresh = Array.from({ length: Math.max(1, drawsWanted - kept.length) }, (_, i) => {
    const seed = finder.seed + day * 8 + i;
    return { day, gains: gainsOf(drawn(model, seed), { ...trial, seed }), signature };
  });
  const draws = [...kept, ...fresh];
  const { likely, probabilities } = weigh(draws);
  const answer = choose(finder.answer, likely);
  const finding = {
    day,
    constraint: answer,
    confidence: probabilities[answer],
    probabilities,
    gains: meanGains(draws),
    model,
  };
  return { finder: { ...finder, draws, answer }, finding };
}

function nothingKnown(day: number): Finding {
  const none = Object.fromEntries(levers.map((lever) => [lever, 0])) as Record<Lever, number>;
  const even = byAnswer(() => 1 / answers.length);
  return { day, constraint: "unknown", confidence: 0, probabilities: even, gains: none, model: null };
}

function byAnswer(of: (answer: Constraint) => number): Record<Constraint, number> {
  return Object.fromEntries(answers.map((a) => [a, of(a)])) as Record<Constraint, number>;
}

function signatureOf(model: ChainModel): Map<string, number> {
  const figures: [string, number][] = [
    ["demand", model.demand.mean / 2],
    ["authoring", model.authors.work.mean],
    ...model.machines.map((m): [string, number] => [m.kind, m.perDay.mean]),
    ...model.pools.map((p): [string, number] => [`${p.station}:${p.team}`, p.work.mean / Math.max(1, p.servers)]),
    ["deploy", model.deploy?.batch ?? 0],
  ];
  return new Map(figures.map(([name, x]) => [name, Math.log(Math.max(x, 1e-3))]));
}

function distance(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let most = 0;
  for (const [name, x] of b) most = Math.max(most, Math.abs(x - (a.get(name) ?? -9)));
  return most;
}

/** How often each answer is right, and how often it is the best, over the draws. */
function weigh(draws: readonly Draw[]): {
  likely: Record<Constraint, number>;
  probabilities: Record<Constraint, number>;
} {
  const likely = byAnswer(() => 0);
  const probabilities = byAnswer(() => humility / answers.length);
  for (const { gains } of draws) {
    const best = Math.max(...Object.values(gains));
    const right =
      best < worthwhile ? (["demand"] as const) : levers.filter((l) => gains[l] >= asGood * best).map(named);
    for (const answer of right) {
      likely[answer] += 1 / draws.length;
      probabilities[answer] += (1 - humility) / draws.length / right.length;
    }
  }
  return { likely, probabilities };
}

function named(lever: Lever): Constraint {
  return lever === "dark" ? "unknown" : lever;
}

function choose(present: Constraint, likely: Readonly<Record<Constraint, number>>): Constraint {
  const best = answers.reduce((a, b) => (likely[b] > likely[a] ? b : a));
  return likely[best] > likely[present] + hysteresis ? best : present;
}

function meanGains(draws: readonly Draw[]): Gains {
  const mean = (lever: Lever) => draws.reduce((a, d) => a + d.gains[lever], 0) / draws.length;
  return Object.fromEntries(levers.map((lever) => [lever, mean(lever)])) as Record<Lever, number>;
}

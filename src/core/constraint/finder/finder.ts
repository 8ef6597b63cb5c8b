import type { Constraint } from "../../model/station.js";
import type { Gains } from "./counterfactual.js";
import { drawn, gainsOf } from "./counterfactual.js";
import { fitChain } from "../fit/estimate.js";
import { dayMinutes } from "../flow/event.js";
import type { Ledger } from "../flow/ledger.js";
import type { ChainModel, Lever } from "../fit/model.js";
import { levers } from "../fit/model.js";
import type { Trial } from "./odds.js";
import { answers, byAnswer, meanGains, oddsOf } from "./odds.js";

/**
 * Names the constraint, day by day. Each day the chain is fitted to the ledger, drawn a few times from the uncertainty
 * of its figures, and asked what a fifth more of each thing would buy. Draws of recent days stand together as long as
 * the chain is the same: they are the confidence, and they keep one odd day from moving the verdict.
 */
export interface Finder {
  readonly draws: readonly Draw[];
  readonly answer: Constraint;
  readonly seed: number;
}

interface Draw extends Trial {
  readonly day: number;
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

/**
 * Long enough for piles that grow slowly: where a fifth more of one thing only fills what comes behind it, that shows
 * when the pile has arrived there, weeks later.
 */
const trial = { days: 140, warmUpDays: 35 };
/** Each day's draws, half of them mirror images of the others, and for how many days they count. */
const drawsADay = 4;
const drawLastsDays = 5;
/** A figure that has changed by more than this (as a logarithm) makes another chain of it. */
const sameChain = 0.25;
/** How much likelier another answer must be before the verdict moves. */
const hysteresis = 0.2;

export function newFinder(): Finder {
  return { draws: [], answer: "unknown", seed: 1 };
}

/** @returns the finding at the end of `day`, and the finder to ask next time. */
export function findConstraint(finder: Finder, ledger: Ledger, day: number): { finder: Finder; finding: Finding } {
  const model = fitChain(ledger, (day + 1) * dayMinutes);
  if (!model) return { finder, finding: nothingKnown(day) };
  const signature = signatureOf(model);
  const kept = finder.draws.filter((d) => day - d.day < drawLastsDays && distance(d.signature, signature) < sameChain);
  const fresh = Array.from({ length: drawsADay }, (_, i): Draw => {
    const seed = finder.seed + day * 8 + i;
    const chain = drawn(model, { seed: i % 2 === 0 ? seed : seed - 1, mirrored: i % 2 === 1 });
    return { day, seed, gains: gainsOf(chain, { ...trial, seed }), signature };
  });
  const draws = [...kept, ...fresh];
  const { likely, probabilities } = oddsOf(draws);
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

function choose(present: Constraint, likely: Readonly<Record<Constraint, number>>): Constraint {
  const best = answers.reduce((a, b) => (likely[b] > likely[a] ? b : a));
  return likely[best] > likely[present] + hysteresis ? best : present;
}

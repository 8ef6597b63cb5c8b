import type { Constraint } from "../../model/station.js";
import { stations } from "../../model/station.js";
import type { Gains } from "./counterfactual.js";
import type { Lever } from "../fit/model.js";
import { levers } from "../fit/model.js";
import { normal } from "./random.js";

/**
 * How likely each answer is right, from a few draws of what each lever gains. To count in how many draws a lever is
 * right is coarse: of ten, one more or less is a tenth. So the draws are taken as samples of a normal distribution
 * (gains are means over months), of which many more are drawn, with the draws' own mean, spreads and correlations.
 */
export interface Odds {
  /** How often each answer is right; several can be at once. */
  readonly likely: Readonly<Record<Constraint, number>>;
  /** The same shared out among those that are right at once: they add up to one. */
  readonly probabilities: Readonly<Record<Constraint, number>>;
}

/** What one trial of a drawn chain gained, and the number its chances were drawn with. */
export interface Trial {
  readonly seed: number;
  readonly gains: Gains;
}

export const answers: readonly Constraint[] = [...stations, "demand", "unknown"];

/** Below this gain of the best lever nothing limits but demand. */
const worthwhile = 0.02;
/** Levers within a fifth of the best are as good an answer. */
const asGood = 0.8;
/** Probability kept for what no draw showed. */
const humility = 0.04;
const scenarios = 400;
/** Share of delivered value by which a trial's gain varies by chance alone, at least, however alike a few trials are. */
const leastSpread = 0.01;
const salts = { trial: 31, lever: 47 };

export function oddsOf(trials: readonly Trial[]): Odds {
  const likely = byAnswer(() => 0);
  const probabilities = byAnswer(() => humility / answers.length);
  const spread = spreadOf(trials);
  for (let scenario = 1; scenario <= scenarios; scenario++) {
    const right = rightAnswers(spread.draw(scenario));
    for (const answer of right) {
      likely[answer] += 1 / scenarios;
      probabilities[answer] += (1 - humility) / scenarios / right.length;
    }
  }
  return { likely, probabilities };
}

/** The answers that are right where the levers gain so much. */
export function rightAnswers(gains: Gains): readonly Constraint[] {
  const best = Math.max(...levers.map((lever) => gains[lever]));
  if (best < worthwhile) return ["demand"];
  return levers.filter((lever) => gains[lever] >= asGood * best).map(named);
}

export function byAnswer(of: (answer: Constraint) => number): Record<Constraint, number> {
  return Object.fromEntries(answers.map((a) => [a, of(a)])) as Record<Constraint, number>;
}

export function meanGains(trials: readonly Trial[]): Gains {
  return byLever((lever) => trials.reduce((sum, t) => sum + t.gains[lever], 0) / trials.length);
}

const byLever = (of: (lever: Lever) => number): Gains =>
  Object.fromEntries(levers.map((lever) => [lever, of(lever)])) as Record<Lever, number>;

const named = (lever: Lever): Constraint => (lever === "dark" ? "unknown" : lever);

/**
 * Where one more trial would fall: around the mean, as far and in such directions as the trials have, and a little
 * further for the mean's own error. A lever that was never worth trying gains nothing in any.
 */
function spreadOf(trials: readonly Trial[]): { readonly draw: (scenario: number) => Gains } {
  const mean = meanGains(trials);
  const count = trials.length;
  const scale = Math.sqrt((1 + 1 / count) / Math.max(1, count - 1));
  const tried = new Set(levers.filter((lever) => trials.some((t) => t.gains[lever] !== 0)));
  const draw = (scenario: number): Gains => {
    const weights = trials.map((t) => scale * normal(scenario, t.seed, salts.trial));
    return byLever((lever) => {
      if (!tried.has(lever)) return 0;
      const apart = trials.reduce((sum, t, i) => sum + (weights[i] ?? 0) * (t.gains[lever] - mean[lever]), 0);
      return mean[lever] + apart + leastSpread * normal(scenario, levers.indexOf(lever), salts.lever);
    });
  };
  return { draw };
}

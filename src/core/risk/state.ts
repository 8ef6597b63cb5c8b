import type { Instant } from "../model/ids.js";
import type { RiskEvent, ScoredChange } from "./change.js";
import { dayMs } from "./change.js";
import { featureValues } from "./features.js";
import type { RiskHistory } from "./history.js";
import { emptyHistory, isCounted, recordHarm, recordLanding } from "./history.js";
import type { RiskPrior } from "./prior.js";
import { standardised } from "./prior.js";
import { treesLogit } from "./trees.js";
import type { ChangeView } from "./view.js";
import { viewOf } from "./view.js";

/**
 * Everything that risk believes about one repository. `learn` is the only writer and takes events in time order;
 * `score` only reads. It is rebuilt by replaying the ledger's landed changes and harms from `initialRiskState` (a
 * few thousand a second), and equal events give equal states, so it is never stored.
 */
export interface RiskState {
  readonly prior: RiskPrior;
  readonly history: RiskHistory;
  /** Corrections to the prior's weights, one a feature and the bias: what this repository taught. */
  readonly corrections: readonly Belief[];
  readonly words: Map<string, Belief>;
  /** Landed changes whose outcome isn't known yet, oldest first. */
  readonly lessons: Map<string, Lesson>;
}

/** A weight believed to be `mean`, with so much evidence (1 / variance). */
export interface Belief {
  mean: number;
  precision: number;
}

interface Lesson {
  readonly assessment: Assessment;
  readonly at: Instant;
  taughtAsHarmless: boolean;
}

/** A change as the model reads it at one moment. */
export interface Assessment {
  readonly view: ChangeView;
  /** Standardised values and a constant 1. */
  readonly inputs: Float64Array;
  /** Log-odds before this repository's corrections. */
  readonly priorLogit: number;
}

/**
 * How far the repository's evidence must go before it moves a weight: the prior counts like so much Fisher
 * information. Chosen on the development histories among 40 … 1000 and 10 … 100; flat around here.
 */
const correctionPrecision = 300;
const wordPrecision = 30;
/** Half of all harm shows within two days, nine tenths within a month: no news for this long is taught as harmless. */
const harmlessAfterMs = 14 * dayMs;
/** A late harm still corrects what was taught as harmless. */
const lessonKeptMs = 60 * dayMs;

export function initialRiskState(prior: RiskPrior): RiskState {
  return {
    prior,
    history: emptyHistory(),
    corrections: Array.from({ length: prior.line.weights.length + 1 }, () => ({
      mean: 0,
      precision: correctionPrecision,
    })),
    words: new Map(),
    lessons: new Map(),
  };
}

/**
 * Takes in what happened. Events must come in time order. An outcome of a change that is not known (any more)
 * teaches nothing. The state is changed in place and returned.
 */
export function learn(state: RiskState, event: RiskEvent): RiskState {
  switch (event.type) {
    case "landed":
      learnLanding(state, { assessment: assess(state, event), at: event.at });
      return state;
    case "harmed":
      learnHarm(state, event);
      return state;
  }
}

/** `learn` of a landing for those who assessed the change just now. */
export function learnLanding(state: RiskState, { assessment, at }: { assessment: Assessment; at: Instant }): void {
  teachHarmless(state, at);
  const { change, title } = assessment.view;
  recordLanding(state.history, { change, at });
  if (isCounted(change, title)) state.lessons.set(change.id, { assessment, at, taughtAsHarmless: false });
}

export function assess(state: RiskState, { change, at }: { change: ScoredChange; at: Instant }): Assessment {
  const { line, trees, forests } = state.prior;
  const view = viewOf(state.history, { change, at });
  const values = featureValues(view);
  const inputs = standardised(values, line);
  let linear = line.bias;
  for (let j = 0; j < line.weights.length; j++) linear += (line.weights[j] ?? 0) * (inputs[j] ?? 0);
  return { view, inputs, priorLogit: (linear + treesLogit(trees, values) / forests) / 2 };
}

/** Log-odds of harm by all that is known now. */
export function logitOf(state: RiskState, { view, inputs, priorLogit }: Assessment): number {
  let logit = Math.log(view.baseRate) + priorLogit;
  for (let j = 0; j < inputs.length; j++) logit += (state.corrections[j]?.mean ?? 0) * (inputs[j] ?? 0);
  for (const word of view.title.words) logit += state.words.get(word)?.mean ?? 0;
  return logit;
}

function learnHarm(state: RiskState, { id, at }: { id: string; at: Instant }): void {
  teachHarmless(state, at);
  recordHarm(state.history, { id, at });
  const lesson = state.lessons.get(id);
  if (!lesson) return;
  state.lessons.delete(id);
  teach(state, lesson.assessment, { harmed: 1 });
}

function teachHarmless(state: RiskState, now: Instant): void {
  for (const [id, lesson] of state.lessons) {
    const age = now - lesson.at;
    if (age < harmlessAfterMs) break;
    if (!lesson.taughtAsHarmless) {
      lesson.taughtAsHarmless = true;
      teach(state, lesson.assessment, { harmed: 0 });
    }
    if (age > lessonKeptMs) state.lessons.delete(id);
  }
}

/**
 * One step of online Bayesian logistic regression with independent normal beliefs (Laplace's approximation, as in
 * Chapelle & Li 2011, algorithm 3): each weight moves by the error over its precision, and its precision grows by
 * what the change told about it.
 */
function teach(state: RiskState, assessment: Assessment, { harmed }: { harmed: 0 | 1 }): void {
  const p = 1 / (1 + Math.exp(-logitOf(state, assessment)));
  const error = harmed - p;
  const information = p * (1 - p);
  assessment.inputs.forEach((x, j) => {
    const belief = state.corrections[j];
    if (belief) move(belief, { error: error * x, information: information * x * x });
  });
  for (const word of assessment.view.title.words) {
    let belief = state.words.get(word);
    if (!belief) state.words.set(word, (belief = { mean: 0, precision: wordPrecision }));
    move(belief, { error, information });
  }
}

function move(belief: Belief, { error, information }: { error: number; information: number }): void {
  belief.precision += information;
  belief.mean += error / belief.precision;
}

import type { Instant } from "../model/ids.js";
import type { RiskEvent, ScoredChange } from "./change.js";
import { dayMs } from "./change.js";
import { isCounted } from "./described.js";
import { featureValues } from "./features.js";
import type { RiskHistory } from "./history.js";
import { emptyHistory, recordHarm, recordLanding } from "./history.js";
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
  /** Landed changes of which nothing was taught yet, and those taught as harmless, both oldest first. */
  readonly waiting: Map<string, Lesson>;
  readonly harmless: Map<string, Lesson>;
}

/** A weight believed to be `mean`, with so much evidence (1 / variance). */
export interface Belief {
  mean: number;
  precision: number;
}

/** What the linear model reads of a change: all that a lesson must keep of it. */
interface Reading {
  /** Standardised values and a constant 1. */
  readonly inputs: Float64Array;
  readonly words: readonly string[];
  /** Log-odds before this repository's corrections. */
  readonly offset: number;
}

interface Lesson {
  readonly reading: Reading;
  readonly at: Instant;
}

/** A change as the model reads it at one moment. */
export interface Assessment {
  readonly view: ChangeView;
  readonly reading: Reading;
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
    waiting: new Map(),
    harmless: new Map(),
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
  const { described } = assessment.view;
  recordLanding(state.history, { described, at });
  if (isCounted(described)) state.waiting.set(described.change.id, { reading: assessment.reading, at });
}

export function assess(state: RiskState, { change, at }: { change: ScoredChange; at: Instant }): Assessment {
  const { line, trees, forests } = state.prior;
  const view = viewOf(state.history, { change, at });
  const values = featureValues(view);
  const inputs = standardised(values, line);
  let linear = line.bias;
  for (let j = 0; j < line.weights.length; j++) linear += (line.weights[j] ?? 0) * (inputs[j] ?? 0);
  const offset = Math.log(view.baseRate) + (linear + treesLogit(trees, values) / forests) / 2;
  return { view, reading: { inputs, offset, words: view.title.words } };
}

/** Log-odds of harm by all that is known now. */
export function logitOf(state: RiskState, { inputs, words, offset }: Reading): number {
  let logit = offset;
  for (let j = 0; j < inputs.length; j++) logit += (state.corrections[j]?.mean ?? 0) * (inputs[j] ?? 0);
  for (const word of words) logit += state.words.get(word)?.mean ?? 0;
  return logit;
}

function learnHarm(state: RiskState, { id, at }: { id: string; at: Instant }): void {
  teachHarmless(state, at);
  recordHarm(state.history, { id, at });
  const lesson = state.waiting.get(id) ?? state.harmless.get(id);
  if (!lesson) return;
  state.waiting.delete(id);
  state.harmless.delete(id);
  teach(state, lesson.reading, { harmed: 1 });
}

function teachHarmless(state: RiskState, now: Instant): void {
  const { waiting, harmless } = state;
  for (const [id, lesson] of waiting) {
    if (now - lesson.at < harmlessAfterMs) break;
    waiting.delete(id);
    harmless.set(id, lesson);
    teach(state, lesson.reading, { harmed: 0 });
  }
  for (const [id, lesson] of harmless) {
    if (now - lesson.at < lessonKeptMs) break;
    harmless.delete(id);
  }
}

/**
 * One step of online Bayesian logistic regression with independent normal beliefs (Laplace's approximation, as in
 * Chapelle & Li 2011, algorithm 3): each weight moves by the error over its precision, and its precision grows by
 * what the change told about it.
 */
function teach(state: RiskState, reading: Reading, { harmed }: { harmed: 0 | 1 }): void {
  const p = 1 / (1 + Math.exp(-logitOf(state, reading)));
  const error = harmed - p;
  const information = p * (1 - p);
  reading.inputs.forEach((x, j) => {
    const belief = state.corrections[j];
    if (belief) move(belief, { error: error * x, information: information * x * x });
  });
  for (const word of reading.words) {
    let belief = state.words.get(word);
    if (!belief) state.words.set(word, (belief = { mean: 0, precision: wordPrecision }));
    move(belief, { error, information });
  }
}

function move(belief: Belief, { error, information }: { error: number; information: number }): void {
  belief.precision += information;
  belief.mean += error / belief.precision;
}

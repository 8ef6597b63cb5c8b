import type { Instant } from "../model/ids.js";
import type { RiskEvent, ScoredChange } from "./change.js";
import { dayMs } from "./change.js";
import type { Corrections, Marks } from "./belief.js";
import { correct, correctionOf, mark, markOf, noCorrections } from "./belief.js";
import { isCounted } from "./described.js";
import { featureValues } from "./features.js";
import type { RiskHistory } from "./history.js";
import { emptyHistory, recordHarm, recordLanding } from "./history.js";
import { marksOf } from "./marks.js";
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
  readonly corrections: Corrections;
  /** What it taught about words, authors, files, folders and findings. */
  readonly marks: Marks;
  /** Landed changes of which nothing was taught yet, and those taught as harmless, both oldest first. */
  readonly waiting: Map<string, Lesson>;
  readonly harmless: Map<string, Lesson>;
}

/** What the linear model reads of a change: all that a lesson must keep of it. */
interface Reading {
  /** Standardised values and a constant 1. */
  readonly inputs: Float64Array;
  /** Names in `marks` (`marksOf`). */
  readonly marks: readonly string[];
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
 * How much evidence of its own a repository needs to move a weight away from the prior. Chosen on the development
 * histories among 10 … 300 and 10 … 40; less was worse, and the figures are flat around these.
 */
const correctionPrecision = 300;
const markPrecision = 20;
/**
 * Half of all harm shows within two days: no news for this long is taught as harmless, and a later harm corrects it.
 * Between 3 and 14 days the figures are the same.
 */
const harmlessAfterMs = 5 * dayMs;
/** A late harm still corrects what was taught as harmless. */
const lessonKeptMs = 60 * dayMs;

export function initialRiskState(prior: RiskPrior): RiskState {
  return {
    prior,
    history: emptyHistory(),
    corrections: noCorrections(prior.line.weights.length + 1, { precision: correctionPrecision }),
    marks: new Map(),
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
  return { view, reading: { inputs, offset, marks: marksOf(view.described) } };
}

/** Log-odds of harm by all that is known now. */
export function logitOf({ corrections, marks }: RiskState, reading: Reading): number {
  return reading.offset + correctionOf(corrections, reading.inputs) + markOf(marks, reading.marks);
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

function teach(state: RiskState, reading: Reading, { harmed }: { harmed: 0 | 1 }): void {
  const p = 1 / (1 + Math.exp(-logitOf(state, reading)));
  const surprise = { error: harmed - p, information: p * (1 - p) };
  correct(state.corrections, { inputs: reading.inputs, surprise });
  mark(state.marks, { names: reading.marks, surprise, precision: markPrecision });
}

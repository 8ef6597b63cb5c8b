import type { Risk } from "../model/classification.js";
import type { Instant } from "../model/ids.js";
import type { ScoredChange } from "./change.js";
import type { RiskThresholds } from "./level.js";
import { defaultThresholds, levelOf } from "./level.js";
import { reasonsOf } from "./reasons.js";
import type { Assessment, RiskState } from "./state.js";
import { assess, logitOf } from "./state.js";

/**
 * The probability that the change will be taken out again or do harm, as known at `now`. Reads the state and leaves
 * it as it is: the same change, state and instant give the same answer.
 */
export function score(
  state: RiskState,
  change: ScoredChange,
  { now, thresholds = defaultThresholds }: { now: Instant; thresholds?: RiskThresholds },
): Risk {
  return riskOf(state, { assessment: assess(state, { change, at: now }), thresholds });
}

/** `score` of a change that was assessed already. */
export function riskOf(
  state: RiskState,
  { assessment, thresholds = defaultThresholds }: { assessment: Assessment; thresholds?: RiskThresholds },
): Risk {
  const probability = probabilityOf(state, assessment);
  return {
    score: probability,
    level: levelOf(probability, { baseRate: assessment.view.peopleRate, thresholds }),
    why: reasonsOf(state, assessment),
  };
}

export function probabilityOf(state: RiskState, assessment: Assessment): number {
  return 1 / (1 + Math.exp(-logitOf(state, assessment.reading)));
}

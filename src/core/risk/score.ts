import type { Risk } from "../model/classification.js";
import type { Instant } from "../model/ids.js";
import type { RiskThresholds } from "../policy/policy.js";
import type { ScoredChange } from "./change.js";
import { levelOf, thresholdsFor } from "./level.js";
import { reasonsOf } from "./reasons.js";
import type { Assessment, RiskState } from "./state.js";
import { assess, logitOf } from "./state.js";

/**
 * The probability that the change will be taken out again or do harm, as known at `now`. Reads the state and leaves
 * it as it is: the same change, state and instant give the same answer. Without a policy's thresholds the level is
 * relative to the repository's base rate.
 */
export function score(
  state: RiskState,
  change: ScoredChange,
  { now, thresholds }: { now: Instant; thresholds?: RiskThresholds },
): Risk {
  return riskOf(state, { assessment: assess(state, { change, at: now }), ...(thresholds ? { thresholds } : {}) });
}

/** `score` of a change that was assessed already. */
export function riskOf(
  state: RiskState,
  { assessment, thresholds }: { assessment: Assessment; thresholds?: RiskThresholds },
): Risk {
  const probability = 1 / (1 + Math.exp(-logitOf(state, assessment.reading)));
  return {
    score: probability,
    level: levelOf(probability, thresholds ?? thresholdsFor(assessment.view.peopleRate)),
    why: reasonsOf(state, assessment),
  };
}

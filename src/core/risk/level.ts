import type { Level } from "../model/classification.js";
import type { RiskThresholds } from "../policy/policy.js";

/**
 * Where a policy says nothing: once, twice, four times the repository's base rate. Relative, because 3 % is calm
 * where one change in twenty is taken out again and alarming where one in two hundred is.
 */
export function thresholdsFor(baseRate: number): RiskThresholds {
  return { medium: baseRate, high: 2 * baseRate, critical: 4 * baseRate };
}

export function levelOf(score: number, { medium, high, critical }: RiskThresholds): Level {
  if (score >= critical) return "critical";
  if (score >= high) return "high";
  return score >= medium ? "medium" : "low";
}

import type { Level } from "../model/classification.js";

/**
 * From which multiple of the repository's base rate a change is medium, high, critical. Relative, because 3 % is
 * calm where one change in twenty is taken out again and alarming where one in two hundred is.
 */
export interface RiskThresholds {
  readonly medium: number;
  readonly high: number;
  readonly critical: number;
}

export const defaultThresholds: RiskThresholds = { medium: 1, high: 2, critical: 4 };

export function levelOf(
  score: number,
  { baseRate, thresholds }: { baseRate: number; thresholds: RiskThresholds },
): Level {
  const times = score / baseRate;
  if (times >= thresholds.critical) return "critical";
  if (times >= thresholds.high) return "high";
  return times >= thresholds.medium ? "medium" : "low";
}

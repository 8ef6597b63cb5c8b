import type { Detector } from "./detector.js";

/**
 * Every detector, in one literal list by area: what is not here does not run. `docs/classification.md` shows it as a
 * table, and a test keeps the two alike.
 */
export const detectors: readonly Detector[] = [];

import { operationDetector } from "../../sql/operation-detector.js";

export const enumValue = operationDetector({
  id: "sql/enum-value",
  kind: "enum-value",
  reads: "ALTER TYPE … ADD VALUE",
  reversibility: "recoverable",
  hazard: "low",
  why: "PostgreSQL can't remove an enum's value again.",
  remedy: "Use a lookup table, or be sure that the value stays.",
  source: "PostgreSQL: ALTER TYPE; squawk: require-enum-value-ordering",
});

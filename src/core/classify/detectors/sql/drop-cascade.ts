import { operationDetector } from "../../sql/operation-detector.js";

export const dropCascade = operationDetector({
  id: "sql/drop-cascade",
  kind: "drop-cascade",
  reads: "DROP TYPE, EXTENSION, SEQUENCE … CASCADE",
  reversibility: "irreversible",
  hazard: "high",
  why: "CASCADE also drops the columns that use it, with their values.",
  remedy: "Move the columns off it first, then drop without CASCADE.",
  source: "PostgreSQL: DROP TYPE",
});

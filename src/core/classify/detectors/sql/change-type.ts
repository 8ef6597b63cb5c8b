import { operationDetector } from "../../sql/operation-detector.js";

export const changeType = operationDetector({
  id: "sql/change-type",
  kind: "change-type",
  reads: "ALTER COLUMN TYPE, change_column, AlterField",
  reversibility: "recoverable",
  hazard: "high",
  why: "The table may be rewritten under an exclusive lock, and values of the new type may not fit the old one again.",
  remedy: "Add a column of the new type, write to both, move reads over, drop the old one later.",
  source: "strong_migrations: changing the type of a column",
});

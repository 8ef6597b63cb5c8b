import { operationDetector } from "../../sql/operation-detector.js";

export const volatileDefault = operationDetector({
  id: "sql/volatile-default",
  kind: "volatile-default",
  reads: "ADD COLUMN with a volatile default, serial, identity or a stored generated column",
  reversibility: "reversible",
  hazard: "high",
  why: "The table is rewritten under an exclusive lock to compute the value of every row.",
  remedy: "Add the column without it, set the default in a second step, fill old rows in batches.",
  source: "strong_migrations: adding a column with a default value",
});

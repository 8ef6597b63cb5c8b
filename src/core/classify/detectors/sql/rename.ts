import { operationDetector } from "../../sql/operation-detector.js";

export const rename = operationDetector({
  id: "sql/rename",
  kind: "rename",
  reads: "RENAME of a table, column, type, view, function",
  reversibility: "recoverable",
  hazard: "high",
  why: "Programs that run during the deploy still use the old name.",
  remedy: "Add the new name beside the old one (a new column, a view), move programs over, then remove the old one.",
  source: "strong_migrations: renaming a column, a table",
});

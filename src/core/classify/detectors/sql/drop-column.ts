import { operationDetector } from "../../sql/operation-detector.js";

export const dropColumn = operationDetector({
  id: "sql/drop-column",
  kind: "drop-column",
  reads: "DROP COLUMN, remove_column, RemoveField",
  reversibility: "irreversible",
  hazard: "high",
  why: "The column's values are gone with it, and programs that still name it fail during the deploy.",
  remedy: "Make programs ignore the column (`ignored_columns`) and deploy; drop it in a later release, after a backup.",
  source: "strong_migrations: removing a column",
});

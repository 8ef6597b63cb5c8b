import { operationDetector } from "../../sql/operation-detector.js";

export const backfill = operationDetector({
  id: "sql/backfill",
  kind: "fill-new-column",
  reads: "UPDATE of a column that the same migration adds",
  reversibility: "recoverable",
  hazard: "high",
  why: "One statement writes every row while the table stays locked by the change before it.",
  remedy: "Fill the column in small batches, outside the migration's transaction.",
  source: "strong_migrations: backfilling data",
});

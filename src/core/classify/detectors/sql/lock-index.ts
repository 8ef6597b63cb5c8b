import { operationDetector } from "../../sql/operation-detector.js";

export const lockIndex = operationDetector({
  id: "sql/lock-index",
  kind: "lock-index",
  reads: "CREATE INDEX, DROP INDEX, REINDEX without CONCURRENTLY",
  reversibility: "reversible",
  hazard: "high",
  why: "Writes to the table are blocked until the index is done.",
  remedy: "Use CONCURRENTLY, outside a transaction.",
  source: "strong_migrations: adding an index non-concurrently",
});

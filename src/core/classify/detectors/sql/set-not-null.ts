import { operationDetector } from "../../sql/operation-detector.js";

export const setNotNull = operationDetector({
  id: "sql/set-not-null",
  kind: "set-not-null",
  reads: "SET NOT NULL, change_column_null",
  reversibility: "recoverable",
  hazard: "high",
  why: "Every row is checked under an exclusive lock, and rows or programs that still write null fail.",
  remedy: "Add CHECK (column IS NOT NULL) NOT VALID, validate it in a later step, then SET NOT NULL.",
  source: "strong_migrations: setting NOT NULL on an existing column",
});

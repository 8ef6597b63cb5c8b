import { operationDetector } from "../../sql/operation-detector.js";

export const jsonColumn = operationDetector({
  id: "sql/json-column",
  kind: "json-column",
  reads: "ADD COLUMN of type json",
  reversibility: "reversible",
  hazard: "low",
  why: "json has no equality, so SELECT DISTINCT on the table fails.",
  remedy: "Use jsonb.",
  source: "strong_migrations: adding a json column",
});

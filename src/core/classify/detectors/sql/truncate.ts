import { operationDetector } from "../../sql/operation-detector.js";

export const truncate = operationDetector({
  id: "sql/truncate",
  kind: "truncate",
  reads: "TRUNCATE",
  reversibility: "irreversible",
  hazard: "high",
  why: "All rows are gone; CASCADE spreads to the tables that refer to it.",
  remedy: "Mark rows as deleted, or rename the table and keep it for a while.",
  source: "squawk: ban-truncate-cascade",
});

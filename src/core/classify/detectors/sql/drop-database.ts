import { operationDetector } from "../../sql/operation-detector.js";

export const dropDatabase = operationDetector({
  id: "sql/drop-database",
  kind: "drop-database",
  reads: "DROP DATABASE, DROP SCHEMA, DROP OWNED",
  reversibility: "irreversible",
  hazard: "critical",
  why: "Everything in it is gone.",
  remedy: "Leave this to a person with a fresh, tested backup; never to a migration.",
  source: "squawk: ban-drop-database",
});

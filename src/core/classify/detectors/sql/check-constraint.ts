import { operationDetector } from "../../sql/operation-detector.js";

export const checkConstraint = operationDetector({
  id: "sql/check-constraint",
  kind: "check-constraint",
  reads: "FOREIGN KEY, UNIQUE, CHECK, PRIMARY KEY on a table with rows",
  reversibility: "reversible",
  hazard: "high",
  why: "Every row is checked, or an index built, while writes are blocked.",
  remedy:
    "Add the constraint NOT VALID and validate it in a later step; for UNIQUE build the index CONCURRENTLY and use it.",
  source: "strong_migrations: adding a foreign key, a check constraint; squawk: constraint-missing-not-valid",
});

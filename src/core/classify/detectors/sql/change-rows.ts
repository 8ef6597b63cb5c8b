import { operationDetector } from "../../sql/operation-detector.js";

export const changeRows = operationDetector({
  id: "sql/change-rows",
  kind: "change-rows",
  reads: "DELETE, UPDATE, MERGE and upserts in a migration",
  reversibility: "irreversible",
  hazard: "medium",
  why: "The old values are overwritten or gone; a revert of the code does not bring them back.",
  remedy:
    "Keep the old values in a column or table of their own, and change rows in small batches outside the migration.",
  source: "strong_migrations: backfilling data",
});

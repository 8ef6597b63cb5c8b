import { operationDetector } from "../../sql/operation-detector.js";

export const recreateTable = operationDetector({
  id: "sql/recreate-table",
  kind: "recreate-table",
  reads: "create_table with force",
  reversibility: "irreversible",
  hazard: "high",
  why: "`force` drops a table of that name that is already there, with its rows.",
  remedy: "Create the table without `force`; drop the old one in a step of its own.",
  source: "strong_migrations: creating a table with the force option",
});

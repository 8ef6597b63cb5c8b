import { operationDetector } from "../../sql/operation-detector.js";

export const dropTable = operationDetector({
  id: "sql/drop-table",
  kind: "drop-table",
  reads: "DROP TABLE, drop_table, DeleteModel",
  reversibility: "irreversible",
  hazard: "high",
  why: "The table's rows are gone with it; a revert brings back an empty table.",
  remedy: "Stop using it in one release, rename it and keep a backup, drop it in a later release.",
  source: "squawk: ban-drop-table",
});

import { operationDetector } from "../../sql/operation-detector.js";

export const rewriteTable = operationDetector({
  id: "sql/rewrite-table",
  kind: "rewrite-table",
  reads: "VACUUM FULL, CLUSTER, LOCK TABLE, SET TABLESPACE",
  reversibility: "reversible",
  hazard: "high",
  why: "The table is locked against reads and writes while it is rewritten.",
  remedy: "Use pg_repack, or do it in a maintenance window.",
  source: "squawk: prefer-repack",
});

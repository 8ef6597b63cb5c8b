import { operationDetector } from "../../sql/operation-detector.js";

export const opaque = operationDetector({
  id: "sql/opaque",
  kind: "opaque",
  reads: "SQL built when it runs, a function of the migration's own, what no grammar accepts",
  reversibility: "unknown",
  why: "What it does can't be seen from the change.",
  remedy: "Write the SQL out, or say in the review what it does and how it is undone.",
  source: "strong_migrations: executing SQL directly",
});

import { operationDetector } from "../../sql/operation-detector.js";

export const dropPartition = operationDetector({
  id: "sql/drop-partition",
  kind: "drop-partition",
  reads: "ALTER TABLE … DROP PARTITION",
  reversibility: "irreversible",
  hazard: "medium",
  why: "The partition's rows are gone with it.",
  remedy: "Archive or detach the partition first, drop it later.",
  source: "MySQL: ALTER TABLE partition operations",
});

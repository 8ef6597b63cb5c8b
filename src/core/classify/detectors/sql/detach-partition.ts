import { operationDetector } from "../../sql/operation-detector.js";

export const detachPartition = operationDetector({
  id: "sql/detach-partition",
  kind: "detach-partition",
  reads: "DETACH PARTITION without CONCURRENTLY",
  reversibility: "reversible",
  hazard: "medium",
  why: "The parent table is locked while the partition leaves.",
  remedy: "DETACH PARTITION … CONCURRENTLY; archive it before it is dropped.",
  source: "squawk: require-concurrent-partition-detach",
});

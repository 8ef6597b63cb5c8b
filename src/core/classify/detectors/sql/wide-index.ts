import { operationDetector } from "../../sql/operation-detector.js";

export const wideIndex = operationDetector({
  id: "sql/wide-index",
  kind: "wide-index",
  reads: "A non-unique index of more than three columns",
  reversibility: "reversible",
  hazard: "low",
  why: "It rarely helps reads and slows every write.",
  remedy: "Begin the index with the columns that narrow down most; leave the others out.",
  source: "strong_migrations: keeping non-unique indexes to three columns or less",
});

import { operationDetector } from "../../sql/operation-detector.js";

export const dropNotNull = operationDetector({
  id: "sql/drop-not-null",
  kind: "drop-not-null",
  reads: "DROP NOT NULL",
  reversibility: "recoverable",
  hazard: "low",
  why: "Nulls may be written from now on, and then the constraint can't come back.",
  remedy: "Make readers handle null first; before reverting, fill the nulls.",
  source: "squawk: ban-drop-not-null",
});

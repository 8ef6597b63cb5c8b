import { operationDetector } from "../../sql/operation-detector.js";

export const requiredColumn = operationDetector({
  id: "sql/required-column",
  kind: "require-column",
  reads: "ADD COLUMN … NOT NULL without a default",
  reversibility: "recoverable",
  hazard: "high",
  why: "Fails on a table with rows, and programs that don't know the column can't insert.",
  remedy: "Add it with a constant default or nullable, fill it, then make it required.",
  source: "squawk: adding-required-field",
});

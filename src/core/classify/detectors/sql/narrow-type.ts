import { operationDetector } from "../../sql/operation-detector.js";

export const narrowType = operationDetector({
  id: "sql/narrow-type",
  kind: "narrow-type",
  reads: "A change to a type that holds less, or a USING that cuts",
  reversibility: "irreversible",
  hazard: "high",
  why: "Values are cut to fit the new type, and what was cut is gone.",
  remedy: "Add a column of the new type, write to both, and keep the old one until the new is proven.",
  source: "squawk: changing-column-type",
});

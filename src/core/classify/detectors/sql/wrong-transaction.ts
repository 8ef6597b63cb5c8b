import { operationDetector } from "../../sql/operation-detector.js";

export const wrongTransaction = operationDetector({
  id: "sql/wrong-transaction",
  kind: "wrong-transaction",
  reads: "CONCURRENTLY, or NOT VALID and VALIDATE, in one transaction",
  reversibility: "reversible",
  hazard: "medium",
  why: "It fails in a transaction, or keeps the lock that it was meant to avoid.",
  remedy: "Put it into a migration of its own, without a transaction.",
  source: "squawk: ban-concurrent-index-creation-in-transaction",
});

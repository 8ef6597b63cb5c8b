import type { Truth } from "../model/verdict.js";

/**
 * Four-valued logic. In the order false < unknown < not-applicable < true for `allOf`, and true > unknown >
 * not-applicable > false for `anyOf`: unknown wins over not applicable in both, and the two are each other's mirror
 * under `notOf` (De Morgan). Not applicable is never true, so it never satisfies; unknown never permits.
 */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes("false")) return "false";
  if (truths.includes("unknown")) return "unknown";
  return truths.length === 0 || truths.includes("not-applicable") ? "not-applicable" : "true";
}

export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes("true")) return "true";
  if (truths.includes("unknown")) return "unknown";
  return truths.length === 0 || truths.includes("not-applicable") ? "not-applicable" : "false";
}

export function notOf(truth: Truth): Truth {
  if (truth === "true") return "false";
  return truth === "false" ? "true" : truth;
}

export function truthOf(holds: boolean): Truth {
  return holds ? "true" : "false";
}

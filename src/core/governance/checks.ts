import type { CheckFacts } from "../facts/facts.js";
import type { Read } from "../model/read.js";
import type { Truth } from "../model/verdict.js";
import type { CheckName } from "../policy/policy.js";
import { truthOf } from "./truth.js";

export type CheckState = "passed" | "failed" | "running";

/** Has the check this state? One that isn't there has none: false, and unknown when checks could not be read. */
export function checkTruth(check: CheckName, is: CheckState, checks: Read<readonly CheckFacts[]>): Truth {
  if (checks.state === "unreadable") return "unknown";
  if (checks.state === "absent") return "false";
  const found = checks.value.filter((c) => c.name === check.name && (check.app === null || c.app === check.app));
  return truthOf(found.length > 0 && stateOf(found) === is);
}

/** Several of one name (reruns, or set by several): the worst counts. */
function stateOf(checks: readonly CheckFacts[]): CheckState {
  if (checks.some((c) => c.conclusion === null)) return "running";
  const passed = (c: CheckFacts) =>
    c.conclusion === "success" || c.conclusion === "neutral" || c.conclusion === "skipped";
  return checks.every(passed) ? "passed" : "failed";
}

export function checkText(check: CheckName): string {
  return check.app === null ? check.name : `${check.name} (by ${check.app})`;
}

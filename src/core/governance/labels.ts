import type { Truth } from "../model/verdict.js";
import type { Who } from "../policy/policy.js";
import type { Judged } from "./judged.js";
import { isAnyOf } from "./people.js";

/** Was a label that is there put on by one of these? Whoever may triage can set a label, so its setter matters. */
export function labelledBy(label: string, by: readonly Who[], judged: Judged): Truth {
  const set = judged.pull.labelledBy;
  if (set?.state !== "read") return "unknown";
  const who = set.value[label];
  return who === undefined ? "unknown" : isAnyOf(who, by, judged);
}

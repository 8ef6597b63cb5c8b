import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import { faultWords, type Fault } from "../core/model/fault.js";
import type { Instant } from "../core/model/ids.js";

/** When GitHub could not be read for a passing reason, it is asked again after this long. */
const pauseMs = 60_000;
/** And when it refuses, which only a person can change. */
const refusedPauseMs = 6 * 60 * 60_000;

/** How far the history was read, and when GitHub is to be asked again after what it answered. */
export function afterFault(was: HistoryRead, fault: Fault, now: Instant): HistoryRead {
  const problem = faultWords(fault);
  if (fault.kind === "limited") return { ...was, notBefore: fault.until, problem };
  return { ...was, notBefore: now + (mayPass(fault) ? pauseMs : refusedPauseMs), problem };
}

export function mayPass(fault: Fault): boolean {
  return fault.kind === "unavailable" || fault.kind === "conflict";
}

import { z } from "zod";
import type { Lessons, PullFacts } from "../core/facts/facts.js";
import { afterOutcome, presumedPass, type PassModel } from "../core/memory/pass.js";
import type { FlowRecord } from "./ports.js";

/** Ejected changes remembered: the latest. */
const failedKept = 20_000;

/** How changes have passed in a queue. */
export interface PassRecord {
  model: PassModel;
  readonly failed: Set<number>;
}

export function nothingPassed(): PassRecord {
  return { model: presumedPass, failed: new Set() };
}

/** As `signsOf` wrote them. */
const signsShape = z.object({
  machine: z.boolean(),
  lines: z.number().nullable(),
  ownChecks: z.enum(["passed", "failed", "unknown"]),
  finding: z.boolean(),
});

/** A landing passed; an ejection failed, unless people or a conflict caused it. */
export function takePass({ number, event, data }: FlowRecord, pass: PassRecord): void {
  const failed = event === "ejected" && data["why"] === "red";
  if (number === null || (event !== "landed" && !failed)) return;
  const signs = signsShape.safeParse(data["signs"]);
  if (signs.success) {
    const known = { ...signs.data, failedBefore: pass.failed.has(number) };
    pass.model = afterOutcome(pass.model, known, failed ? "failed" : "passed");
  }
  if (!failed) return;
  pass.failed.add(number);
  const [oldest] = pass.failed;
  if (pass.failed.size > failedKept && oldest !== undefined) pass.failed.delete(oldest);
}

export function passLessons({ model, failed }: PassRecord, pulls: readonly PullFacts[]): Pick<Lessons, "pass"> {
  return { pass: { model, failedBefore: pulls.map((p) => p.number).filter((n) => failed.has(n)) } };
}

import type { Facts, PullFacts } from "../facts/facts.js";
import { passProbability, presumedPass, type PassSigns } from "../memory/pass.js";
import type { Classification } from "../model/classification.js";

/** Probability that a change passes by itself, as this queue's past outcomes teach. */
export function passOf(
  change: { readonly pull: PullFacts; readonly classification: Classification },
  { lessons: { pass } }: Pick<Facts, "lessons">,
): number {
  const failedBefore = pass?.failedBefore.includes(change.pull.number) === true;
  return passProbability(pass?.model ?? presumedPass, { ...signsOf(change), failedBefore });
}

/** What a change shows by itself, before it is tested in the queue. */
export function signsOf({
  pull,
  classification,
}: {
  readonly pull: PullFacts;
  readonly classification: Classification;
}): Omit<PassSigns, "failedBefore"> {
  const { files, author } = pull;
  return {
    machine: author.kind !== "human",
    lines: files.state === "read" ? files.value.reduce((sum, f) => sum + f.added + f.deleted, 0) : null,
    ownChecks: ownChecks(pull),
    finding: classification.findings.length > 0,
  };
}

function ownChecks({ checks }: PullFacts): PassSigns["ownChecks"] {
  if (checks.state !== "read") return "unknown";
  if (checks.value.some((c) => c.conclusion === "failure")) return "failed";
  const ended = checks.value.length > 0 && checks.value.every((c) => c.conclusion !== null);
  return ended && checks.value.some((c) => c.conclusion === "success") ? "passed" : "unknown";
}

import type { DoctorProblem } from "./problem.js";
import type { Job } from "./workflow.js";

/**
 * Jobs that may be skipped. GitHub counts a skipped required check as passed, so that untested code lands; the queue
 * doesn't, so that a check that is always skipped lets no group through.
 */
export function skipping(job: Job, check: string): DoctorProblem[] {
  const condition = job.condition === null ? null : bare(job.condition);
  if (condition !== null && runsAlways(condition)) return [];
  if (condition !== null && neverOnPush(condition))
    return [
      {
        severity: "error",
        where: job.place,
        what: `required check \`${check}\` is skipped on every group: \`if: ${condition}\` is false on a push`,
        why: "a skipped check passes no group, so none that needs it lands",
        remedy: `let the job run on the queue's branches: \`|| startsWith(github.ref, 'refs/heads/drumline/')\``,
      },
    ];
  if (condition !== null) return [perhaps(job, { check, what: `may be skipped by \`if: ${condition}\`` })];
  if (job.needs.length === 0) return [];
  const names = job.needs.map((n) => `\`${n}\``).join(", ");
  return [perhaps(job, { check, what: `is skipped when ${names} fails` })];
}

function perhaps(job: Job, { check, what }: { check: string; what: string }): DoctorProblem {
  return {
    severity: "warning",
    where: job.place,
    what: `required check \`${check}\` ${what}`,
    why: "GitHub lets a skipped required check pass; the queue takes its group apart instead",
    remedy: "run the job with `if: always()` and decide inside it, failing where what it needs has failed",
  };
}

function bare(condition: string): string {
  return condition
    .replace(/^\s*\$\{\{/, "")
    .replace(/\}\}\s*$/, "")
    .trim();
}

function runsAlways(condition: string): boolean {
  return ["always()", "!cancelled()", "! cancelled()", "success() || failure()", "true"].includes(condition);
}

/** Certain only without an alternative: one `||` may hold on a push. */
function neverOnPush(condition: string): boolean {
  if (condition === "false") return true;
  if (condition.includes("||")) return false;
  return condition.split("&&").some((part) => onlyElsewhere(part.trim()));
}

function onlyElsewhere(part: string): boolean {
  const text = part.replaceAll('"', "'").replaceAll(/\s+/g, " ");
  const event = /^github\.event_name (==|!=) '(\w+)'$/.exec(text);
  if (event) return (event[1] === "==") !== (event[2] === "push");
  const ref = /^github\.(ref|ref_name|base_ref) == '([^']+)'$/.exec(text);
  if (ref) return !(ref[2] ?? "").includes("drumline/");
  return /^(github\.head_ref|github\.base_ref|github\.event\.pull_request)$/.test(text);
}

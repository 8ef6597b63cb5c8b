import type { CheckName } from "../policy/policy.js";
import { skipping } from "./conditions.js";
import { checkNames, nameMatches, nameText } from "./job-names.js";
import type { DoctorProblem, SeenCheck } from "./problem.js";
import { deafness } from "./triggers.js";
import type { Job, Workflow } from "./workflow.js";

/** The slug of GitHub Actions, which reports the jobs of workflows. */
export const actionsApp = "github-actions";

interface Reporter {
  readonly workflow: Workflow;
  readonly job: Job;
}

export interface Required extends CheckName {
  /** Who asks for it, for people: the policy, a ruleset. */
  readonly by: string;
}

/** Each required check that no workflow reports on a group, with the reason. */
export function requiredProblems(
  required: readonly Required[],
  of: { workflows: readonly Workflow[]; groups: readonly string[]; seen: readonly SeenCheck[] },
): DoctorProblem[] {
  // Other services report without a workflow; whether they do on groups can't be read from here.
  const ours = required.filter((r) => r.app === null || r.app === actionsApp);
  return ours.flatMap((check) => {
    const reporters = reportersOf(check.name, of.workflows);
    if (reporters.length > 0) return reported(check, { reporters, groups: of.groups });
    return of.seen.some((s) => s.name === check.name && s.app !== actionsApp) ? [] : [unreported(check, of.workflows)];
  });
}

function reportersOf(name: string, workflows: readonly Workflow[]): Reporter[] {
  return workflows
    .filter((workflow) => workflow.triggers.some((t) => t !== "workflow_call"))
    .flatMap((workflow) =>
      workflow.jobs
        .filter((job) => checkNames(job, workflows).some((pattern) => nameMatches(pattern, name)))
        .map((job) => ({ workflow, job })),
    );
}

/** Several may report one name: the healthiest counts. */
function reported(check: Required, of: { reporters: readonly Reporter[]; groups: readonly string[] }): DoctorProblem[] {
  const found = of.reporters.map(({ workflow, job }) => [
    ...deafness(workflow, { groups: of.groups, check: check.name }),
    ...skipping(job, check.name),
  ]);
  const weight = (problems: readonly DoctorProblem[]) =>
    problems.reduce((sum, p) => sum + (p.severity === "error" ? 100 : 1), 0);
  return found.reduce((best, problems) => (weight(problems) < weight(best) ? problems : best));
}

function unreported({ name, by }: Required, workflows: readonly Workflow[]): DoctorProblem {
  const near = workflows
    .flatMap((workflow) => workflow.jobs.map((job) => ({ job, names: checkNames(job, workflows) })))
    .find(({ job, names }) => job.id === name || job.name === name || names.some((n) => nameText(n).startsWith(name)));
  const shown = near?.names.slice(0, 3).map((n) => `\`${nameText(n)}\``);
  return {
    severity: "error",
    where: near?.job.place ?? null,
    what: near
      ? `\`${name}\` is required by ${by}, but job \`${near.job.id}\` reports ${shown?.join(", ")}`
      : `\`${name}\` is required by ${by}, but no job of a workflow here reports it`,
    why: "each group would wait for it until the time-out and then be taken apart",
    remedy: near
      ? "require the names that are reported, or add one job that needs all of these, runs `if: always()`, and require that"
      : "require a check that exists; if another service reports it, name its app in the policy's `queue: checks`",
  };
}

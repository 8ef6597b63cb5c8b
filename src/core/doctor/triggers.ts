import { selects } from "./filter.js";
import type { DoctorProblem } from "./problem.js";
import type { PushTrigger, Workflow } from "./workflow.js";

/** Does a push to this branch start the workflow, paths aside? */
export function hears(push: PushTrigger | null, branch: string): boolean {
  if (push === null || push.refs === "tags-only") return false;
  if (push.branches !== null) return selects(push.branches, branch);
  return push.branchesIgnore === null || !selects(push.branchesIgnore, branch);
}

export function hearsGroups(workflow: Workflow, groups: readonly string[]): boolean {
  return groups.every((branch) => hears(workflow.push, branch));
}

const fix = 'let it run on the queue\'s branches: `on: push: branches: ["drumline/**"]` beside what is there';

/** Why a required check of this workflow doesn't come on a group's branch; empty when it does. */
export function deafness(workflow: Workflow, of: { groups: readonly string[]; check: string }): DoctorProblem[] {
  const { push, triggers } = workflow;
  const why = `CI never starts on a group, and the group waits for \`${of.check}\` until the time-out`;
  if (push === null) {
    const merge = triggers.includes("merge_group") ? " (`merge_group` is for GitHub's own queue)" : "";
    return [
      {
        severity: "error",
        where: workflow.place,
        what: `required check \`${of.check}\` runs on ${listed(triggers)} only${merge}, never on a push to \`drumline/**\``,
        why,
        remedy: fix,
      },
    ];
  }
  const missed = of.groups.find((branch) => !hears(push, branch));
  if (missed !== undefined) {
    const star = [...(push.branches ?? [])].some((b) => /^drumline\/\*$/.test(b));
    const what = `required check \`${of.check}\`: the branch filter of \`push\` leaves out \`${missed}\``;
    const hint = star ? "`*` doesn't cross a slash: write `drumline/**`" : fix;
    return [{ severity: "error", where: push.place, what, why, remedy: hint }];
  }
  return pathFilter(push, of.check);
}

/** A workflow that a path filter keeps from starting reports nothing, which is not the same as passing. */
function pathFilter(push: PushTrigger, check: string): DoctorProblem[] {
  const all = push.paths?.some((p, i) => p === "**" && !push.paths?.slice(i).some((later) => later.startsWith("!")));
  if ((push.paths === null || all) && push.pathsIgnore === null) return [];
  return [
    {
      severity: "error",
      where: push.pathsPlace,
      what: `required check \`${check}\` is behind a path filter (\`${push.paths === null ? "paths-ignore" : "paths"}\`)`,
      why: "a group that touches none of those paths gets no such check, and waits for it until the time-out",
      remedy: "start the workflow always, and decide by paths inside it, in steps rather than in a job's `if`",
    },
  ];
}

/** Groups are merged on staging branches first; a workflow that runs there is paid for and read by nobody. */
export function stagingBuilt(workflow: Workflow, staging: string): DoctorProblem[] {
  if (!workflow.push || !hears(workflow.push, staging)) return [];
  return [
    {
      severity: "warning",
      where: workflow.push.place,
      what: "runs on `drumline-staging/**` too",
      why: "each merge into a group costs a run that nobody waits for, and that takes runners from the groups",
      remedy:
        workflow.push.branches === null
          ? 'say which branches: `branches: [main, "drumline/**"]`, or `branches-ignore: ["drumline-staging/**"]`'
          : 'add `"!drumline-staging/**"` at the end of `branches`',
    },
  ];
}

/** Nothing is required by name, so whatever is reported on a group decides: something must be. */
export function nothingRequired(workflows: readonly Workflow[], of: { groups: readonly string[] }): DoctorProblem[] {
  const own = workflows.filter((w) => w.triggers.some((t) => t === "pull_request" || t === "merge_group"));
  const silent = own.filter((w) => !hearsGroups(w, of.groups));
  const none = !workflows.some((w) => hearsGroups(w, of.groups));
  if (none)
    return [
      {
        severity: "error",
        where: silent[0]?.place ?? null,
        what: "no workflow runs on a push to `drumline/**`",
        why: "unless another service does, CI never starts on a group, and nothing lands",
        remedy: workflows.length === 0 ? "add a workflow that tests the queue's branches" : fix,
      },
    ];
  return silent.map((workflow) => ({
    severity: "warning",
    where: workflow.place,
    what: "runs on pull requests but not on groups",
    why: "what it checks is not checked on what lands; if a rule requires it, every group waits for it in vain",
    remedy: fix,
  }));
}

function listed(triggers: readonly string[]): string {
  return triggers.length === 0 ? "nothing" : triggers.map((t) => `\`${t}\``).join(", ");
}

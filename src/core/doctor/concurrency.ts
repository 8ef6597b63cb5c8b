import type { DoctorProblem } from "./problem.js";
import { hearsGroups } from "./triggers.js";
import type { Concurrency, Workflow } from "./workflow.js";

/** Concurrency groups that several of the queue's groups would share, so that one build ends or holds up another. */
export function concurrencyProblems(
  workflow: Workflow,
  { groups, slots }: { groups: readonly string[]; slots: number },
): DoctorProblem[] {
  if (slots < 2 || !hearsGroups(workflow, groups)) return [];
  const all = [workflow.concurrency, ...workflow.jobs.map((j) => j.concurrency)];
  return all.flatMap((c) => (c === null || tellsApart(c.group) ? [] : shared(c, slots)));
}

/** What differs between the branches of two slots. `github.head_ref` alone is empty on a push. */
function tellsApart(group: string): boolean {
  return /\bgithub\.(ref|ref_name|sha|run_id|run_number)\b|\bgithub\.event\.(after|ref)\b/.test(group);
}

function shared({ group, cancels, place }: Concurrency, slots: number): DoctorProblem[] {
  const cancelling = cancels !== "false" && !/event_name\s*==\s*'pull_request'/.test(cancels);
  const remedy = "put `${{ github.ref }}` into the group's name";
  if (cancelling)
    return [
      {
        severity: "error",
        where: place,
        what: `all groups share the concurrency group \`${group}\`, and a new run cancels the one before`,
        why: `with ${slots} slots each group's build cancels another slot's, and none of them ends`,
        remedy,
      },
    ];
  return [
    {
      severity: slots > 2 ? "error" : "warning",
      where: place,
      what: `all groups share the concurrency group \`${group}\``,
      why:
        slots > 2
          ? `one run at a time and one waiting: of ${slots} slots' builds, the rest are cancelled by GitHub`
          : "groups that should be tested side by side wait for each other",
      remedy,
    },
  ];
}

import type { Detector, Hit, ReadFile } from "../../detector.js";
import type { Entry } from "../../parsers/outline.js";
import { lastKey } from "../../parsers/outline.js";
import { concernsWorkflow, entriesAfter, entriesBefore, newEntries } from "./workflow-entries.js";

const scopes =
  /^(actions|attestations|checks|contents|deployments|discussions|id-token|issues|models|packages|pages|pull-requests|repository-projects|security-events|statuses)$/;

export const workflowPermissions: Detector = {
  id: "governance/workflow-permissions",
  reads: "`permissions` of GitHub workflows",
  reversibility: "recoverable",
  hazard: "high",
  why: "The workflow's token may write more than before; whoever controls a step can use it.",
  remedy: "Grant the one scope the job needs, on that job alone, and leave the rest at `read`.",
  source: "zizmor audits: excessive-permissions; OpenSSF Scorecard, Token-Permissions",
  concerns: concernsWorkflow,
  detect: (file) => [
    ...newEntries(file)
      .filter(grantsWrite)
      .map((entry) => ({ path: file.change.path, line: entry.line })),
    ...droppedLimits(file),
  ],
};

function grantsWrite(entry: Entry): boolean {
  if (lastKey(entry) === "permissions") return entry.value === "write-all";
  return entry.value === "write" && scopes.test(lastKey(entry));
}

/** Without a `permissions` block the token has the repository's default, which may be to write everything. */
function droppedLimits(file: ReadFile): Hit[] {
  const kept = entriesAfter(file).some((entry) => entry.changed && entry.keys.includes("permissions"));
  if (kept) return [];
  const before = entriesBefore(file);
  const goneParents = new Set(before.filter((entry) => entry.changed).map((entry) => entry.keys.join("\n")));
  return (
    before
      .filter((entry) => entry.changed && lastKey(entry) === "permissions")
      // A job that is gone takes its limit along.
      .filter((entry) => !goneParents.has(entry.keys.slice(0, -1).join("\n")))
      .map((entry) => ({
        path: file.change.path,
        line: entry.line,
        why: "The limit on the workflow's token is gone; it falls back to the repository's default, which may write.",
        remedy: "Keep `permissions: {}` or `contents: read` at the top of the workflow.",
      }))
  );
}

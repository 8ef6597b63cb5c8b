import type { Detector, Hit, ReadFile } from "../../detector.js";
import { endsWith, lastKey } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { sidesOf } from "../../sides.js";
import { concernsWorkflow, entriesAfter } from "./workflow-entries.js";

/** Contexts whose text an outsider writes. From GitHub's list of potentially untrusted input. */
const untrusted =
  /\$\{\{[^}]*\b(github\.head_ref|github\.event\.[\w.[\]'*-]*(title|body|message|email|label|ref|name|page_name|default_branch|url)|github\.event\.inputs\.\w+|inputs\.\w+)\b[^}]*\}\}/;

export const workflowInjection: Detector = {
  id: "governance/workflow-injection",
  reads: "`run:` and `script:` of GitHub workflows",
  reversibility: "irreversible",
  hazard: "critical",
  why: "Text that an outsider writes is pasted into a script before it runs, so they can run anything with the job's token and secrets.",
  remedy: 'Hand the value over as an environment variable and quote it: `env: {TITLE: "${{ … }}"}`, then `"$TITLE"`.',
  source: "zizmor audits: template-injection; GitHub docs, Script injections",
  concerns: concernsWorkflow,
  detect: (file) =>
    entriesAfter(file)
      .filter(isScript)
      .flatMap((entry) => pasted(file, entry)),
};

function isScript(entry: Entry): boolean {
  return entry.value !== null && (lastKey(entry) === "run" || endsWith(entry, "with", "script"));
}

function pasted(file: ReadFile, entry: Entry): Hit[] {
  const fragment = sidesOf(file).after.find((f) => f.some((l) => l.number === entry.line)) ?? [];
  return fragment
    .slice(entry.row, entry.endRow + 1)
    .filter((line) => line.changed && untrusted.test(line.text))
    .map((line) => ({
      path: file.change.path,
      line: line.number,
      // Only people who may already write can start a workflow by hand.
      ...(!/github\.(head_ref|event\.(?!inputs))/.test(line.text) && {
        reversibility: "recoverable" as const,
        hazard: "medium" as const,
      }),
    }));
}

import type { Detector } from "../../detector.js";
import { lastKey } from "../../parsers/outline.js";
import { concernsWorkflow, newEntries } from "./workflow-entries.js";

export const workflowUses: Detector = {
  id: "governance/workflow-uses",
  reads: "`uses:` of GitHub workflows and composite actions",
  reversibility: "recoverable",
  hazard: "high",
  why: "The action is named by a tag or branch, which its owner (or a thief) can move to other code at any time.",
  remedy: "Pin the full commit SHA and keep the tag in a comment; let the update bot move both.",
  source: "zizmor audits: unpinned-uses; google.github.io/github-team/semgrep-rules; GitHub security hardening guide",
  concerns: concernsWorkflow,
  detect: (file) =>
    newEntries(file)
      .filter((entry) => lastKey(entry) === "uses" && entry.value !== null && !isPinned(entry.value))
      .map((entry) => ({
        path: file.change.path,
        line: entry.line,
        ...(isFirstParty(entry.value ?? "") && { hazard: "low" as const }),
      })),
};

/** A local action is as old as the commit itself; an image is pinned by digest. */
function isPinned(uses: string): boolean {
  if (uses.startsWith("./") || uses.startsWith("../")) return true;
  if (uses.startsWith("docker://")) return uses.includes("@sha256:");
  return /@[0-9a-f]{40}$/.test(uses);
}

function isFirstParty(uses: string): boolean {
  return /^(actions|github)\//.test(uses);
}

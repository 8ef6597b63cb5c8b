import type { Detector } from "../../detector.js";
import { endsWith } from "../../parsers/outline.js";
import { concernsWorkflow, newEntries } from "./workflow-entries.js";

/** Triggers that run with the repository's secrets on behalf of outsiders. */
const privileged = new Set(["pull_request_target", "workflow_run"]);

export const workflowTrigger: Detector = {
  id: "governance/workflow-trigger",
  reads: "triggers of GitHub workflows",
  reversibility: "irreversible",
  hazard: "critical",
  why: "This trigger runs with the repository's secrets on events that outsiders cause; a leaked secret stays leaked.",
  remedy:
    "Use `pull_request`; if secrets are needed, split the workflow so that the privileged half runs none of the pull request's code.",
  source: "zizmor audits: dangerous-triggers; GitHub Security Lab, Preventing pwn requests",
  concerns: concernsWorkflow,
  detect: (file) =>
    newEntries(file)
      .filter((entry) => {
        const underOn = entry.keys.at(-2) === "on" || entry.keys.at(-2) === "true";
        const inList = entry.keys.at(-1) === "[]" && (entry.keys.at(-2) === "on" || entry.keys.at(-2) === "true");
        const alone = endsWith(entry, "on") || endsWith(entry, "true");
        const name =
          inList || alone ? entry.value : underOn || entry.keys.at(-2) === "?" ? (entry.keys.at(-1) ?? "") : "";
        return privileged.has(name ?? "");
      })
      .map((entry) => ({ path: file.change.path, line: entry.line })),
};

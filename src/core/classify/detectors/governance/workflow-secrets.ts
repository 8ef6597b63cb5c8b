import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";
import { lastKey } from "../../parsers/outline.js";
import { concernsWorkflow, entriesAfter, newEntries } from "./workflow-entries.js";

export const workflowSecrets: Detector = {
  id: "governance/workflow-secrets",
  reads: "how GitHub workflows hand out secrets and check out strangers' code",
  reversibility: "recoverable",
  hazard: "high",
  why: "The workflow hands secrets to more code than before.",
  remedy: "Name the one secret the called workflow needs, and keep it out of jobs that run a pull request's code.",
  source: "zizmor audits: secrets-inherit, overprovisioned-secrets, insecure-commands, artipacked, dangerous checkout",
  concerns: concernsWorkflow,
  detect: (file) => [...inherited(file), ...wholeSecrets(file), ...strangersCode(file)],
};

function inherited(file: ReadFile): Hit[] {
  return newEntries(file)
    .filter(
      (entry) =>
        (lastKey(entry) === "secrets" && entry.value === "inherit") ||
        (lastKey(entry) === "ACTIONS_ALLOW_UNSECURE_COMMANDS" && entry.value === "true"),
    )
    .map((entry) => ({ path: file.change.path, line: entry.line }));
}

function wholeSecrets(file: ReadFile): Hit[] {
  const removed = new Set(removedCode(file).map((l) => l.text.trim()));
  return addedCode(file)
    .filter((l) => /\$\{\{\s*(toJSON\(\s*secrets\s*\)|secrets\[)/i.test(l.uncommented) && !removed.has(l.text.trim()))
    .map((l) => ({ path: file.change.path, line: l.number, why: "The whole set of secrets is handed to one step." }));
}

/** Checking out a pull request's head where secrets are at hand runs a stranger's code with them. */
function strangersCode(file: ReadFile): Hit[] {
  const after = entriesAfter(file);
  if (!after.some((e) => e.keys.includes("pull_request_target") || e.value === "pull_request_target")) return [];
  return after
    .filter((e) => e.changed && /^(ref|repository)$/.test(lastKey(e)))
    .filter((e) => /github\.(event\.pull_request\.head|head_ref)/.test(e.value ?? ""))
    .map((e) => ({
      path: file.change.path,
      line: e.line,
      reversibility: "irreversible",
      hazard: "critical",
      why: "The pull request's own code is checked out where the repository's secrets are at hand; a leaked secret stays leaked.",
      remedy: "Run the pull request's code under `pull_request`, without secrets, and pass results on as artifacts.",
    }));
}

import type { Detector } from "../../detector.js";
import { concernsWorkflow, newEntries } from "./workflow-entries.js";

export const workflowRunner: Detector = {
  id: "governance/workflow-runner",
  reads: "`runs-on` of GitHub workflows",
  reversibility: "recoverable",
  hazard: "high",
  why: "A self-hosted runner keeps what a job leaves behind; in a repository that takes pull requests from forks anyone can leave something.",
  remedy: "Use GitHub-hosted or single-use runners, or require approval for all outside contributors.",
  source: "zizmor audits: self-hosted-runner; GitHub docs, Hardening for self-hosted runners",
  concerns: concernsWorkflow,
  detect: (file) =>
    newEntries(file)
      .filter((entry) => entry.keys.includes("runs-on") && entry.value?.includes("self-hosted") === true)
      .map((entry) => ({ path: file.change.path, line: entry.line })),
};

import type { Detector } from "../../detector.js";
import { isAgentInstructions } from "../../path-kinds.js";

export const agentInstructions: Detector = {
  id: "governance/agent-instructions",
  reads: "instruction files of coding agents (AGENTS.md, CLAUDE.md, .cursor/, copilot-instructions.md and the like)",
  reversibility: "recoverable",
  hazard: "high",
  why: "Prose by its ending, configuration by its effect: agents follow this file in all their later work.",
  remedy: "Have a person who answers for the agents' work read the whole file, and land it alone.",
  source: "gitStream allDocs (admits it as documentation); Rules File Backdoor, Pillar Security 2025",
  concerns: (file) =>
    isAgentInstructions(file.path) || (file.oldPath !== undefined && isAgentInstructions(file.oldPath)),
  detect: (file) => [{ path: file.change.path }],
};

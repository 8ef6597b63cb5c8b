import type { Detector } from "./detector.js";
import { appRelease } from "./detectors/supply/app-release.js";
import { baseImage } from "./detectors/supply/base-image.js";
import { dependencies } from "./detectors/supply/dependencies.js";
import { installScripts } from "./detectors/supply/install-scripts.js";
import { license } from "./detectors/supply/license.js";
import { lockfile } from "./detectors/supply/lockfile.js";
import { publish } from "./detectors/supply/publish.js";
import { registry } from "./detectors/supply/registry.js";
import { vendored } from "./detectors/supply/vendored.js";
import { versionBump } from "./detectors/supply/version-bump.js";
import { agentInstructions } from "./detectors/governance/agent-instructions.js";
import { protectionAsCode } from "./detectors/governance/protection-as-code.js";
import { trustedFiles } from "./detectors/governance/trusted-files.js";
import { workflowInjection } from "./detectors/governance/workflow-injection.js";
import { workflowPermissions } from "./detectors/governance/workflow-permissions.js";
import { workflowRunner } from "./detectors/governance/workflow-runner.js";
import { workflowSecrets } from "./detectors/governance/workflow-secrets.js";
import { workflowTrigger } from "./detectors/governance/workflow-trigger.js";
import { workflowUses } from "./detectors/governance/workflow-uses.js";

/**
 * Every detector, in one literal list by area: what is not here does not run. `docs/classification.md` shows it as a
 * table, and a test keeps the two alike.
 */
export const detectors: readonly Detector[] = [
  // supply
  appRelease,
  baseImage,
  dependencies,
  installScripts,
  license,
  lockfile,
  publish,
  registry,
  vendored,
  versionBump,
  // governance
  agentInstructions,
  protectionAsCode,
  trustedFiles,
  workflowInjection,
  workflowPermissions,
  workflowRunner,
  workflowSecrets,
  workflowTrigger,
  workflowUses,
];

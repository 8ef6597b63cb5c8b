import type { Detector, Hit, ReadFile } from "../../detector.js";
import { addedCode, removedCode } from "../../parsers/changed-code.js";

const protection =
  /\b(github_branch_protection(_v3)?|github_repository_ruleset|github_organization_ruleset|gitlab_branch_protection|required_status_checks|required_pull_request_reviews|required_approving_review_count|enforce_admins|dismiss_stale_reviews|require_code_owner_reviews|allows_force_pushes|allow_force_pushes|bypass_actors|required_signatures|branch-protection)\b/;

export const protectionAsCode: Detector = {
  id: "governance/protection-as-code",
  reads: "branch protection and rulesets kept as Terraform, YAML or JSON",
  reversibility: "recoverable",
  hazard: "high",
  why: "What the main branch demands before a merge changes; what slips in meanwhile stays.",
  remedy:
    "Land it alone, and have someone check on GitHub that the rules are what was meant before other work goes on.",
  source: "Terraform GitHub provider, github_branch_protection; Probot settings; prow branchprotector",
  concerns: (file) => /\.(tf|ya?ml|json)$/.test(file.path) && !/(^|\/)(node_modules|vendor)\//.test(file.path),
  detect: (file) => touched(file),
};

function touched(file: ReadFile): Hit[] {
  const first = [...addedCode(file), ...removedCode(file)].find((l) => protection.test(l.uncommented));
  return first ? [{ path: file.change.path, line: first.number }] : [];
}

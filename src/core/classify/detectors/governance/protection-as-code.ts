import type { Detector, Hit, ReadFile } from "../../detector.js";
import { goneCode, mentions, newCode } from "../../parsers/changed-code.js";
import { headingOf, sidesOf, type Fragment } from "../../sides.js";

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
  if (!mentions(file, protection)) return [];
  const changed = new Set([...newCode(file), ...goneCode(file)].map((l) => l.text));
  const { after, before } = sidesOf(file);
  const first = [...after, ...before]
    .flatMap((f) => f.filter((l, row) => l.changed && changed.has(l.text) && protects(f, row)))
    .at(0);
  return first ? [{ path: file.change.path, line: first.number }] : [];
}

/** The line, or one that it stands below by its indentation, the hunk's heading included, is about protection. */
function protects(fragment: Fragment, row: number): boolean {
  let least = Infinity;
  for (let i = row; i >= 0; i--) {
    const text = fragment[i]?.text ?? "";
    const indent = text.length - text.trimStart().length;
    if (text.trim() === "" || (indent >= least && !(indent === least && isItem(fragment, i + 1)))) continue;
    least = indent;
    if (!/^\s*(#|\/\/)/.test(text) && protection.test(text)) return true;
  }
  return least > 0 && protection.test(headingOf(fragment));
}

/** A list's items may stand at the indentation of its key. */
function isItem(fragment: Fragment, row: number): boolean {
  return /^\s*-\s/.test(fragment[row]?.text ?? "");
}

import type { FileChange } from "../../../model/change.js";
import type { Detector } from "../../detector.js";

/** Files that decide what may merge, who must look, and what bots may do. */
const trusted: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)\.github\/drumline(\.ya?ml$|\/)/, "the merge policy"],
  [/^(\.github\/|docs\/|\.gitlab\/)?CODEOWNERS$/, "who must review which files"],
  [/(^|\/)OWNERS(_ALIASES)?$/, "who may approve here"],
  [
    /^\.github\/(mergify|settings|mergeable|probot|policy|bulldozer|kodiak|safe-settings|suborgs|repos)[^/]*(\.ya?ml|\.toml|\/)/,
    "what the merge bot accepts",
  ],
  [/^\.(mergify|policy|bulldozer|kodiak|gitstream|prow|clomonitor)\.(ya?ml|toml|cm)$/, "what the merge bot accepts"],
  [
    /^(bors\.toml|\.github\/bors\.toml|\.cm\/.*\.cm|trunk\.ya?ml|\.trunk\/trunk\.ya?ml|\.zuul\.ya?ml|zuul\.d\/)/,
    "what the merge bot accepts",
  ],
  [/(^|\/)(\.github\/)?dependabot\.ya?ml$/, "which updates the bot proposes"],
  [
    /(^|\/)(\.?renovate(rc)?(\.json5?)?|\.renovaterc\.json5?)$|^\.github\/renovate\.json5?$/,
    "which updates the bot proposes and merges",
  ],
  [/^\.github\/(branch-protection|rulesets?)[^/]*(\.ya?ml|\.json|\/)/, "branch protection"],
  [/(^|\/)\.pre-commit-config\.ya?ml$|^\.husky\//, "which checks run before a commit"],
  [
    /(^|\/)(semgrep|\.semgrepignore|\.gitleaks\.toml|\.trivyignore|\.snyk|\.zizmor\.ya?ml|zizmor\.yml|osv-scanner\.toml)(\.ya?ml)?$/,
    "what the security scanner reports",
  ],
];

export const trustedFiles: Detector = {
  id: "governance/trusted-files",
  reads: "policies, owners, bot and scanner configuration",
  reversibility: "recoverable",
  hazard: "high",
  why: "This file decides what may merge and who must look; a change here changes how every later change is judged.",
  remedy:
    "Land it alone, judged by the policy that is in force now, with the people it disempowers among the reviewers.",
  source: "ZcashFoundation/zebra#4110; GitHub docs, About code owners; policy-bot, Security",
  concerns: (file) => decidesFor(file) !== null,
  detect: (file) => [
    {
      path: file.change.path,
      why: `This file decides ${decidesFor(file.change) ?? ""}; a change here changes how every later change is judged.`,
    },
  ],
};

function decidesFor(file: FileChange): string | null {
  const paths = [file.path, ...(file.oldPath === undefined ? [] : [file.oldPath])];
  return trusted.find(([pattern]) => paths.some((path) => pattern.test(path)))?.[1] ?? null;
}

import type { BranchRules, Repo } from "../state.js";
import { latestStatuses } from "../shape/check.js";

export function rulesOf(repo: Repo, branch: string): BranchRules | null {
  return repo.rules.get(branch) ?? null;
}

/** Required contexts that have not succeeded on a commit. A skipped or neutral check counts as success, as on GitHub. */
export function missingForBranch(repo: Repo, branch: string, sha: string): string[] {
  const rules = rulesOf(repo, branch);
  if (rules === null) return [];
  const statuses = latestStatuses(repo, sha);
  return rules.requiredChecks
    .filter(({ context, appId }) => {
      const runs = [...repo.checkRuns.values()].filter(
        (r) => r.headSha === sha && r.name === context && (appId === null || r.appId === appId),
      );
      const last = runs.at(-1);
      if (last)
        return !(last.status === "completed" && ["success", "skipped", "neutral"].includes(last.conclusion ?? ""));
      return !statuses.some((s) => s.context === context && s.state === "success");
    })
    .map((c) => c.context);
}

/** Whether the branch's rules don't bind this actor (an app by slug, a person by login). */
export function bypasses(rules: BranchRules, actor: { login: string; appSlug: string | null }): boolean {
  return rules.bypass.some((b) => b.toLowerCase() === actor.login.toLowerCase() || b === actor.appSlug);
}

import { commitOf, commitTree, mergeTrees } from "../git/git.js";
import { GitHubFailure } from "../fail.js";
import type { Account, PullIssue, Repo, World } from "../state.js";
import { moveBranch } from "./branches.js";
import { markMerged } from "./pulls.js";
import { bypasses, missingForBranch, rulesOf } from "./rules.js";

export interface MergeWish {
  readonly issue: PullIssue;
  readonly method: "merge" | "squash" | "rebase";
  /** What the caller believes the head to be; null: don't care. */
  readonly sha: string | null;
  readonly title: string | null;
  readonly message: string | null;
  readonly by: Account;
  readonly appSlug: string | null;
}

/** @throws GitHubFailure 405 when it can't be merged, 409 when the head is not `sha`. */
export async function mergePull(world: World, repo: Repo, wish: MergeWish): Promise<string> {
  const { issue } = wish;
  const { pull } = issue;
  if (issue.state !== "open" || pull.draft) throw new GitHubFailure(405, "Pull Request is not mergeable");
  if (wish.sha !== null && wish.sha !== pull.headSha) {
    throw new GitHubFailure(409, "Head branch was modified. Review and try the merge again.");
  }
  refuseUnready(repo, wish);
  const base = await commitOf(repo.dir, `refs/heads/${pull.baseRef}`);
  if (base === null) throw new GitHubFailure(405, "Pull Request is not mergeable");
  const merge = await mergeTrees(repo.dir, base, pull.headSha);
  if (!merge.clean) throw new GitHubFailure(405, "Pull Request is not mergeable");
  const at = world.now();
  const who = { name: wish.by.name, email: wish.by.email, at };
  const plain = `Merge pull request #${issue.number} from ${issue.user.login}/${pull.headRef}`;
  const title = wish.title ?? (wish.method === "merge" ? plain : `${issue.title} (#${issue.number})`);
  const to = await commitTree(repo.dir, {
    tree: merge.tree,
    parents: wish.method === "merge" ? [base, pull.headSha] : [base],
    message: `${title}\n\n${wish.message ?? (wish.method === "merge" ? issue.title : "")}`.trim(),
    author: who,
    committer: { name: "GitHub", email: "noreply@github.com", at },
  });
  const ref = `refs/heads/${pull.baseRef}`;
  await moveBranch(world, repo, { ref, from: base, to, by: wish.by, appSlug: wish.appSlug, rules: "checked" });
  // A squash's head never becomes part of the base: it is merged because GitHub says so.
  if (wish.method !== "merge") await markMerged(world, repo, { issue, sha: to, by: wish.by });
  return to;
}

function refuseUnready(repo: Repo, wish: MergeWish): void {
  const { pull } = wish.issue;
  const rules = rulesOf(repo, pull.baseRef);
  if (rules === null || bypasses(rules, { login: wish.by.login, appSlug: wish.appSlug })) return;
  const missing = missingForBranch(repo, pull.baseRef, pull.headSha);
  if (missing.length > 0) throw new GitHubFailure(405, `Required status check "${missing.join('", "')}" is expected.`);
  const approvals = new Set(pull.reviews.filter((r) => r.state === "APPROVED").map((r) => r.user.id));
  if (approvals.size < rules.requiredApprovals) {
    const n = rules.requiredApprovals;
    throw new GitHubFailure(
      405,
      `At least ${n} approving review${n === 1 ? " is" : "s are"} required by reviewers with write access.`,
    );
  }
}

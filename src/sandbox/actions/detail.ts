import { commitTree, isAncestor, mergeBase, mergeTrees, commitOf, between } from "../git/git.js";
import { diffFiles, type DiffFile } from "../git/diff.js";
import type { PullIssue, Repo, World } from "../state.js";
import type { PullDetail } from "../shape/pull.js";
import { missingForBranch } from "./rules.js";

/** GitHub's `mergeable` and friends, computed by really merging. Kept until the head or the base moves. */
export async function pullDetail(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; reads: "counted" | "silent" },
): Promise<PullDetail> {
  const { issue } = of;
  const size = await pullSize(repo, issue);
  const open = issue.state === "open" ? await mergeability(world, repo, issue) : null;
  if (open === null) return { ...size, mergeable: null, mergeableState: "unknown", testMerge: null };
  if (of.reads === "counted" && open.unknownReads > 0) {
    open.unknownReads -= 1;
    return { ...size, mergeable: null, mergeableState: "unknown", testMerge: null };
  }
  return {
    ...size,
    mergeable: open.mergeable,
    mergeableState: stateWord(repo, { issue, mergeable: open.mergeable }),
    testMerge: open.commit,
  };
}

function stateWord(repo: Repo, of: { issue: PullIssue; mergeable: boolean }): string {
  if (!of.mergeable) return "dirty";
  if (of.issue.pull.draft) return "draft";
  const missing = missingForBranch(repo, of.issue.pull.baseRef, of.issue.pull.headSha);
  return missing.length > 0 ? "blocked" : "clean";
}

async function mergeability(world: World, repo: Repo, issue: PullIssue) {
  const { pull } = issue;
  const base = await commitOf(repo.dir, `refs/heads/${pull.baseRef}`);
  if (base === null) return null;
  const known = pull.mergeability;
  if (known && known.base === base && known.head === pull.headSha) return known;
  if (known && world.faults.mergeability.staleReads > 0) {
    world.faults.mergeability.staleReads -= 1;
    return known;
  }
  const merge = await mergeTrees(repo.dir, base, pull.headSha);
  const who = { name: "GitHub", email: "noreply@github.com", at: world.now() };
  const commit = merge.clean
    ? await commitTree(repo.dir, {
        tree: merge.tree,
        parents: [base, pull.headSha],
        message: `Merge ${pull.headSha} into ${base}`,
        author: who,
        committer: who,
      })
    : null;
  pull.mergeability = {
    base,
    head: pull.headSha,
    mergeable: merge.clean,
    commit,
    unknownReads: world.faults.mergeability.unknownReads,
  };
  return pull.mergeability;
}

interface Size {
  readonly key: string;
  readonly files: DiffFile[];
  readonly commits: number;
}
const sizes = new WeakMap<PullIssue, Size>();

async function pullSize(repo: Repo, issue: PullIssue) {
  const { files, commits } = await pullDiff(repo, issue);
  return {
    commits,
    changedFiles: files.length,
    additions: files.reduce((sum, f) => sum + f.added, 0),
    deletions: files.reduce((sum, f) => sum + f.deleted, 0),
  };
}

/** The change against the merge base, as GitHub shows it. A merged pull request keeps the diff it was merged with. */
export async function pullDiff(repo: Repo, issue: PullIssue): Promise<Size> {
  const { pull } = issue;
  const known = sizes.get(issue);
  const base = (await commitOf(repo.dir, `refs/heads/${pull.baseRef}`)) ?? pull.baseSha;
  const key = `${base} ${pull.headSha}`;
  if (known && (known.key === key || pull.merged !== null)) return known;
  const from = pull.merged && (await isAncestor(repo.dir, pull.headSha, base)) ? pull.baseSha : base;
  const fork = (await mergeBase(repo.dir, from, pull.headSha)) ?? from;
  const [files, commits] = await Promise.all([
    diffFiles(repo.dir, fork, pull.headSha),
    between(repo.dir, from, pull.headSha),
  ]);
  const size = { key, files, commits: commits.length };
  sizes.set(issue, size);
  return size;
}

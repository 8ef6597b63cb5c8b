import { commitOf, git, isAncestor, moveRef, between } from "../git/git.js";
import { readCommits, writeCommit } from "../git/commit.js";
import { invalid } from "../fail.js";
import { takeBaseMove } from "../faults.js";
import { pushCommit } from "../shape/commit.js";
import { pushedRepository, user } from "../shape/common.js";
import { fullName, pullsOf, type Account, type PullIssue, type Repo, type World } from "../state.js";
import { emit } from "../webhooks/emit.js";
import { requestSuites } from "./checks.js";
import { pinHead } from "./heads.js";
import { closePull, emitPull, markMerged } from "./pulls.js";
import { bypasses, missingForBranch, rulesOf } from "./rules.js";

const noCommit = "0".repeat(40);
/** GitHub's push payload names no more commits than this. */
const pushCommitsMax = 20;

export interface BranchMove {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly by: Account;
  /** The slug of the app that moves it, for bypass rules. */
  readonly appSlug: string | null;
  readonly force?: "force";
  /** The branch's rules were looked at already, as for a merge of a pull request. */
  readonly rules?: "checked";
}

/**
 * Moves a branch and everything that hangs on it: push webhook, pull requests whose head or base it is, CI. The
 * caller holds the repository's lock.
 * @throws GitHubFailure 422 as GitHub refuses: not a fast-forward, or a rule of the branch.
 */
export async function moveBranch(world: World, repo: Repo, move: BranchMove): Promise<void> {
  const branch = move.ref.replace(/^refs\/heads\//, "");
  if (move.appSlug !== null && takeBaseMove(world.faults, branch)) await pushFirst(world, repo, branch);
  const from = await commitOf(repo.dir, move.ref);
  if (move.to !== null && from !== null && !move.force && !(await isAncestor(repo.dir, from, move.to))) {
    throw invalid("Update is not a fast forward");
  }
  if (move.rules !== "checked") refuseByRules(repo, { ...move, from, branch });
  if (from === move.to) return;
  if (!(await moveRef(repo.dir, { ref: move.ref, from, to: move.to }))) throw invalid("Reference cannot be updated");
  await branchMoved(world, repo, { ...move, from });
}

function refuseByRules(repo: Repo, move: BranchMove & { branch: string }): void {
  const rules = rulesOf(repo, move.branch);
  if (rules === null || bypasses(rules, { login: move.by.login, appSlug: move.appSlug })) return;
  if (move.to === null) throw invalid("Repository rule violations found\n\nCannot delete this branch");
  if (rules.requiredApprovals > 0) {
    throw invalid("Repository rule violations found\n\nChanges must be made through a pull request.");
  }
  const missing = missingForBranch(repo, move.branch, move.to);
  if (missing.length > 0) {
    const words = missing.length === 1 ? "Required status check" : `${missing.length} of the required status checks`;
    throw invalid(`Repository rule violations found\n\n${words} "${missing.join('", "')}" is expected.`);
  }
}

/** What follows from a branch that has moved, by whichever way it did. */
export async function branchMoved(world: World, repo: Repo, move: BranchMove): Promise<void> {
  const branch = move.ref.replace(/^refs\/heads\//, "");
  repo.pushedAt = world.now();
  world.moves.push({ repo, ref: move.ref, from: move.from, to: move.to, by: move.by, at: world.now() });
  await emitPush(world, repo, move);
  if (move.to !== null) await requestSuites(world, repo, { headSha: move.to, by: move.by });
  if (move.to === null) await headDeleted(world, repo, { branch, by: move.by });
  else {
    await headMoved(world, repo, { branch, move });
    await baseMoved(world, repo, { branch, move });
  }
  world.listeners.pushed(repo, move.ref, move.to);
}

async function emitPush(world: World, repo: Repo, move: BranchMove): Promise<void> {
  const range = move.to === null ? null : move.from === null ? move.to : `${move.from}..${move.to}`;
  const limit = move.from === null ? 1 : pushCommitsMax;
  const commits = range === null ? [] : (await readCommits(repo.dir, range, limit)).reverse();
  const shapes = commits.map((c) => pushCommit(world, repo, c));
  emit(world, repo, {
    event: "push",
    sender: move.by,
    body: {
      ref: move.ref,
      before: move.from ?? noCommit,
      after: move.to ?? noCommit,
      base_ref: null,
      created: move.from === null,
      deleted: move.to === null,
      forced: move.force === "force",
      compare: `${world.url}/${fullName(repo)}/compare/${(move.from ?? noCommit).slice(0, 12)}...${(move.to ?? noCommit).slice(0, 12)}`,
      commits: shapes,
      head_commit: shapes.at(-1) ?? null,
      repository: pushedRepository(world, repo),
      pusher: { name: move.by.login, email: move.by.email },
    },
  });
}

/** Pull requests follow their branch: in this repository and, for a fork's branch, in its parent. */
async function headMoved(world: World, repo: Repo, of: { branch: string; move: BranchMove }): Promise<void> {
  const { branch, move } = of;
  if (move.to === null) return;
  for (const base of repo.parent ? [repo, repo.parent] : [repo]) {
    for (const issue of pullsOf(base)) {
      const { pull } = issue;
      if (issue.state !== "open" || pull.headRepo !== repo || pull.headRef !== branch) continue;
      const before = pull.headSha;
      if (before === move.to) continue;
      await pinHead(base, { number: issue.number, from: repo, sha: move.to });
      pull.headSha = move.to;
      pull.baseSha = (await commitOf(base.dir, `refs/heads/${pull.baseRef}`)) ?? pull.baseSha;
      issue.updatedAt = world.now();
      await emitPull(world, base, { issue, action: "synchronize", by: move.by, extra: { before, after: move.to } });
      world.listeners.pushed(base, `refs/pull/${issue.number}/head`, move.to);
    }
  }
}

/** A pull request whose head has become part of its base is merged, whoever brought it there. */
async function baseMoved(world: World, repo: Repo, of: { branch: string; move: BranchMove }): Promise<void> {
  const { branch, move } = of;
  const open = pullsOf(repo).filter((p) => p.state === "open" && p.pull.baseRef === branch);
  if (open.length === 0 || move.to === null || move.from === null) return;
  const arrived = new Set(await between(repo.dir, move.from, move.to));
  for (const issue of open) {
    if (!arrived.has(issue.pull.headSha)) continue;
    const sha = await arrivedBy(repo, { issue, from: move.from, to: move.to });
    await markMerged(world, repo, { issue, sha, by: move.by });
  }
}

/** The commit on the base's own line that brought a head in. */
async function arrivedBy(repo: Repo, of: { issue: PullIssue; from: string; to: string }): Promise<string> {
  const head = of.issue.pull.headSha;
  const line = await git(repo.dir, ["rev-list", "--first-parent", "--reverse", `${of.from}..${of.to}`]);
  for (const sha of line.split("\n").filter((l) => l !== "")) {
    if (await isAncestor(repo.dir, head, sha)) return sha;
  }
  return of.to;
}

/**
 * A deleted branch closes the pull requests that come from it. Those that aim at it are aimed where it was merged to,
 * or closed when it was not.
 */
async function headDeleted(world: World, repo: Repo, of: { branch: string; by: Account }): Promise<void> {
  for (const base of repo.parent ? [repo, repo.parent] : [repo]) {
    for (const issue of pullsOf(base)) {
      if (issue.state === "open" && issue.pull.headRepo === repo && issue.pull.headRef === of.branch) {
        await closePull(world, base, { issue, by: of.by });
      }
    }
  }
  const landed = pullsOf(repo).find((p) => p.pull.merged && p.pull.headRepo === repo && p.pull.headRef === of.branch);
  for (const issue of pullsOf(repo)) {
    if (issue.state !== "open" || issue.pull.baseRef !== of.branch) continue;
    if (landed) await retarget(world, repo, { issue, to: landed.pull.baseRef, by: of.by });
    else await closePull(world, repo, { issue, by: of.by });
  }
}

export async function retarget(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; to: string; by: Account },
): Promise<void> {
  const { issue } = of;
  const old = { ref: issue.pull.baseRef, sha: issue.pull.baseSha };
  const sha = await commitOf(repo.dir, `refs/heads/${of.to}`);
  if (sha === null) throw invalid("Validation Failed", [{ resource: "PullRequest", field: "base", code: "invalid" }]);
  issue.pull.baseRef = of.to;
  issue.pull.baseSha = sha;
  issue.updatedAt = world.now();
  const changes = { base: { ref: { from: old.ref }, sha: { from: old.sha } } };
  await emitPull(world, repo, { issue, action: "edited", by: of.by, extra: { changes } });
}

/** The fault "the base moved under us": a person's commit arrives just before the move that was asked for. */
async function pushFirst(world: World, repo: Repo, branch: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const from = await commitOf(repo.dir, ref);
  if (from === null) return;
  const at = world.now();
  const by = repo.owner;
  const to = await writeCommit(repo.dir, {
    parent: from,
    files: { [`.sandbox/moved-${world.nextId}`]: `${user(world, by)["login"] as string} pushed here first\n` },
    message: "A push that came first",
    author: { name: by.name, email: by.email, at },
  });
  world.nextId += 1;
  await moveRef(repo.dir, { ref, from, to });
  await branchMoved(world, repo, { ref, from, to, by, appSlug: null });
}

import { commitOf, git } from "../git/git.js";
import { invalid, type GitHubFailure } from "../fail.js";
import { pullFull, teamOf } from "../shape/pull.js";
import { label as labelShape, user, type Json } from "../shape/common.js";
import { pullsOf, takeId, type Account, type PullIssue, type Repo, type World } from "../state.js";
import { emit } from "../webhooks/emit.js";
import { pullDetail } from "./detail.js";
import { pinHead } from "./heads.js";

/** Tells a pull request's event, with the pull request as it is now. */
export async function emitPull(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; action: string; by: Account; extra?: Json },
): Promise<void> {
  const detail = await pullDetail(world, repo, { issue: of.issue, reads: "silent" });
  emit(world, repo, {
    event: "pull_request",
    action: of.action,
    sender: of.by,
    body: { number: of.issue.number, pull_request: pullFull(world, repo, of.issue, detail), ...of.extra },
  });
}

export interface NewPull {
  readonly title: string;
  readonly body: string | null;
  readonly headRepo: Repo;
  readonly headRef: string;
  readonly baseRef: string;
  readonly draft: boolean;
  readonly by: Account;
}

/** @throws GitHubFailure 422 when a branch is missing, holds nothing new, or has an open pull request already. */
export async function openPull(world: World, repo: Repo, wanted: NewPull): Promise<PullIssue> {
  const headSha = await commitOf(wanted.headRepo.dir, `refs/heads/${wanted.headRef}`);
  const baseSha = await commitOf(repo.dir, `refs/heads/${wanted.baseRef}`);
  if (headSha === null || baseSha === null) {
    const field = headSha === null ? "head" : "base";
    throw invalid("Validation Failed", [{ resource: "PullRequest", field, code: "invalid" }]);
  }
  const same = pullsOf(repo).some(
    (p) =>
      p.state === "open" &&
      p.pull.headRepo === wanted.headRepo &&
      p.pull.headRef === wanted.headRef &&
      p.pull.baseRef === wanted.baseRef,
  );
  const head = `${wanted.headRepo.owner.login}:${wanted.headRef}`;
  if (same) throw refusePull(`A pull request already exists for ${head}.`);
  const number = repo.nextNumber;
  await pinHead(repo, { number, from: wanted.headRepo, sha: headSha });
  const ahead = await git(repo.dir, ["rev-list", "--count", `${baseSha}..${headSha}`]);
  if (ahead.trim() === "0") throw refusePull(`No commits between ${wanted.baseRef} and ${head}`);
  repo.nextNumber += 1;
  const issue = newIssue(world, { ...wanted, number, headSha, baseSha });
  repo.issues.set(number, issue);
  await emitPull(world, repo, { issue, action: "opened", by: wanted.by });
  world.listeners.pushed(repo, `refs/pull/${number}/head`, headSha);
  return issue;
}

function refusePull(message: string): GitHubFailure {
  return invalid("Validation Failed", [{ resource: "PullRequest", code: "custom", message }]);
}

function newIssue(world: World, of: NewPull & { number: number; headSha: string; baseSha: string }): PullIssue {
  const at = world.now();
  return {
    id: takeId(world),
    number: of.number,
    user: of.by,
    title: of.title,
    body: of.body,
    state: "open",
    labels: [],
    assignees: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    pull: {
      id: takeId(world),
      draft: of.draft,
      headRef: of.headRef,
      headRepo: of.headRepo,
      headSha: of.headSha,
      baseRef: of.baseRef,
      baseSha: of.baseSha,
      merged: null,
      reviews: [],
      requestedReviewers: [],
      requestedTeams: [],
      mergeability: null,
    },
  };
}

export async function markMerged(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; sha: string; by: Account },
): Promise<void> {
  of.issue.pull.merged = { sha: of.sha, by: of.by, at: world.now() };
  await closePull(world, repo, of);
}

export async function closePull(world: World, repo: Repo, of: { issue: PullIssue; by: Account }): Promise<void> {
  of.issue.state = "closed";
  of.issue.closedAt = world.now();
  of.issue.closedBy = of.by;
  of.issue.updatedAt = world.now();
  await emitPull(world, repo, { issue: of.issue, action: "closed", by: of.by });
}

export async function reopenPull(world: World, repo: Repo, of: { issue: PullIssue; by: Account }): Promise<void> {
  const { issue } = of;
  const head = issue.pull.headRepo && (await commitOf(issue.pull.headRepo.dir, `refs/heads/${issue.pull.headRef}`));
  if (issue.pull.merged || !head) throw refusePull("state cannot be changed. The pull request cannot be reopened.");
  issue.state = "open";
  issue.closedAt = null;
  issue.closedBy = null;
  issue.updatedAt = world.now();
  await emitPull(world, repo, { issue, action: "reopened", by: of.by });
}

/** Sets a pull request's labels, telling each that came or went. Unknown labels are made, as GitHub does. */
export async function setLabels(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; labels: readonly string[]; by: Account },
): Promise<void> {
  const { issue } = of;
  const before = new Set(issue.labels.map((l) => l.toLowerCase()));
  const after = new Map(of.labels.map((l) => [l.toLowerCase(), l]));
  for (const [key, name] of after) {
    if (before.has(key)) continue;
    issue.labels = [...issue.labels, ensureLabel(world, repo, name).name];
    issue.updatedAt = world.now();
    await emitLabel(world, repo, { issue, name: key, action: "labeled", by: of.by });
  }
  for (const name of [...issue.labels]) {
    if (after.has(name.toLowerCase())) continue;
    issue.labels = issue.labels.filter((l) => l !== name);
    issue.updatedAt = world.now();
    await emitLabel(world, repo, { issue, name: name.toLowerCase(), action: "unlabeled", by: of.by });
  }
}

export function ensureLabel(world: World, repo: Repo, name: string) {
  const found = repo.labels.get(name.toLowerCase());
  if (found) return found;
  const made = { id: takeId(world), name, color: "ededed", description: null };
  repo.labels.set(name.toLowerCase(), made);
  return made;
}

async function emitLabel(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; name: string; action: "labeled" | "unlabeled"; by: Account },
): Promise<void> {
  const label = repo.labels.get(of.name);
  const { number, updatedAt } = of.issue;
  repo.labelChanges.push({
    id: takeId(world),
    issue: number,
    event: of.action,
    label: label?.name ?? of.name,
    by: of.by,
    at: updatedAt,
  });
  const extra = label ? { label: labelShape(world, repo, label) } : {};
  await emitPull(world, repo, { issue: of.issue, action: of.action, by: of.by, extra });
}

export async function requestReview(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; reviewers: readonly string[]; teams: readonly string[]; by: Account },
): Promise<void> {
  const { issue } = of;
  for (const login of of.reviewers) {
    const reviewer = world.accounts.get(login.toLowerCase());
    if (!reviewer || !repo.collaborators.has(login.toLowerCase())) {
      throw invalid(
        "Reviews may only be requested from collaborators. One or more of the users you requested is not one.",
      );
    }
    if (reviewer.id === issue.user.id) throw invalid("Review cannot be requested from pull request author.");
    if (issue.pull.requestedReviewers.includes(reviewer.login)) continue;
    issue.pull.requestedReviewers = [...issue.pull.requestedReviewers, reviewer.login];
    const extra = { requested_reviewer: user(world, reviewer) };
    await emitPull(world, repo, { issue, action: "review_requested", by: of.by, extra });
  }
  for (const slug of of.teams) {
    const [team] = teamOf(world, repo, slug);
    if (!team) throw invalid("Could not resolve to a node with the global id of a team.");
    if (issue.pull.requestedTeams.includes(slug)) continue;
    issue.pull.requestedTeams = [...issue.pull.requestedTeams, slug];
    await emitPull(world, repo, { issue, action: "review_requested", by: of.by, extra: { requested_team: team } });
  }
}

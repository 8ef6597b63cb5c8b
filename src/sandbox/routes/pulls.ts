import { retarget } from "../actions/branches.js";
import { pullDetail, pullDiff } from "../actions/detail.js";
import { mergePull } from "../actions/merge.js";
import { closePull, emitPull, openPull, reopenPull, requestReview } from "../actions/pulls.js";
import { addReview, dismissReview, editReview } from "../actions/talk.js";
import { readCommits } from "../git/commit.js";
import { GitHubFailure, invalid, notFound } from "../fail.js";
import {
  anyone,
  choice,
  created,
  needText,
  ok,
  page,
  param,
  text,
  texts,
  writer,
  type Answer,
  type Call,
  type Route,
} from "../http/route.js";
import { commit as commitShape, diffFile } from "../shape/commit.js";
import { pastFiles } from "../past.js";
import { pullFull, pullSimple, review as reviewShape } from "../shape/pull.js";
import { actsAs, isPull, pullsOf, repoKey, type Account, type PullIssue, type Repo, type Review } from "../state.js";

const read = anyone(["pull_requests", "read"]);
const write = anyone(["pull_requests", "write"]);
const one = "/repos/{owner}/{repo}/pulls/{pull_number}";
/** GitHub lists no more of one pull request than these. */
const limits = { files: 3000, commits: 250 };

export const pullRoutes: readonly Route[] = [
  { method: "GET", path: "/repos/{owner}/{repo}/pulls", needs: read, run: list },
  { method: "POST", path: "/repos/{owner}/{repo}/pulls", needs: write, run: create },
  { method: "GET", path: one, needs: read, run: get },
  { method: "PATCH", path: one, needs: write, run: update },
  { method: "PUT", path: `${one}/merge`, needs: writer(["contents", "write"]), run: merge },
  { method: "GET", path: `${one}/files`, needs: read, run: files },
  { method: "GET", path: `${one}/commits`, needs: read, run: commits },
  { method: "GET", path: `${one}/reviews`, needs: read, run: reviews },
  { method: "POST", path: `${one}/reviews`, needs: write, run: createReview },
  { method: "PUT", path: `${one}/reviews/{review_id}`, needs: write, run: updateReview },
  {
    method: "PUT",
    path: `${one}/reviews/{review_id}/dismissals`,
    needs: writer(["pull_requests", "write"]),
    run: dismiss,
  },
  { method: "POST", path: `${one}/requested_reviewers`, needs: write, run: request },
];

export function needPull(call: Call): PullIssue {
  const found = call.repo.issues.get(Number(param(call, "pull_number")));
  if (!found || !isPull(found)) throw notFound();
  return found;
}

export function self(call: Call): Account {
  const account = actsAs(call.caller);
  if (account === null) throw new GitHubFailure(401, "Requires authentication");
  return account;
}

function list(call: Call): Answer {
  const { query, repo, world } = call;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const found = pullsOf(repo)
    .filter((p) => state === "all" || p.state === state)
    .filter((p) => base === null || p.pull.baseRef === base)
    .filter((p) => head === null || `${(p.pull.headRepo ?? repo).owner.login}:${p.pull.headRef}` === head);
  const sort = query.get("sort") ?? "created";
  const by = (p: PullIssue) => (sort === "updated" ? p.updatedAt : p.createdAt);
  const direction = query.get("direction") ?? (sort === "created" ? "desc" : "asc");
  found.sort((a, b) => by(a) - by(b) || a.number - b.number);
  if (direction === "desc") found.reverse();
  return page(call, found, { shape: (p) => pullSimple(world, repo, p) });
}

async function create(call: Call): Promise<Answer> {
  const { world, repo } = call;
  const head = needText(call, "head");
  const [owner, branch] = head.includes(":")
    ? [head.slice(0, head.indexOf(":")), head.slice(head.indexOf(":") + 1)]
    : [repo.owner.login, head];
  const headRepo = findHead(call, owner);
  const issue = await openPull(world, repo, {
    title: needText(call, "title"),
    body: text(call, "body"),
    headRepo,
    headRef: branch,
    baseRef: needText(call, "base"),
    draft: call.body["draft"] === true,
    by: self(call),
  });
  return created(await full(call, issue));
}

function findHead(call: Call, owner: string): Repo {
  if (owner.toLowerCase() === call.repo.owner.login.toLowerCase()) return call.repo;
  const named = call.world.repos.get(repoKey(owner, text(call, "head_repo") ?? call.repo.name));
  if (named?.parent === call.repo) return named;
  throw invalid("Validation Failed", [{ resource: "PullRequest", field: "head", code: "invalid" }]);
}

async function full(call: Call, issue: PullIssue) {
  const detail = await pullDetail(call.world, call.repo, { issue, reads: "counted" });
  return pullFull(call.world, call.repo, issue, detail);
}

async function get(call: Call): Promise<Answer> {
  return ok(await full(call, needPull(call)));
}

async function update(call: Call): Promise<Answer> {
  const { world, repo } = call;
  const issue = needPull(call);
  const by = self(call);
  const title = text(call, "title");
  const body = text(call, "body");
  if ((title !== null && title !== issue.title) || (body !== null && body !== issue.body)) {
    const changes = {
      ...(title !== null && title !== issue.title ? { title: { from: issue.title } } : {}),
      ...(body !== null && body !== issue.body ? { body: { from: issue.body ?? "" } } : {}),
    };
    issue.title = title ?? issue.title;
    issue.body = body ?? issue.body;
    issue.updatedAt = world.now();
    await emitPull(world, repo, { issue, action: "edited", by, extra: { changes } });
  }
  const base = text(call, "base");
  if (base !== null && base !== issue.pull.baseRef) await retarget(world, repo, { issue, to: base, by });
  const state = choice(call, "state", ["open", "closed"]);
  if (state === "closed" && issue.state === "open") await closePull(world, repo, { issue, by });
  if (state === "open" && issue.state === "closed") await reopenPull(world, repo, { issue, by });
  return ok(await full(call, issue));
}

async function merge(call: Call): Promise<Answer> {
  const issue = needPull(call);
  const sha = await mergePull(call.world, call.repo, {
    issue,
    method: choice(call, "merge_method", ["merge", "squash", "rebase"]) ?? "merge",
    sha: text(call, "sha"),
    title: text(call, "commit_title"),
    message: text(call, "commit_message"),
    by: self(call),
    appSlug: call.caller.kind === "installation" ? call.caller.app.slug : null,
  });
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

async function files(call: Call): Promise<Answer> {
  const { past } = call.repo;
  const before = past.pulls.find((p) => p.number === Number(param(call, "pull_number")));
  if (before) {
    const shape = { repo: call.repo, sha: before.merged?.sha ?? "HEAD" };
    return page(call, pastFiles(past, before).slice(0, limits.files), { shape: (f) => diffFile(call.world, shape, f) });
  }
  const issue = needPull(call);
  const diff = await pullDiff(call.repo, issue);
  const place = { repo: call.repo, sha: issue.pull.headSha };
  return page(call, diff.files.slice(0, limits.files), { shape: (f) => diffFile(call.world, place, f) });
}

async function commits(call: Call): Promise<Answer> {
  const { pull } = needPull(call);
  const its = await readCommits(call.repo.dir, `${pull.baseSha}..${pull.headSha}`, limits.commits);
  return page(call, its.reverse(), { shape: (c) => commitShape(call.world, call.repo, c) });
}

function reviews(call: Call): Answer {
  const issue = needPull(call);
  return page(call, issue.pull.reviews, { shape: (r) => reviewShape(call.world, { repo: call.repo, issue }, r) });
}

const states = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;

function createReview(call: Call): Answer {
  const issue = needPull(call);
  const event = choice(call, "event", ["APPROVE", "REQUEST_CHANGES", "COMMENT"]);
  if (event === null) throw invalid(`Invalid request.\n\n"event" wasn't supplied.`);
  const made = addReview(call.world, call.repo, {
    issue,
    state: states[event],
    body: text(call, "body") ?? "",
    commitId: text(call, "commit_id"),
    by: self(call),
  });
  return ok(reviewShape(call.world, { repo: call.repo, issue }, made));
}

function needReview(call: Call, issue: PullIssue): Review {
  const found = issue.pull.reviews.find((r) => r.id === Number(param(call, "review_id")));
  if (!found) throw notFound();
  return found;
}

function updateReview(call: Call): Answer {
  const issue = needPull(call);
  const review = needReview(call, issue);
  if (review.user.id !== self(call).id) throw new GitHubFailure(403, "Only the author may edit a review");
  editReview(call.world, call.repo, { issue, review, body: needText(call, "body"), by: self(call) });
  return ok(reviewShape(call.world, { repo: call.repo, issue }, review));
}

function dismiss(call: Call): Answer {
  const issue = needPull(call);
  const review = needReview(call, issue);
  needText(call, "message");
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw invalid("Can not dismiss a review that is not approved or requesting changes");
  }
  dismissReview(call.world, call.repo, { issue, review, by: self(call) });
  return ok(reviewShape(call.world, { repo: call.repo, issue }, review));
}

async function request(call: Call): Promise<Answer> {
  const issue = needPull(call);
  const wanted = { reviewers: texts(call, "reviewers"), teams: texts(call, "team_reviewers") };
  await requestReview(call.world, call.repo, { issue, ...wanted, by: self(call) });
  return created(pullSimple(call.world, call.repo, issue));
}

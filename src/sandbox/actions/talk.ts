import { invalid } from "../fail.js";
import { comment as commentShape, issueShape, pullSimple, review as reviewShape } from "../shape/pull.js";
import {
  takeId,
  type Account,
  type Comment,
  type Issue,
  type PullIssue,
  type Repo,
  type Review,
  type World,
} from "../state.js";
import { emit } from "../webhooks/emit.js";

/** GitHub's own limit for a comment, characters. */
const bodyCharsMax = 65_536;

export function addComment(
  world: World,
  repo: Repo,
  of: { issue: Issue; body: string; by: Account; appId: number | null },
): Comment {
  refuseBody(of.body);
  const at = world.now();
  const comment: Comment = {
    id: takeId(world),
    issue: of.issue.number,
    user: of.by,
    appId: of.appId,
    body: of.body,
    createdAt: at,
    updatedAt: at,
  };
  repo.comments.set(comment.id, comment);
  of.issue.updatedAt = at;
  emitComment(world, repo, { comment, action: "created", by: of.by });
  return comment;
}

export function editComment(world: World, repo: Repo, of: { comment: Comment; body: string; by: Account }): void {
  refuseBody(of.body);
  const before = of.comment.body;
  of.comment.body = of.body;
  of.comment.updatedAt = world.now();
  emitComment(world, repo, { ...of, action: "edited", changes: { body: { from: before } } });
}

export function deleteComment(world: World, repo: Repo, of: { comment: Comment; by: Account }): void {
  repo.comments.delete(of.comment.id);
  emitComment(world, repo, { ...of, action: "deleted" });
}

function refuseBody(body: string): void {
  if (body === "")
    throw invalid("Validation Failed", [{ resource: "IssueComment", field: "body", code: "missing_field" }]);
  if (body.length > bodyCharsMax) {
    const message = `body is too long (maximum is ${bodyCharsMax} characters)`;
    throw invalid("Validation Failed", [{ resource: "IssueComment", field: "body", code: "custom", message }]);
  }
}

function emitComment(
  world: World,
  repo: Repo,
  of: { comment: Comment; action: string; by: Account; changes?: unknown },
): void {
  const issue = repo.issues.get(of.comment.issue);
  if (!issue) return;
  emit(world, repo, {
    event: "issue_comment",
    action: of.action,
    sender: of.by,
    body: {
      ...(of.changes === undefined ? {} : { changes: of.changes }),
      issue: issueShape(world, repo, issue),
      comment: commentShape(world, repo, of.comment),
    },
  });
}

export interface NewReview {
  readonly issue: PullIssue;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";
  readonly body: string;
  /** The commit that was looked at; null: the head as it is now. */
  readonly commitId: string | null;
  readonly by: Account;
}

/** @throws GitHubFailure 422 when the author judges their own pull request. */
export function addReview(world: World, repo: Repo, wanted: NewReview): Review {
  const { issue, state } = wanted;
  if (issue.user.id === wanted.by.id && state !== "COMMENTED") {
    const act = state === "APPROVED" ? "approve" : "request changes on";
    throw invalid("Unprocessable Entity", [`Can not ${act} your own pull request`]);
  }
  if (state !== "APPROVED" && wanted.body === "") {
    throw invalid("Unprocessable Entity", ["Pull request review body is required"]);
  }
  const review: Review = {
    id: takeId(world),
    user: wanted.by,
    state,
    body: wanted.body,
    commitId: wanted.commitId ?? issue.pull.headSha,
    submittedAt: world.now(),
  };
  issue.pull.reviews.push(review);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((r) => r !== wanted.by.login);
  issue.updatedAt = world.now();
  emitReview(world, repo, { issue, review, action: "submitted", by: wanted.by });
  return review;
}

export function dismissReview(world: World, repo: Repo, of: { issue: PullIssue; review: Review; by: Account }): void {
  of.review.state = "DISMISSED";
  emitReview(world, repo, { ...of, action: "dismissed" });
}

export function editReview(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; review: Review; body: string; by: Account },
): void {
  const before = of.review.body;
  of.review.body = of.body;
  emitReview(world, repo, { ...of, action: "edited", changes: { body: { from: before } } });
}

function emitReview(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; review: Review; action: string; by: Account; changes?: unknown },
): void {
  const shape = reviewShape(world, { repo, issue: of.issue }, of.review);
  emit(world, repo, {
    event: "pull_request_review",
    action: of.action,
    sender: of.by,
    body: {
      ...(of.changes === undefined ? {} : { changes: of.changes }),
      // Webhooks write the state in lower case, the REST API in capitals.
      review: { ...shape, state: of.review.state.toLowerCase() },
      pull_request: pullSimple(world, repo, of.issue),
    },
  });
}

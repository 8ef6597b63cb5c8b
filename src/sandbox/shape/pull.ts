import type { Comment, PullIssue, Issue, LabelChange, Repo, Review, World } from "../state.js";
import { fullName } from "../state.js";
import { app, iso, isoOrNull, label, nodeId, repoApi, repository, user, type Json } from "./common.js";
import { association } from "./association.js";

/** What only a single pull request's answer tells. */
export interface PullDetail {
  readonly mergeable: boolean | null;
  readonly mergeableState: string;
  readonly testMerge: string | null;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** A pull request as lists show it. */
export function pullSimple(world: World, repo: Repo, issue: PullIssue): Json {
  const { pull } = issue;
  const api = `${repoApi(world, repo)}/pulls/${issue.number}`;
  const issueApi = `${repoApi(world, repo)}/issues/${issue.number}`;
  const html = `${world.url}/${fullName(repo)}/pull/${issue.number}`;
  const links = {
    self: api,
    html,
    issue: issueApi,
    comments: `${issueApi}/comments`,
    review_comments: `${api}/comments`,
    review_comment: `${repoApi(world, repo)}/pulls/comments{/number}`,
    commits: `${api}/commits`,
    statuses: `${repoApi(world, repo)}/statuses/${pull.headSha}`,
  };
  return {
    url: api,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: links.issue,
    number: issue.number,
    state: issue.state,
    locked: false,
    title: issue.title,
    user: user(world, issue.user),
    body: issue.body,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    merged_at: isoOrNull(pull.merged?.at ?? null),
    merge_commit_sha: pull.merged?.sha ?? pull.mergeability?.commit ?? null,
    assignee: issue.assignees[0] ? user(world, issue.assignees[0]) : null,
    assignees: issue.assignees.map((a) => user(world, a)),
    requested_reviewers: pull.requestedReviewers.flatMap((login) => {
      const reviewer = world.accounts.get(login.toLowerCase());
      return reviewer ? [user(world, reviewer)] : [];
    }),
    requested_teams: pull.requestedTeams.flatMap((slug) => teamOf(world, repo, slug)),
    labels: labelsOf(world, repo, issue),
    milestone: null,
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: side(world, { repo: pull.headRepo, ref: pull.headRef, sha: pull.headSha, owner: pull.headRepo ?? repo }),
    base: side(world, { repo, ref: pull.baseRef, sha: pull.baseSha, owner: repo }),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: association(repo, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** A pull request as its own answer and webhooks show it. */
export function pullFull(world: World, repo: Repo, issue: PullIssue, detail: PullDetail): Json {
  const { merged } = issue.pull;
  return {
    ...pullSimple(world, repo, issue),
    merge_commit_sha: merged?.sha ?? detail.testMerge,
    merged: merged !== null,
    mergeable: merged ? null : detail.mergeable,
    rebaseable: merged ? null : detail.mergeable,
    mergeable_state: merged ? "unknown" : detail.mergeableState,
    merged_by: merged ? user(world, merged.by) : null,
    comments: [...repo.comments.values()].filter((c) => c.issue === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: detail.commits,
    additions: detail.additions,
    deletions: detail.deletions,
    changed_files: detail.changedFiles,
  };
}

function side(world: World, of: { repo: Repo | null; owner: Repo; ref: string; sha: string }): Json {
  return {
    label: `${of.owner.owner.login}:${of.ref}`,
    ref: of.ref,
    sha: of.sha,
    user: user(world, of.owner.owner),
    repo: of.repo ? repository(world, of.repo) : null,
  };
}

export function labelsOf(world: World, repo: Repo, issue: Issue): Json[] {
  return issue.labels.flatMap((name) => {
    const found = repo.labels.get(name.toLowerCase());
    return found ? [label(world, repo, found)] : [];
  });
}

export function teamOf(world: World, repo: Repo, slug: string): Json[] {
  const team = world.teams.get(`${repo.owner.login}/${slug}`.toLowerCase());
  if (!team) return [];
  const api = `${world.url}/organizations/${repo.owner.id}/team/${team.id}`;
  return [
    {
      id: team.id,
      node_id: nodeId("T", team.id),
      name: team.slug,
      slug: team.slug,
      description: null,
      privacy: "closed",
      notification_setting: "notifications_enabled",
      type: "organization",
      organization_id: repo.owner.id,
      url: api,
      html_url: `${world.url}/orgs/${team.org}/teams/${team.slug}`,
      members_url: `${api}/members{/member}`,
      repositories_url: `${api}/repos`,
      permission: "push",
      parent: null,
    },
  ];
}

export function review(world: World, place: { repo: Repo; issue: Issue }, of: Review): Json {
  const { repo, issue } = place;
  const html = `${world.url}/${fullName(repo)}/pull/${issue.number}`;
  const pullApi = `${repoApi(world, repo)}/pulls/${issue.number}`;
  return {
    id: of.id,
    node_id: nodeId("PRR", of.id),
    user: user(world, of.user),
    body: of.body,
    state: of.state,
    html_url: `${html}#pullrequestreview-${of.id}`,
    pull_request_url: pullApi,
    author_association: association(repo, of.user),
    _links: { html: { href: `${html}#pullrequestreview-${of.id}` }, pull_request: { href: pullApi } },
    submitted_at: iso(of.submittedAt),
    updated_at: iso(of.submittedAt),
    commit_id: of.commitId,
  };
}

export function issueShape(world: World, repo: Repo, issue: Issue): Json {
  const api = `${repoApi(world, repo)}/issues/${issue.number}`;
  const html = `${world.url}/${fullName(repo)}/${issue.pull ? "pull" : "issues"}/${issue.number}`;
  const pullApi = `${repoApi(world, repo)}/pulls/${issue.number}`;
  return {
    url: api,
    repository_url: repoApi(world, repo),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId("I", issue.id),
    number: issue.number,
    title: issue.title,
    user: user(world, issue.user),
    labels: labelsOf(world, repo, issue),
    state: issue.state,
    locked: false,
    assignee: issue.assignees[0] ? user(world, issue.assignees[0]) : null,
    assignees: issue.assignees.map((a) => user(world, a)),
    milestone: null,
    comments: [...repo.comments.values()].filter((c) => c.issue === issue.number).length,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    author_association: association(repo, issue.user),
    active_lock_reason: null,
    body: issue.body,
    closed_by: issue.closedBy ? user(world, issue.closedBy) : null,
    reactions: reactions(api),
    timeline_url: `${api}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
    ...(issue.pull
      ? {
          draft: issue.pull.draft,
          pull_request: {
            url: pullApi,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: isoOrNull(issue.pull.merged?.at ?? null),
          },
        }
      : {}),
  };
}

export function comment(world: World, repo: Repo, of: Comment): Json {
  const api = `${repoApi(world, repo)}/issues/comments/${of.id}`;
  const by = of.appId === null ? undefined : world.apps.get(of.appId);
  const kind = repo.issues.get(of.issue)?.pull ? "pull" : "issues";
  return {
    url: api,
    html_url: `${world.url}/${fullName(repo)}/${kind}/${of.issue}#issuecomment-${of.id}`,
    issue_url: `${repoApi(world, repo)}/issues/${of.issue}`,
    id: of.id,
    node_id: nodeId("IC", of.id),
    user: user(world, of.user),
    created_at: iso(of.createdAt),
    updated_at: iso(of.updatedAt),
    author_association: association(repo, of.user),
    body: of.body,
    reactions: reactions(api),
    performed_via_github_app: by ? app(world, by) : null,
  };
}

function reactions(api: string): Json {
  const kinds = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];
  return { url: `${api}/reactions`, total_count: 0, ...Object.fromEntries(kinds.map((k) => [k, 0])) };
}

export function labelChange(world: World, repo: Repo, { id, event, label, by, at }: LabelChange): Json {
  return {
    id,
    node_id: nodeId("LE", id),
    url: `${repoApi(world, repo)}/issues/events/${id}`,
    actor: user(world, by),
    event,
    commit_id: null,
    commit_url: null,
    created_at: iso(at),
    label: { name: label, color: repo.labels.get(label.toLowerCase())?.color ?? null },
    performed_via_github_app: null,
  };
}

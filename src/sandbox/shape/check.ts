import type { Annotation } from "../../core/model/effect.js";
import type { CheckRun, CheckSuite, CommitStatus, Deployment, DeploymentStatus, Repo, World } from "../state.js";
import { fullName, pullsOf } from "../state.js";
import { app, iso, isoOrNull, nodeId, repoApi, repository, user, type Json } from "./common.js";

export function checkRun(world: World, repo: Repo, run: CheckRun): Json {
  const api = repoApi(world, repo);
  const by = world.apps.get(run.appId);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url: `${api}/check-runs/${run.id}`,
    html_url: `${world.url}/${fullName(repo)}/runs/${run.id}`,
    // GitHub puts the address of the app there when nothing else was said.
    details_url: run.detailsUrl ?? world.url,
    status: run.status,
    conclusion: run.conclusion,
    started_at: iso(run.startedAt),
    completed_at: isoOrNull(run.completedAt),
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${api}/check-runs/${run.id}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: by ? app(world, by) : null,
    pull_requests: pullsWithHead(world, repo, run.headSha),
  };
}

export function annotation(world: World, { repo, run }: { repo: Repo; run: CheckRun }, of: Annotation): Json {
  return {
    path: of.path,
    start_line: of.line,
    end_line: of.line,
    start_column: null,
    end_column: null,
    annotation_level: of.level,
    title: of.title,
    message: of.message,
    raw_details: null,
    blob_href: `${world.url}/${fullName(repo)}/blob/${run.headSha}/${of.path}`,
  };
}

export function checkSuite(world: World, repo: Repo, suite: CheckSuite): Json {
  const api = `${repoApi(world, repo)}/check-suites/${suite.id}`;
  const runs = [...repo.checkRuns.values()].filter((r) => r.suiteId === suite.id);
  const by = world.apps.get(suite.appId);
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(runs),
    url: api,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsWithHead(world, repo, suite.headSha),
    app: by ? app(world, by) : null,
    created_at: iso(suite.createdAt),
    updated_at: iso(suite.updatedAt),
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runs.length,
    check_runs_url: `${api}/check-runs`,
    head_commit: headCommit(suite),
  };
}

function headCommit(suite: CheckSuite): Json {
  const { headCommit: of } = suite;
  return {
    id: of.sha,
    tree_id: of.tree,
    message: of.message,
    timestamp: iso(of.committer.at),
    author: { name: of.author.name, email: of.author.email },
    committer: { name: of.committer.name, email: of.committer.email },
  };
}

/** GitHub's order when a suite's runs differ: the worst conclusion speaks. */
const worstFirst = [
  "action_required",
  "timed_out",
  "failure",
  "startup_failure",
  "stale",
  "cancelled",
  "success",
  "neutral",
  "skipped",
];

export function suiteState(runs: readonly CheckRun[]): { status: string; conclusion: string | null } {
  if (runs.length === 0) return { status: "queued", conclusion: null };
  const latest = new Map(runs.map((r) => [r.name, r]));
  const open = [...latest.values()].filter((r) => r.status !== "completed");
  if (open.length > 0) {
    return { status: open.every((r) => r.status === "queued") ? "queued" : "in_progress", conclusion: null };
  }
  const said = new Set([...latest.values()].map((r) => r.conclusion));
  return { status: "completed", conclusion: worstFirst.find((c) => said.has(c)) ?? "neutral" };
}

function pullsWithHead(world: World, repo: Repo, sha: string): Json[] {
  const small = (of: Repo) => ({ id: of.id, url: repoApi(world, of), name: of.name });
  return pullsOf(repo)
    .filter((p) => p.state === "open" && p.pull.headSha === sha && p.pull.headRepo === repo)
    .map((p) => ({
      url: `${repoApi(world, repo)}/pulls/${p.number}`,
      id: p.pull.id,
      number: p.number,
      head: { ref: p.pull.headRef, sha: p.pull.headSha, repo: small(repo) },
      base: { ref: p.pull.baseRef, sha: p.pull.baseSha, repo: small(repo) },
    }));
}

export function status(world: World, repo: Repo, of: CommitStatus): Json {
  return { ...statusSimple(world, repo, of), creator: user(world, of.creator) };
}

function statusSimple(world: World, repo: Repo, of: CommitStatus): Json {
  return {
    url: `${repoApi(world, repo)}/statuses/${of.sha}`,
    avatar_url: `${world.url}/avatars/${of.creator.id}`,
    id: of.id,
    node_id: nodeId("SC", of.id),
    state: of.state,
    description: of.description,
    target_url: of.targetUrl,
    context: of.context,
    created_at: iso(of.createdAt),
    updated_at: iso(of.createdAt),
  };
}

export function combinedStatus(world: World, repo: Repo, sha: string): Json {
  const latest = latestStatuses(repo, sha);
  return {
    state: combine(latest),
    statuses: latest.map((s) => statusSimple(world, repo, s)),
    sha,
    total_count: latest.length,
    repository: repository(world, repo),
    commit_url: `${repoApi(world, repo)}/commits/${sha}`,
    url: `${repoApi(world, repo)}/commits/${sha}/status`,
  };
}

export function latestStatuses(repo: Repo, sha: string): CommitStatus[] {
  const byContext = new Map<string, CommitStatus>();
  for (const s of repo.statuses) if (s.sha === sha) byContext.set(s.context, s);
  return [...byContext.values()];
}

function combine(statuses: readonly CommitStatus[]): string {
  if (statuses.some((s) => s.state === "failure" || s.state === "error")) return "failure";
  if (statuses.length === 0 || statuses.some((s) => s.state === "pending")) return "pending";
  return "success";
}

export function deployment(world: World, repo: Repo, of: Deployment): Json {
  const api = `${repoApi(world, repo)}/deployments/${of.id}`;
  return {
    url: api,
    id: of.id,
    node_id: nodeId("DE", of.id),
    sha: of.sha,
    ref: of.ref,
    task: of.task,
    payload: of.payload ?? {},
    original_environment: of.environment,
    environment: of.environment,
    description: of.description,
    creator: user(world, of.creator),
    created_at: iso(of.createdAt),
    updated_at: iso(of.statuses.at(-1)?.createdAt ?? of.createdAt),
    statuses_url: `${api}/statuses`,
    repository_url: repoApi(world, repo),
    transient_environment: false,
    production_environment: of.environment === "production",
    performed_via_github_app: null,
  };
}

export function deploymentStatus(
  world: World,
  place: { repo: Repo; deployment: Deployment },
  of: DeploymentStatus,
): Json {
  const api = `${repoApi(world, place.repo)}/deployments/${place.deployment.id}`;
  return {
    url: `${api}/statuses/${of.id}`,
    id: of.id,
    node_id: nodeId("DES", of.id),
    state: of.state,
    creator: user(world, of.creator),
    description: of.description ?? "",
    environment: place.deployment.environment,
    target_url: of.logUrl,
    created_at: iso(of.createdAt),
    updated_at: iso(of.createdAt),
    deployment_url: api,
    repository_url: repoApi(world, place.repo),
    environment_url: of.environmentUrl,
    log_url: of.logUrl,
    performed_via_github_app: null,
  };
}

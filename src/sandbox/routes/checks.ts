import type { Annotation } from "../../core/model/effect.js";
import { addCheckRun, addStatus, rerequest, updateCheckRun, type CheckFields } from "../actions/checks.js";
import { commitOf, commitOfBranchOrName } from "../git/git.js";
import { forbidden, invalid, notFound } from "../fail.js";
import {
  anyone,
  choice,
  created,
  needText,
  ok,
  page,
  param,
  text,
  writer,
  type Answer,
  type Call,
  type Route,
} from "../http/route.js";
import {
  annotation as annotationShape,
  checkRun as runShape,
  checkSuite as suiteShape,
  combinedStatus,
  deployment as deploymentShape,
  deploymentStatus,
  status as statusShape,
} from "../shape/check.js";
import { repository } from "../shape/common.js";
import { takeId, type App, type CheckRun, type Deployment } from "../state.js";
import { emit } from "../webhooks/emit.js";
import { self } from "./pulls.js";

const read = anyone(["checks", "read"]);
const write = writer(["checks", "write"]);
const base = "/repos/{owner}/{repo}";

export const checkRoutes: readonly Route[] = [
  { method: "POST", path: `${base}/check-runs`, needs: write, run: createRun },
  { method: "GET", path: `${base}/check-runs/{check_run_id}`, needs: read, run: getRun },
  { method: "PATCH", path: `${base}/check-runs/{check_run_id}`, needs: write, run: updateRun },
  { method: "POST", path: `${base}/check-runs/{check_run_id}/rerequest`, needs: write, run: rerequestRun },
  { method: "GET", path: `${base}/check-runs/{check_run_id}/annotations`, needs: read, run: listAnnotations },
  { method: "GET", path: `${base}/commits/{ref}/check-runs`, needs: read, run: listRuns },
  { method: "GET", path: `${base}/commits/{ref}/check-suites`, needs: read, run: listSuites },
  { method: "POST", path: `${base}/statuses/{sha}`, needs: writer(["statuses", "write"]), run: createStatus },
  { method: "GET", path: `${base}/commits/{ref}/status`, needs: anyone(["statuses", "read"]), run: combined },
  { method: "GET", path: `${base}/deployments`, needs: anyone(["deployments", "read"]), run: listDeployments },
  { method: "POST", path: `${base}/deployments`, needs: writer(["deployments", "write"]), run: createDeployment },
  {
    method: "GET",
    path: `${base}/deployments/{deployment_id}/statuses`,
    needs: anyone(["deployments", "read"]),
    run: listDeploymentStatuses,
  },
  {
    method: "POST",
    path: `${base}/deployments/{deployment_id}/statuses`,
    needs: writer(["deployments", "write"]),
    run: createDeploymentStatus,
  },
];

/** Only apps may write check runs. */
function needAppCaller(call: Call): App {
  if (call.caller.kind === "installation") return call.caller.app;
  throw forbidden("You must authenticate via a GitHub App.");
}

const statuses = ["queued", "in_progress", "completed", "waiting", "requested", "pending"] as const;
const conclusions = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
] as const;

function fields(call: Call): CheckFields {
  const status = choice(call, "status", statuses);
  const conclusion = choice(call, "conclusion", conclusions);
  if (status === "completed" && conclusion === null) {
    throw invalid('Invalid request.\n\nNo subschema in "anyOf" matched.\n"conclusion" wasn\'t supplied.');
  }
  const started = text(call, "started_at");
  const completed = text(call, "completed_at");
  const details = text(call, "details_url");
  const external = text(call, "external_id");
  const output = outputOf(call);
  return {
    ...(status === null ? {} : { status }),
    ...(conclusion === null ? {} : { conclusion }),
    ...(started === null ? {} : { startedAt: Date.parse(started) }),
    ...(completed === null ? {} : { completedAt: Date.parse(completed) }),
    ...(details === null ? {} : { detailsUrl: details }),
    ...(external === null ? {} : { externalId: external }),
    ...(output === null ? {} : { output }),
    ...(Array.isArray(call.body["actions"]) ? { actions: call.body["actions"] } : {}),
  };
}

const levels = ["notice", "warning", "failure"] as const;

/** GitHub's limits for the texts of an output, characters. */
const outputCharsMax = 65_535;

function outputOf(call: Call): CheckRun["output"] | null {
  const output = call.body["output"];
  if (typeof output !== "object" || output === null) return null;
  const { title, summary, text: long, annotations } = output as Record<string, unknown>;
  if (typeof summary !== "string") throw invalid(`Invalid request.\n\n"summary" wasn't supplied.`);
  if (summary.length > outputCharsMax)
    throw invalid(
      `Invalid request.\n\nOnly ${outputCharsMax} characters are allowed; ${summary.length} were supplied.`,
    );
  return {
    title: typeof title === "string" ? title : null,
    summary,
    text: typeof long === "string" ? long : null,
    annotations: Array.isArray(annotations) ? annotations.map(annotationOf) : [],
  };
}

function annotationOf(given: unknown): Annotation {
  const { path, start_line, annotation_level, title, message } = given as Record<string, unknown>;
  const level = levels.find((l) => l === annotation_level);
  if (typeof path !== "string" || typeof start_line !== "number" || !level || typeof message !== "string")
    throw invalid("Invalid request.\n\nInvalid annotation.");
  return { path, line: start_line, level, title: typeof title === "string" ? title : "", message };
}

async function createRun(call: Call): Promise<Answer> {
  const app = needAppCaller(call);
  const headSha = needText(call, "head_sha");
  const name = needText(call, "name");
  if ((await commitOf(call.repo.dir, headSha)) !== headSha) throw invalid(`No commit found for SHA: ${headSha}`);
  const run = await addCheckRun(call.world, call.repo, { app, name, headSha, fields: fields(call) });
  return created(runShape(call.world, call.repo, run));
}

function needRun(call: Call): CheckRun {
  const found = call.repo.checkRuns.get(Number(param(call, "check_run_id")));
  if (!found) throw notFound();
  return found;
}

function getRun(call: Call): Answer {
  return ok(runShape(call.world, call.repo, needRun(call)));
}

function listAnnotations(call: Call): Answer {
  const run = needRun(call);
  return page(call, run.output.annotations, { shape: (a) => annotationShape(call.world, { repo: call.repo, run }, a) });
}

function updateRun(call: Call): Answer {
  const app = needAppCaller(call);
  const run = needRun(call);
  if (run.appId !== app.id)
    throw forbidden(
      "Invalid app_id `" + String(app.id) + "` - check run can only be modified by the GitHub App that created it.",
    );
  const name = text(call, "name");
  const changed = { ...fields(call), ...(name === null ? {} : { name }) };
  updateCheckRun(call.world, call.repo, { run, fields: changed, by: app.bot });
  return ok(runShape(call.world, call.repo, run));
}

function rerequestRun(call: Call): Answer {
  rerequest(call.world, call.repo, { run: needRun(call), by: self(call) });
  return created({});
}

async function needSha(call: Call): Promise<string> {
  const ref = param(call, "ref");
  const sha = await commitOfBranchOrName(call.repo.dir, ref);
  if (sha === null) throw invalid(`No commit found for SHA: ${ref}`);
  return sha;
}

async function listRuns(call: Call): Promise<Answer> {
  const sha = await needSha(call);
  const { query } = call;
  const name = query.get("check_name");
  const status = query.get("status");
  const appId = query.get("app_id");
  let runs = [...call.repo.checkRuns.values()]
    .filter((r) => r.headSha === sha)
    .filter((r) => name === null || r.name === name)
    .filter((r) => status === null || r.status === status)
    .filter((r) => appId === null || r.appId === Number(appId));
  // `latest`, GitHub's default: of each suite and name, the newest run only.
  if (query.get("filter") !== "all") runs = [...new Map(runs.map((r) => [`${r.suiteId} ${r.name}`, r])).values()];
  return page(call, runs.reverse(), {
    shape: (r) => runShape(call.world, call.repo, r),
    wrap: (list, total) => ({ total_count: total, check_runs: list }),
  });
}

async function listSuites(call: Call): Promise<Answer> {
  const sha = await needSha(call);
  const suites = [...call.repo.suites.values()].filter((s) => s.headSha === sha);
  return page(call, suites, {
    shape: (s) => ({ ...suiteShape(call.world, call.repo, s), repository: repository(call.world, call.repo) }),
    wrap: (list, total) => ({ total_count: total, check_suites: list }),
  });
}

async function createStatus(call: Call): Promise<Answer> {
  const sha = param(call, "sha");
  if ((await commitOf(call.repo.dir, sha)) !== sha) throw invalid(`No commit found for SHA: ${sha}`);
  const state = choice(call, "state", ["error", "failure", "pending", "success"]);
  if (state === null) throw invalid(`Invalid request.\n\n"state" wasn't supplied.`);
  const made = await addStatus(call.world, call.repo, {
    sha,
    state,
    context: text(call, "context") ?? "default",
    description: text(call, "description"),
    targetUrl: text(call, "target_url"),
    creator: self(call),
  });
  return created(statusShape(call.world, call.repo, made));
}

async function combined(call: Call): Promise<Answer> {
  return ok(combinedStatus(call.world, call.repo, await needSha(call)));
}

function listDeployments(call: Call): Answer {
  const { query } = call;
  const its = [...call.repo.deployments.values()]
    .filter((d) => query.get("sha") === null || d.sha === query.get("sha"))
    .filter((d) => query.get("environment") === null || d.environment === query.get("environment"))
    .reverse();
  return page(call, its, { shape: (d) => deploymentShape(call.world, call.repo, d) });
}

async function createDeployment(call: Call): Promise<Answer> {
  const ref = needText(call, "ref");
  const sha = await commitOfBranchOrName(call.repo.dir, ref);
  if (sha === null) throw invalid(`No ref found for: ${ref}`);
  const deployment: Deployment = {
    id: takeId(call.world),
    sha,
    ref,
    task: text(call, "task") ?? "deploy",
    environment: text(call, "environment") ?? "production",
    description: text(call, "description"),
    payload: call.body["payload"] ?? {},
    creator: self(call),
    createdAt: call.world.now(),
    statuses: [],
  };
  call.repo.deployments.set(deployment.id, deployment);
  const shape = deploymentShape(call.world, call.repo, deployment);
  emit(call.world, call.repo, {
    event: "deployment",
    action: "created",
    sender: deployment.creator,
    body: { deployment: shape, workflow: null, workflow_run: null },
  });
  return created(shape);
}

function needDeployment(call: Call): Deployment {
  const found = call.repo.deployments.get(Number(param(call, "deployment_id")));
  if (!found) throw notFound();
  return found;
}

function listDeploymentStatuses(call: Call): Answer {
  const deployment = needDeployment(call);
  const place = { repo: call.repo, deployment };
  return page(call, [...deployment.statuses].reverse(), { shape: (s) => deploymentStatus(call.world, place, s) });
}

const deploymentStates = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"] as const;

function createDeploymentStatus(call: Call): Answer {
  const { world, repo } = call;
  const deployment = needDeployment(call);
  const state = choice(call, "state", deploymentStates);
  if (state === null) throw invalid(`Invalid request.\n\n"state" wasn't supplied.`);
  const made = {
    id: takeId(world),
    state,
    description: text(call, "description"),
    logUrl: text(call, "log_url") ?? "",
    environmentUrl: text(call, "environment_url") ?? "",
    creator: self(call),
    createdAt: world.now(),
  };
  deployment.statuses.push(made);
  const place = { repo, deployment };
  const shape = deploymentStatus(world, place, made);
  emit(world, repo, {
    event: "deployment_status",
    action: "created",
    sender: made.creator,
    body: {
      deployment_status: shape,
      deployment: deploymentShape(world, repo, deployment),
      check_run: null,
      workflow: null,
      workflow_run: null,
    },
  });
  return created(shape);
}

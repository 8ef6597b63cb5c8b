import { refs } from "../git/git.js";
import { checkRun as runShape, checkSuite as suiteShape, status as statusShape, suiteState } from "../shape/check.js";
import { commit as commitShape } from "../shape/commit.js";
import { readCommit } from "../git/commit.js";
import {
  takeId,
  type Account,
  type App,
  type CheckRun,
  type CheckSuite,
  type CommitStatus,
  type Repo,
  type World,
} from "../state.js";
import { invalid } from "../fail.js";
import { emit } from "../webhooks/emit.js";

export interface CheckFields {
  readonly status?: CheckRun["status"];
  readonly conclusion?: string | null;
  readonly startedAt?: number;
  readonly completedAt?: number | null;
  readonly detailsUrl?: string | null;
  readonly externalId?: string;
  readonly output?: CheckRun["output"];
  readonly actions?: unknown[];
  readonly name?: string;
}

/** A check run on a commit; its app's suite for that commit is made with the first. */
export async function addCheckRun(
  world: World,
  repo: Repo,
  of: { app: App; name: string; headSha: string; fields: CheckFields; before?: string | null },
): Promise<CheckRun> {
  const suite = await ensureSuite(world, repo, { app: of.app, headSha: of.headSha });
  const done = of.fields.conclusion !== undefined && of.fields.conclusion !== null;
  const run: CheckRun = {
    id: takeId(world),
    suiteId: suite.id,
    appId: of.app.id,
    headSha: of.headSha,
    name: of.name,
    externalId: "",
    status: done ? "completed" : "queued",
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    detailsUrl: null,
    output: { title: null, summary: null, text: null, annotations: [] },
    actions: [],
  };
  apply(world, run, of.fields);
  repo.checkRuns.set(run.id, run);
  emitRun(world, repo, { run, suite, action: "created", by: of.app.bot });
  if (run.status === "completed") completed(world, repo, { run, suite, by: of.app.bot });
  return run;
}

export function updateCheckRun(
  world: World,
  repo: Repo,
  of: { run: CheckRun; fields: CheckFields; by: Account },
): void {
  const { run } = of;
  const was = run.status;
  apply(world, run, of.fields);
  const suite = repo.suites.get(run.suiteId);
  if (!suite) return;
  suite.updatedAt = world.now();
  if (was !== "completed" && run.status === "completed") completed(world, repo, { run, suite, by: of.by });
}

/** A conclusion completes a run; completing without a time means now. */
function apply(world: World, run: CheckRun, fields: CheckFields): void {
  if (fields.name !== undefined) run.name = fields.name;
  if (fields.status !== undefined) run.status = fields.status;
  if (fields.startedAt !== undefined) run.startedAt = fields.startedAt;
  if (fields.detailsUrl !== undefined) run.detailsUrl = fields.detailsUrl;
  if (fields.externalId !== undefined) run.externalId = fields.externalId;
  if (fields.output !== undefined) run.output = fields.output;
  if (fields.actions !== undefined) run.actions = fields.actions;
  if (fields.conclusion !== undefined && fields.conclusion !== null) {
    run.conclusion = fields.conclusion;
    run.status = "completed";
  }
  if (run.status === "completed") run.completedAt = fields.completedAt ?? run.completedAt ?? world.now();
  else {
    run.conclusion = null;
    run.completedAt = null;
  }
}

function completed(world: World, repo: Repo, of: { run: CheckRun; suite: CheckSuite; by: Account }): void {
  emitRun(world, repo, { ...of, action: "completed" });
  const runs = [...repo.checkRuns.values()].filter((r) => r.suiteId === of.suite.id);
  if (suiteState(runs).status !== "completed") return;
  emitSuite(world, repo, { suite: of.suite, action: "completed", by: of.by });
}

/** Asks a check's app to run it again: only that app is told, and the sandbox's own CI. */
export function rerequest(world: World, repo: Repo, of: { run: CheckRun; by: Account }): void {
  const suite = repo.suites.get(of.run.suiteId);
  if (!suite) return;
  emitRun(world, repo, { run: of.run, suite, action: "rerequested", by: of.by, onlyApp: of.run.appId });
  world.listeners.rerequested(repo, of.run);
}

async function ensureSuite(world: World, repo: Repo, of: { app: App; headSha: string }): Promise<CheckSuite> {
  const found = [...repo.suites.values()].find((s) => s.appId === of.app.id && s.headSha === of.headSha);
  if (found) return found;
  const branches = await refs(repo.dir, "refs/heads/");
  const headCommit = await readCommit(repo.dir, of.headSha);
  if (headCommit === null) throw invalid(`No commit found for SHA: ${of.headSha}`);
  const [branch] = [...branches].find(([, sha]) => sha === of.headSha) ?? [null];
  const suite: CheckSuite = {
    id: takeId(world),
    appId: of.app.id,
    headSha: of.headSha,
    headCommit,
    headBranch: branch?.replace(/^refs\/heads\//, "") ?? null,
    before: null,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  // Another request may have made it while the branches were read.
  const raced = [...repo.suites.values()].find((s) => s.appId === of.app.id && s.headSha === of.headSha);
  if (raced) return raced;
  repo.suites.set(suite.id, suite);
  return suite;
}

function emitRun(
  world: World,
  repo: Repo,
  of: { run: CheckRun; suite: CheckSuite; action: string; by: Account; onlyApp?: number },
): void {
  emit(world, repo, {
    event: "check_run",
    action: of.action,
    sender: of.by,
    body: { check_run: { ...runShape(world, repo, of.run), check_suite: suiteShape(world, repo, of.suite) } },
    ...(of.onlyApp === undefined ? {} : { onlyApp: of.onlyApp }),
  });
}

function emitSuite(
  world: World,
  repo: Repo,
  of: { suite: CheckSuite; action: string; by: Account; onlyApp?: number },
): void {
  emit(world, repo, {
    event: "check_suite",
    action: of.action,
    sender: of.by,
    body: { check_suite: suiteShape(world, repo, of.suite) },
    ...(of.onlyApp === undefined ? {} : { onlyApp: of.onlyApp }),
  });
}

/** GitHub opens a suite for every app that may write checks when a branch moves, and asks that app to fill it. */
export async function requestSuites(world: World, repo: Repo, of: { headSha: string; by: Account }): Promise<void> {
  for (const { appId, permissions, account } of world.installations.values()) {
    const app = world.apps.get(appId);
    if (!app || account.id !== repo.owner.id || permissions["checks"] !== "write") continue;
    const suite = await ensureSuite(world, repo, { app, headSha: of.headSha });
    if (app.events.includes("check_suite")) {
      emitSuite(world, repo, { suite, action: "requested", by: of.by, onlyApp: appId });
    }
  }
}

export async function addStatus(
  world: World,
  repo: Repo,
  of: Omit<CommitStatus, "id" | "createdAt">,
): Promise<CommitStatus> {
  const status: CommitStatus = { ...of, id: takeId(world), createdAt: world.now() };
  repo.statuses.push(status);
  const [commit, branches] = await Promise.all([readCommit(repo.dir, of.sha), refs(repo.dir, "refs/heads/")]);
  const shape = statusShape(world, repo, status);
  emit(world, repo, {
    event: "status",
    sender: of.creator,
    body: {
      id: status.id,
      sha: of.sha,
      name: `${repo.owner.login}/${repo.name}`,
      avatar_url: shape["avatar_url"],
      target_url: of.targetUrl,
      context: of.context,
      description: of.description,
      state: of.state,
      commit: commit ? commitShape(world, repo, commit) : null,
      branches: [...branches]
        .filter(([, sha]) => sha === of.sha)
        .map(([ref, sha]) => ({
          name: ref.replace(/^refs\/heads\//, ""),
          commit: { sha, url: `${world.url}/repos/${repo.owner.login}/${repo.name}/commits/${sha}` },
          protected: repo.rules.has(ref.replace(/^refs\/heads\//, "")),
        })),
      created_at: shape["created_at"],
      updated_at: shape["updated_at"],
    },
  });
  return status;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { routes } from "../../src/sandbox/http/dispatch.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.js";
import type { PullIssue, Repo } from "../../src/sandbox/state.js";
import { clientOf, jwt, num, str, type Answered, type Client, type Wanted } from "./client.js";
import { operations } from "./github.js";

/** Every operation of the sandbox, both sides held against GitHub's OpenAPI description. */
const repoPath = "/repos/{owner}/{repo}";
let dataDir: string;
let sandbox: Sandbox;
let repo: Repo;
let client: Client;
let app: string;
let token: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "contract-"));
  sandbox = await startSandbox({ dataDir, ci: { decide: () => "success" } });
  // Nobody listens there: deliveries fail and stay recorded.
  sandbox.connect("http://127.0.0.1:9/");
  repo = await sandbox.repository({
    owner: "acme",
    name: "shop",
    files: { "a.txt": "one\ntwo\n", "docs/guide.md": "Guide\n", "pic.png": "\0binary" },
    collaborators: { alice: "write", bob: "maintain", root: "admin" },
    rules: {
      release: { requiredChecks: [{ context: "ci/test", appId: null }], requiredApprovals: 1 },
    },
  });
  sandbox.team("acme", "owners", ["alice", "bob"]);
  client = clientOf(sandbox.url, { owner: "acme", repo: "shop", org: "acme" });
  app = jwt(sandbox.app);
  const installation = await asApp("GET /repos/{owner}/{repo}/installation");
  const made = await asApp("POST /app/installations/{installation_id}/access_tokens", {
    params: { installation_id: num(installation.body, "id") },
    body: { repositories: ["shop"] },
  });
  token = `token ${str(made.body, "token")}`;
});

afterAll(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function asApp(operation: string, wanted: Wanted = {}): Promise<Answered> {
  return await client.call(operation, { as: app, ...wanted });
}

async function asBot(operation: string, wanted: Wanted = {}): Promise<Answered> {
  return await client.call(operation, { as: token, ...wanted });
}

async function asPerson(login: string, operation: string, wanted: Wanted = {}): Promise<Answered> {
  return await client.call(operation, { as: `token ${login}`, ...wanted });
}

async function openPull(branch: string, extra: object = {}): Promise<PullIssue> {
  return await sandbox
    .person(repo, "alice")
    .opensPullRequest({ branch, title: branch, files: { [`${branch}.txt`]: "new\n" }, ...extra });
}

describe("the sandbox answers as GitHub describes", () => {
  test("apps and installations", async () => {
    await asApp("GET /app");
    const list = await asApp("GET /app/installations");
    await asApp("GET /app/installations/{installation_id}", {
      params: { installation_id: num(list.body, "0.id") },
    });
    const repositories = await asBot("GET /installation/repositories");
    expect(repositories.body).toMatchObject({ total_count: 1 });
    expect((await asBot("GET /app")).status).toBe(401);
    expect((await client.call(`GET ${repoPath}`, { as: "token ghs_nobody" })).status).toBe(401);
    expect((await client.call("GET /app", { as: jwt(sandbox.app, -60) })).status).toBe(401);
    await client.call("GET /rate_limit", { as: token });
    await asPerson("alice", "GET /user");
    await client.call("GET /users/{username}", { params: { username: "alice" } });
  });

  test("repository, contents, branches, rules, people", async () => {
    await asBot(`GET ${repoPath}`);
    const file = await asBot(`GET ${repoPath}/contents/{path}`, {
      params: { path: "docs/guide.md" },
      query: { ref: "main" },
    });
    expect(Buffer.from(str(file.body, "content"), "base64").toString()).toBe("Guide\n");
    const folder = await asBot(`GET ${repoPath}/contents/{path}`, { params: { path: "docs" } });
    expect(folder.body).toHaveLength(1);
    expect((await asBot(`GET ${repoPath}/contents/{path}`, { params: { path: "none" } })).status).toBe(404);
    await asBot(`GET ${repoPath}/branches`);
    await asBot(`GET ${repoPath}/branches/{branch}`, { params: { branch: "main" } });
    const rules = await asBot(`GET ${repoPath}/rules/branches/{branch}`, { params: { branch: "release" } });
    expect(rules.body).toMatchObject([{ type: "required_status_checks" }, { type: "pull_request" }, {}]);
    const ruleset = num((rules.body as readonly unknown[])[0], "ruleset_id");
    await asBot(`GET ${repoPath}/rulesets/{ruleset_id}`, { params: { ruleset_id: ruleset } });
    await asBot(`GET ${repoPath}/branches/{branch}/protection`, { params: { branch: "release" } });
    expect((await asBot(`GET ${repoPath}/branches/{branch}/protection`, { params: { branch: "main" } })).status).toBe(
      404,
    );
    const held = await asBot(`GET ${repoPath}/collaborators/{username}/permission`, { params: { username: "bob" } });
    expect(held.body).toMatchObject({ role_name: "maintain" });
    const collaborators = await asBot(`GET ${repoPath}/collaborators`);
    expect(collaborators.body).toMatchObject([{ login: "alice", role_name: "write" }, { login: "bob" }, {}]);
    const members = await asBot("GET /orgs/{org}/teams/{team_slug}/members", { params: { team_slug: "owners" } });
    expect(members.body).toHaveLength(2);
  });

  test("refs, commits, trees, merges", async () => {
    const main = await asBot(`GET ${repoPath}/git/ref/{ref}`, { params: { ref: "heads/main" } });
    const sha = str(main.body, "object.sha");
    const commit = await asBot(`GET ${repoPath}/git/commits/{commit_sha}`, { params: { commit_sha: sha } });
    const base_tree = str(commit.body, "tree.sha");
    const tree = await asBot(`POST ${repoPath}/git/trees`, {
      body: { base_tree, tree: [{ path: "made.txt", mode: "100644", type: "blob", content: "made\n" }] },
    });
    await asBot(`GET ${repoPath}/git/trees/{tree_sha}`, { params: { tree_sha: str(tree.body, "sha") } });
    const made = await asBot(`POST ${repoPath}/git/commits`, {
      body: { message: "Made", tree: str(tree.body, "sha"), parents: [sha] },
    });
    const to = str(made.body, "sha");
    await asBot(`POST ${repoPath}/git/refs`, { body: { ref: "refs/heads/side", sha } });
    expect((await asBot(`POST ${repoPath}/git/refs`, { body: { ref: "refs/heads/side", sha } })).status).toBe(422);
    await asBot(`PATCH ${repoPath}/git/refs/{ref}`, { params: { ref: "heads/side" }, body: { sha: to } });
    const back = await asBot(`PATCH ${repoPath}/git/refs/{ref}`, { params: { ref: "heads/side" }, body: { sha } });
    expect(back.body).toMatchObject({ message: "Update is not a fast forward" });
    await asBot(`GET ${repoPath}/git/matching-refs/{ref}`, { params: { ref: "heads/si" } });
    const compared = await asBot(`GET ${repoPath}/compare/{basehead}`, { params: { basehead: "main...side" } });
    expect(compared.body).toMatchObject({ status: "ahead", ahead_by: 1, files: [{ filename: "made.txt" }] });
    expect((await asBot(`POST ${repoPath}/merges`, { body: { base: "side", head: "main" } })).status).toBe(204);
    await sandbox.person(repo, "alice").pushes({ branch: "other", from: sha, files: { "o.txt": "o\n" } });
    expect((await asBot(`POST ${repoPath}/merges`, { body: { base: "main", head: "other" } })).status).toBe(201);
    await sandbox.person(repo, "alice").pushes({ branch: "clash", from: sha, files: { "o.txt": "other\n" } });
    expect((await asBot(`POST ${repoPath}/merges`, { body: { base: "main", head: "clash" } })).status).toBe(409);
    await asBot(`GET ${repoPath}/commits`, { query: { sha: "main", per_page: "2" } });
    await asBot(`GET ${repoPath}/commits/{ref}`, { params: { ref: "main" } });
    await asBot(`DELETE ${repoPath}/git/refs/{ref}`, { params: { ref: "heads/side" } });
  });

  test("pull requests from open to merged", async () => {
    await sandbox.person(repo, "alice").pushes({ branch: "feature", files: { "f.txt": "f\n" } });
    const opened = await asPerson("alice", `POST ${repoPath}/pulls`, {
      body: { title: "Feature", head: "feature", base: "main", body: "Why" },
    });
    const params = { pull_number: num(opened.body, "number") };
    await asBot(`GET ${repoPath}/pulls/{pull_number}`, { params });
    await asBot(`PATCH ${repoPath}/pulls/{pull_number}`, { params, body: { title: "The feature" } });
    await asBot(`GET ${repoPath}/pulls/{pull_number}/files`, { params });
    await asBot(`GET ${repoPath}/pulls/{pull_number}/commits`, { params });
    await asBot(`POST ${repoPath}/pulls/{pull_number}/requested_reviewers`, {
      params,
      body: { reviewers: ["bob"], team_reviewers: ["owners"] },
    });
    const own = await asPerson("alice", `POST ${repoPath}/pulls/{pull_number}/reviews`, {
      params,
      body: { event: "APPROVE" },
    });
    expect(own.status).toBe(422);
    const review = await asPerson("bob", `POST ${repoPath}/pulls/{pull_number}/reviews`, {
      params,
      body: { event: "APPROVE" },
    });
    const one = { ...params, review_id: num(review.body, "id") };
    await asPerson("bob", `PUT ${repoPath}/pulls/{pull_number}/reviews/{review_id}`, {
      params: one,
      body: { body: "Yes" },
    });
    await asPerson("bob", `PUT ${repoPath}/pulls/{pull_number}/reviews/{review_id}/dismissals`, {
      params: one,
      body: { message: "No" },
    });
    await asBot(`GET ${repoPath}/pulls/{pull_number}/reviews`, { params });
    const sha = str(opened.body, "head.sha");
    await asBot(`GET ${repoPath}/commits/{commit_sha}/pulls`, { params: { commit_sha: sha } });
    const stale = await asBot(`PUT ${repoPath}/pulls/{pull_number}/merge`, { params, body: { sha: "0".repeat(40) } });
    expect(stale.status).toBe(409);
    const merged = await asBot(`PUT ${repoPath}/pulls/{pull_number}/merge`, {
      params,
      body: { sha, merge_method: "squash" },
    });
    expect(merged.body).toMatchObject({ merged: true });
    const again = await asBot(`PUT ${repoPath}/pulls/{pull_number}/merge`, { params, body: {} });
    expect(again.status).toBe(405);
    expect((await asBot(`GET ${repoPath}/pulls/{pull_number}`, { params })).body).toMatchObject({ merged: true });
  });

  test("lists come in pages", async () => {
    for (const n of [1, 2, 3]) await openPull(`page-${n}`);
    const first = await asBot(`GET ${repoPath}/pulls`, { query: { state: "open", per_page: "2", sort: "created" } });
    expect(first.body).toHaveLength(2);
    expect(first.headers.get("link")).toMatch(/rel="next".*rel="last"/);
    const second = await asBot(`GET ${repoPath}/pulls`, { query: { state: "open", per_page: "2", page: "2" } });
    expect(second.headers.get("link")).toMatch(/rel="prev"/);
  });

  test("comments, labels, issues", async () => {
    const pull = await openPull("talk");
    const params = { issue_number: pull.number };
    const issue = await asBot(`POST ${repoPath}/issues`, {
      body: { title: "Proposal", body: "Text", labels: ["idea"] },
    });
    await asBot(`GET ${repoPath}/issues/{issue_number}`, { params: { issue_number: num(issue.body, "number") } });
    await asBot(`GET ${repoPath}/issues`, { query: { state: "open", per_page: "100" } });
    await asBot(`PATCH ${repoPath}/issues/{issue_number}`, {
      params: { issue_number: num(issue.body, "number") },
      body: { body: "Once more", state: "closed" },
    });
    const said = await asBot(`POST ${repoPath}/issues/{issue_number}/comments`, { params, body: { body: "Hello" } });
    const comment = { comment_id: num(said.body, "id") };
    await asBot(`GET ${repoPath}/issues/comments/{comment_id}`, { params: comment });
    await asBot(`PATCH ${repoPath}/issues/comments/{comment_id}`, { params: comment, body: { body: "Hello again" } });
    await asBot(`GET ${repoPath}/issues/{issue_number}/comments`, { params, query: { since: "2020-01-01T00:00:00Z" } });
    await asBot(`GET ${repoPath}/issues/comments`, { query: { since: "2020-01-01T00:00:00Z", sort: "updated" } });
    await asBot(`DELETE ${repoPath}/issues/comments/{comment_id}`, { params: comment });
    await asBot(`POST ${repoPath}/labels`, {
      body: { name: "risk: low", color: "00ff00", description: "Unlikely to harm" },
    });
    const twice = await asBot(`POST ${repoPath}/labels`, { body: { name: "Risk: Low" } });
    expect(twice.status).toBe(422);
    await asBot(`PATCH ${repoPath}/labels/{name}`, { params: { name: "risk: low" }, body: { color: "0000ff" } });
    await asBot(`GET ${repoPath}/labels/{name}`, { params: { name: "risk: low" } });
    await asBot(`GET ${repoPath}/labels`);
    await asBot(`POST ${repoPath}/issues/{issue_number}/labels`, { params, body: { labels: ["risk: low", "new"] } });
    await asBot(`PUT ${repoPath}/issues/{issue_number}/labels`, { params, body: { labels: ["new"] } });
    await asBot(`GET ${repoPath}/issues/{issue_number}/labels`, { params });
    await asBot(`GET ${repoPath}/issues/{issue_number}/events`, { params });
    await asBot(`DELETE ${repoPath}/issues/{issue_number}/labels/{name}`, { params: { ...params, name: "new" } });
    await asBot(`DELETE ${repoPath}/labels/{name}`, { params: { name: "risk: low" } });
  });

  test("checks, statuses, deployments", async () => {
    const { pull } = await openPull("checked");
    await sandbox.settled();
    const ref = { ref: pull.headSha };
    const made = await asBot(`POST ${repoPath}/check-runs`, {
      body: {
        ...{ name: "Drumline", head_sha: pull.headSha, status: "in_progress" },
        output: {
          ...{ title: "T", summary: "S" },
          annotations: [{ path: "a.txt", start_line: 1, end_line: 1, annotation_level: "warning", message: "Look" }],
        },
      },
    });
    const run = { check_run_id: num(made.body, "id") };
    await asBot(`GET ${repoPath}/check-runs/{check_run_id}`, { params: run });
    const noted = await asBot(`GET ${repoPath}/check-runs/{check_run_id}/annotations`, { params: run });
    expect(noted.body).toMatchObject([{ path: "a.txt", annotation_level: "warning", message: "Look" }]);
    await asBot(`PATCH ${repoPath}/check-runs/{check_run_id}`, {
      params: run,
      body: { status: "completed", conclusion: "success" },
    });
    await asBot(`POST ${repoPath}/check-runs/{check_run_id}/rerequest`, { params: run });
    const runs = await asBot(`GET ${repoPath}/commits/{ref}/check-runs`, { params: ref, query: { filter: "latest" } });
    expect(runs.body).toMatchObject({ total_count: 2 });
    await asBot(`GET ${repoPath}/commits/{ref}/check-suites`, { params: ref });
    const bad = { name: "x", head_sha: pull.headSha, conclusion: "splendid" };
    expect((await asBot(`POST ${repoPath}/check-runs`, { body: bad, invalid: "invalid" })).status).toBe(422);
    const status = {
      params: { sha: pull.headSha },
      body: { state: "success", context: "ext/ci", description: "fine" },
    };
    await asPerson("alice", `POST ${repoPath}/statuses/{sha}`, status);
    const combined = await asBot(`GET ${repoPath}/commits/{ref}/status`, { params: ref });
    expect(combined.body).toMatchObject({ state: "success" });
    const deployed = await asPerson("bob", `POST ${repoPath}/deployments`, {
      body: { ref: "main", environment: "staging" },
    });
    const deployment = { deployment_id: num(deployed.body, "id") };
    await asPerson("bob", `POST ${repoPath}/deployments/{deployment_id}/statuses`, {
      params: deployment,
      body: { state: "success" },
    });
    await asBot(`GET ${repoPath}/deployments`, { query: { environment: "staging" } });
    await asBot(`GET ${repoPath}/deployments/{deployment_id}/statuses`, { params: deployment });
  });

  test("webhook deliveries can be listed and sent again", async () => {
    await sandbox.settled();
    const list = await asApp("GET /app/hook/deliveries", { query: { per_page: "5" } });
    expect(list.headers.get("link")).toMatch(/cursor=\d+>; rel="next"/);
    const params = { delivery_id: num(list.body, "0.id") };
    await asApp("GET /app/hook/deliveries/{delivery_id}", { params });
    await asApp("POST /app/hook/deliveries/{delivery_id}/attempts", { params });
  });

  test("a permission that was not granted is refused in GitHub's words", async () => {
    const installation = await asApp("GET /repos/{owner}/{repo}/installation");
    const made = await asApp("POST /app/installations/{installation_id}/access_tokens", {
      params: { installation_id: num(installation.body, "id") },
      body: { permissions: { contents: "read" } },
    });
    const small = `token ${str(made.body, "token")}`;
    const refused = await client.call(`POST ${repoPath}/labels`, { as: small, body: { name: "x" } });
    expect(refused).toMatchObject({ status: 403, body: { message: "Resource not accessible by integration" } });
    expect(
      (await client.call(`GET ${repoPath}/contents/{path}`, { as: small, params: { path: "a.txt" } })).status,
    ).toBe(200);
  });

  test("every operation was called, and each gave GitHub's answer at least once", () => {
    const missed = routes
      .map((r) => `${r.method} ${r.path}`)
      .filter((o) => ![...(client.seen.get(o) ?? [])].some((status) => status < 300));
    expect(missed).toEqual([]);
    expect(Object.keys(operations).sort()).toEqual(routes.map((r) => `${r.method} ${r.path}`).sort());
  });
});

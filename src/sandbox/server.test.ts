import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { createAppAuth } from "@octokit/auth-app";
import { verify } from "@octokit/webhooks-methods";
import { commitOf } from "./git/git.js";
import { startSandbox, type Sandbox } from "./server.js";
import type { Repo } from "./state.js";

interface Heard {
  readonly event: string;
  readonly action: string | undefined;
  readonly payload: { readonly number?: number; readonly installation: { readonly id: number } };
}

let dataDir: string;
let sandbox: Sandbox;
let repo: Repo;
let octokit: Octokit;
let receiver: Server;
let heard: Heard[];
const at = { owner: "acme", repo: "shop" };

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sandbox-"));
  heard = [];
  sandbox = await startSandbox({
    dataDir,
    ci: { decide: async (c) => ((await c.read("broken")) === null ? "success" : "failure") },
  });
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      void hear(Buffer.concat(parts).toString("utf8"), request.headers).finally(() => response.end("ok"));
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  sandbox.connect(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
  repo = await sandbox.repository({
    owner: "acme",
    name: "shop",
    files: { "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n" },
    collaborators: { alice: "write", bob: "admin" },
  });
  octokit = await asApp(sandbox);
});

afterEach(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function hear(payload: string, headers: NodeJS.Dict<string | string[]>): Promise<void> {
  const signature = String(headers["x-hub-signature-256"]);
  if (!(await verify(sandbox.app.hookSecret, payload, signature))) return;
  const body = JSON.parse(payload) as Heard["payload"] & { action?: string };
  heard.push({ event: String(headers["x-github-event"]), action: body.action, payload: body });
}

async function asApp(of: Sandbox): Promise<Octokit> {
  const app = new Octokit({
    baseUrl: `${of.url}/api/v3`,
    authStrategy: createAppAuth,
    auth: { appId: of.app.id, privateKey: of.app.privateKey },
  });
  const { data } = await app.request("GET /repos/{owner}/{repo}/installation", at);
  const auth = { appId: of.app.id, privateKey: of.app.privateKey, installationId: data.id };
  return new Octokit({ baseUrl: of.url, authStrategy: createAppAuth, auth, log: silent });
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // Refusals are what some of these tests are about.
}

function said(event: string, action?: string): Heard[] {
  return heard.filter((h) => h.event === event && (action === undefined || h.action === action));
}

describe("the sandbox", () => {
  test("opens, checks, judges and lands a pull request by moving the base to a tested merge", async () => {
    const alice = sandbox.person(repo, "alice");
    const pull = await alice.opensPullRequest({
      branch: "more",
      title: "More",
      files: { "a.txt": "one\ntwo\nthree\n4\n" },
    });
    await sandbox.settled();
    const { data: got } = await octokit.pulls.get({ ...at, pull_number: pull.number });
    expect(got).toMatchObject({
      mergeable: true,
      mergeable_state: "clean",
      merged: false,
      changed_files: 1,
      additions: 1,
    });
    const { data: files } = await octokit.pulls.listFiles({ ...at, pull_number: pull.number });
    expect(files).toMatchObject([
      { filename: "a.txt", status: "modified", patch: "@@ -1,3 +1,4 @@\n one\n two\n three\n+4" },
    ]);

    const { data: main } = await octokit.git.getRef({ ...at, ref: "heads/main" });
    await octokit.git.createRef({ ...at, ref: "refs/heads/drumline/1", sha: main.object.sha });
    const { data: merge } = await octokit.repos.merge({ ...at, base: "drumline/1", head: got.head.sha });
    await sandbox.settled();
    const { data: runs } = await octokit.checks.listForRef({ ...at, ref: merge.sha });
    expect(runs.check_runs).toMatchObject([{ name: "ci/test", conclusion: "success", app: { slug: "sandbox-ci" } }]);

    await octokit.git.updateRef({ ...at, ref: "heads/main", sha: merge.sha });
    await sandbox.settled();
    const { data: landed } = await octokit.pulls.get({ ...at, pull_number: pull.number });
    expect(landed).toMatchObject({ merged: true, state: "closed", merge_commit_sha: merge.sha });
    expect(await commitOf(repo.dir, "refs/heads/main")).toBe(merge.sha);
    expect(said("pull_request", "opened")).toHaveLength(1);
    expect(said("pull_request", "closed")[0]?.payload).toMatchObject({ pull_request: { merged: true } });
    expect(said("check_run", "completed").length).toBeGreaterThanOrEqual(2);
    expect(heard.every((h) => h.payload.installation.id > 0)).toBe(true);
  });

  test("refuses what GitHub refuses", async () => {
    const alice = sandbox.person(repo, "alice");
    const first = await alice.opensPullRequest({ branch: "x", title: "X", files: { "a.txt": "X\ntwo\nthree\n" } });
    const second = await alice.opensPullRequest({ branch: "y", title: "Y", files: { "a.txt": "Y\ntwo\nthree\n" } });
    const mine = new Octokit({ baseUrl: sandbox.url, auth: "alice", log: silent });
    const status = async (work: Promise<unknown>) =>
      await work.then(
        () => 200,
        (e: { status: number }) => e.status,
      );
    const review = { ...at, pull_number: first.number, event: "APPROVE" as const };
    expect(await status(mine.pulls.createReview(review))).toBe(422);
    const bob = new Octokit({ baseUrl: sandbox.url, auth: "bob", log: silent });
    expect(await status(bob.pulls.createReview(review))).toBe(200);
    expect(await status(octokit.pulls.merge({ ...at, pull_number: first.number, sha: second.pull.headSha }))).toBe(409);
    expect(await status(octokit.pulls.merge({ ...at, pull_number: first.number, sha: first.pull.headSha }))).toBe(200);
    expect((await octokit.pulls.get({ ...at, pull_number: second.number })).data.mergeable).toBe(false);
    expect(await status(octokit.pulls.merge({ ...at, pull_number: second.number }))).toBe(405);
    expect(await status(octokit.repos.merge({ ...at, base: "main", head: "y" }))).toBe(409);
    expect(await status(octokit.git.updateRef({ ...at, ref: "heads/main", sha: second.pull.headSha }))).toBe(422);
    const again = { ...at, ref: "refs/heads/x", sha: second.pull.headSha };
    expect(await status(octokit.git.createRef(again))).toBe(422);
    const outsider = new Octokit({ baseUrl: sandbox.url, auth: "nobody", log: silent });
    expect(await status(outsider.repos.get(at))).toBe(401);
  });

  test("lets a head follow its branch and closes when the branch goes", async () => {
    const alice = sandbox.person(repo, "alice");
    const pull = await alice.opensPullRequest({ branch: "z", title: "Z", files: { z: "1\n" }, fork: "fork" });
    const before = pull.pull.headSha;
    const fork = [...sandbox.world.repos.values()].find((r) => r.parent === repo);
    if (!fork) throw new Error("no fork");
    const after = await sandbox.person(fork, "alice").pushes({ branch: "z", files: { z: "2\n" } });
    expect(await commitOf(repo.dir, `refs/pull/${pull.number}/head`)).toBe(after);
    await sandbox.settled();
    expect(said("pull_request", "synchronize")[0]?.payload).toMatchObject({ before, after });
    await sandbox.person(fork, "alice").deletesBranch("z");
    await sandbox.settled();
    expect(said("pull_request", "closed")[0]?.payload).toMatchObject({ pull_request: { merged: false } });
  });

  test("answers 304 to a known ETag and counts requests by kind", async () => {
    const bare = async (etag?: string) =>
      await fetch(`${sandbox.url}/repos/acme/shop`, { headers: etag === undefined ? {} : { "if-none-match": etag } });
    const first = await bare();
    const again = await bare(first.headers.get("etag") ?? "");
    expect(again.status).toBe(304);
    expect(first.headers.get("x-ratelimit-remaining")).toBe(again.headers.get("x-ratelimit-remaining"));
    await octokit.issues.createLabel({ ...at, name: "risk: low", color: "00ff00" });
    expect(sandbox.requests().byKind).toMatchObject({ creating: 1 });
  });

  test("spoils what it was told to spoil, and only for the app", async () => {
    sandbox.setFaults({ responses: [{ method: "GET", path: "/pulls", answer: 502 }] });
    const mine = new Octokit({ baseUrl: sandbox.url, auth: "alice" });
    expect((await mine.pulls.list(at)).status).toBe(200);
    await expect(octokit.pulls.list(at)).rejects.toMatchObject({ status: 502 });
    expect((await octokit.pulls.list(at)).status).toBe(200);
  });

  test("drops webhooks on demand and delivers them again when asked", async () => {
    sandbox.setFaults({ webhooks: { drop: 1 } });
    const alice = sandbox.person(repo, "alice");
    await alice.opensPullRequest({ branch: "w", title: "W", files: { w: "1\n" } });
    await sandbox.settled();
    expect(said("pull_request")).toHaveLength(0);
    sandbox.setFaults({});
    const app = new Octokit({
      baseUrl: sandbox.url,
      authStrategy: createAppAuth,
      auth: { appId: sandbox.app.id, privateKey: sandbox.app.privateKey },
    });
    const { data } = await app.apps.listWebhookDeliveries({ per_page: 100 });
    const lost = data.find((d) => d.event === "pull_request");
    await app.apps.redeliverWebhookDelivery({ delivery_id: lost?.id ?? 0 });
    await sandbox.settled();
    expect(said("pull_request", "opened")).toHaveLength(1);
  });
});

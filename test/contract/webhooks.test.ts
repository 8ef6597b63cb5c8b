import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import ts from "typescript";
import { drumlineEvents, startSandbox, type Sandbox } from "../../src/sandbox/server.js";
import { clientOf } from "./client.js";

/** Every webhook that the sandbox sends, held against GitHub's own examples and against @octokit/webhooks' types. */
type Json = Readonly<Record<string, unknown>>;
interface Sent {
  readonly name: string;
  readonly payload: Json;
}

const all = [
  "pull_request.opened",
  "pull_request.synchronize",
  "pull_request.reopened",
  "pull_request.closed",
  "pull_request.edited",
  "pull_request.labeled",
  "pull_request.unlabeled",
  "pull_request.ready_for_review",
  "pull_request.converted_to_draft",
  "pull_request.review_requested",
  "pull_request_review.submitted",
  "pull_request_review.dismissed",
  "pull_request_review.edited",
  "issue_comment.created",
  "issue_comment.edited",
  "issue_comment.deleted",
  "check_run.created",
  "check_run.completed",
  "check_run.rerequested",
  "check_suite.requested",
  "check_suite.completed",
  "status",
  "push",
  "deployment.created",
  "deployment_status.created",
  "label.created",
  "label.edited",
  "label.deleted",
] as const;

let dataDir: string;
let sandbox: Sandbox;
let sent: Sent[];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "webhooks-"));
  sandbox = await startSandbox({ dataDir, ci: { decide: () => "success" } });
  sandbox.connect("http://127.0.0.1:9/");
  await playEverything(sandbox);
  await sandbox.settled();
  sent = sandbox.world.deliveries.map((d) => ({
    name: d.action === null ? d.event : `${d.event}.${d.action}`,
    payload: JSON.parse(d.payload) as Json,
  }));
});

afterAll(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function playEverything(of: Sandbox): Promise<void> {
  const repo = await of.repository({ owner: "acme", name: "shop", collaborators: { alice: "write", bob: "admin" } });
  const alice = of.person(repo, "alice");
  const bob = of.person(repo, "bob");
  const client = clientOf(of.url, { owner: "acme", repo: "shop" });
  const as = "token bob";
  const base = "/repos/{owner}/{repo}";
  const pull = await alice.opensPullRequest({
    branch: "a",
    title: "A",
    body: "Why",
    files: { a: "1\n" },
    draft: "draft",
  });
  await alice.marksReady(pull.number);
  await alice.marksDraft(pull.number);
  await alice.marksReady(pull.number);
  await alice.pushes({ branch: "a", files: { a: "2\n" } });
  await alice.retitles(pull.number, "A again");
  await alice.labels(pull.number, "bug");
  await alice.unlabels(pull.number, "bug");
  await alice.asksReviewOf(pull.number, "bob");
  const review_id = await bob.approves(pull.number);
  const params = { pull_number: pull.number, review_id };
  const reviewPath = `${base}/pulls/{pull_number}/reviews/{review_id}`;
  await client.call(`PUT ${reviewPath}`, { as, params, body: { body: "Edited" } });
  await client.call(`PUT ${reviewPath}/dismissals`, { as, params, body: { message: "No" } });
  const comment_id = await alice.comments(pull.number, "Hello");
  await client.call(`PATCH ${base}/issues/comments/{comment_id}`, {
    as,
    params: { comment_id },
    body: { body: "Bye" },
  });
  await client.call(`DELETE ${base}/issues/comments/{comment_id}`, { as, params: { comment_id } });
  await client.call(`POST ${base}/labels`, { as, body: { name: "new" } });
  await client.call(`PATCH ${base}/labels/{name}`, { as, params: { name: "new" }, body: { color: "000000" } });
  await client.call(`DELETE ${base}/labels/{name}`, { as, params: { name: "new" } });
  const sha = pull.pull.headSha;
  await client.call(`POST ${base}/statuses/{sha}`, { as, params: { sha }, body: { state: "success" } });
  await client.call(`PATCH ${base}/pulls/{pull_number}`, { as, params, body: { state: "closed" } });
  await client.call(`PATCH ${base}/pulls/{pull_number}`, { as, params, body: { state: "open" } });
  const deployed = await client.call(`POST ${base}/deployments`, { as, body: { ref: "main" } });
  const { id: deployment_id } = deployed.body as { id: number };
  const statuses = `${base}/deployments/{deployment_id}/statuses`;
  await client.call(`POST ${statuses}`, { as, params: { deployment_id }, body: { state: "success" } });
  await ownCheck(of, { sha, client });
}

/** A check run of the app's own: only its app hears that it is asked for again. */
async function ownCheck(of: Sandbox, given: { sha: string; client: ReturnType<typeof clientOf> }): Promise<void> {
  const [installation] = [...of.world.installations.values()];
  if (!installation) throw new Error("not installed");
  of.world.tokens.set("ghs_test", {
    token: "ghs_test",
    installationId: installation.id,
    permissions: installation.permissions,
    repoIds: null,
    expiresAt: Date.now() + 60_000,
  });
  const as = "token ghs_test";
  const made = await given.client.call("POST /repos/{owner}/{repo}/check-runs", {
    as,
    body: { name: "Drumline", head_sha: given.sha, status: "completed", conclusion: "success" },
  });
  const { id: check_run_id } = made.body as { id: number };
  const again = "POST /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest";
  await given.client.call(again, { as, params: { check_run_id } });
}

describe("the sandbox's webhooks", () => {
  test("are sent for everything that Drumline subscribes to", () => {
    const names = new Set(sent.map((s) => s.name));
    expect(all.filter((name) => !names.has(name))).toEqual([]);
    expect(drumlineEvents.filter((e) => !all.some((name) => name.split(".")[0] === e))).toEqual([]);
  });

  test("hold at least what GitHub's examples of the same action have in common", async () => {
    const file = createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json");
    const examples = JSON.parse(await readFile(file, "utf8")) as {
      name: string;
      examples: (Json & { action?: string })[];
    }[];
    const missing = all.flatMap((name) => {
      const [event, action] = name.split(".");
      const its = examples
        .find((e) => e.name === event)
        ?.examples.filter((e) => action === undefined || e.action === action);
      const ours = sent.find((s) => s.name === name)?.payload;
      if (!its || its.length === 0 || !ours) return [];
      return missingKeys(its, ours).map((key) => `${name}: ${key}`);
    });
    expect(missing).toEqual([]);
  });

  test("have the types that @octokit/webhooks gives them", () => {
    const checks = all.map((name, i) => {
      const payload = sent.find((s) => s.name === name)?.payload;
      return `type P${i} = ${typeText(payload)};\nexport const p${i}: (of: P${i}) => EmitterWebhookEvent<"${name}">["payload"] = (of) => of;`;
    });
    const source = `import type { EmitterWebhookEvent } from "@octokit/webhooks";\n${checks.join("\n")}\n`;
    expect(typeErrors(source)).toEqual([]);
  });
});

/** Keys that every example has and ours hasn't, looking into objects that both have; an app's permissions are its own. */
function missingKeys(examples: readonly Json[], ours: Json, path = ""): string[] {
  const [first = {}] = examples;
  return Object.keys(first)
    .filter((key) => key !== "permissions" && examples.every((e) => key in e))
    .flatMap((key) => {
      if (!(key in ours)) return [`${path}${key}`];
      const inside = examples.map((e) => e[key]).filter(isObject);
      const mine = ours[key];
      if (inside.length < examples.length || !isObject(mine)) return [];
      return missingKeys(inside, mine, `${path}${key}.`);
    });
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as a TypeScript type, literals and all; a type, not a literal, so that further fields are no error. */
function typeText(value: unknown): string {
  if (Array.isArray(value)) return `(${value.length === 0 ? "never" : value.map(typeText).join(" | ")})[]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "undefined";
  return `{ ${Object.entries(value)
    .map(([key, its]) => `${JSON.stringify(key)}: ${typeText(its)}`)
    .join("; ")} }`;
}

function typeErrors(source: string): string[] {
  const root = join(import.meta.dirname, "../../..");
  const file = join(root, "test/contract/payloads.ts");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, options.target ?? 99) : getSourceFile(name, ...rest);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => name === file || fileExists(name);
  const program = ts.createProgram([file], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n").split("\n").slice(-4).join(" | "));
}

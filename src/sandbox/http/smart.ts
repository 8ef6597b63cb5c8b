import { spawn } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { branchMoved } from "../actions/branches.js";
import { bypasses, missingForBranch, rulesOf } from "../actions/rules.js";
import { GitHubFailure } from "../fail.js";
import { isAncestor, isolated, refs } from "../git/git.js";
import { reaches } from "../permissions.js";
import { permissionOf } from "../shape/association.js";
import { actsAs, repoKey, withLock, type Account, type Caller, type Repo, type World } from "../state.js";
import { identify } from "./auth.js";

const pattern = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

/** git's own HTTP protocol through `git http-backend`, so that `git clone` and `git push` work. Null: not a git request. */
export async function smartHttp(world: World, request: Request): Promise<Response | null> {
  const url = new URL(request.url);
  const found = pattern.exec(url.pathname);
  if (!found) return null;
  const [, owner = "", name = "", tail = ""] = found;
  const repo = world.repos.get(repoKey(owner, name));
  if (!repo) return new Response("Repository not found\n", { status: 404 });
  let caller: Caller;
  try {
    caller = identify(world, request.headers.get("authorization"));
  } catch (error) {
    if (error instanceof GitHubFailure) return askWho();
    throw error;
  }
  const pushes = tail === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const by = actsAs(caller);
  if (pushes && by === null) return askWho();
  if (!reaches(permissionOf(repo, by), "read")) return new Response("Repository not found\n", { status: 404 });
  if (pushes && !mayPush(repo, caller))
    return new Response("Write access to repository not granted.\n", { status: 403 });
  const body = await bodyOf(request);
  const call = { repo, tail, url, request, body };
  if (tail !== "/git-receive-pack" || by === null) return await backend(call);
  return await withLock(world, repo, async () => await receive(world, { ...call, by }));
}

function askWho(): Response {
  return new Response("Authentication required\n", {
    status: 401,
    headers: { "www-authenticate": 'Basic realm="sandbox"' },
  });
}

function mayPush(repo: Repo, caller: Caller): boolean {
  if (caller.kind === "installation") return caller.token.permissions["contents"] === "write";
  return reaches(permissionOf(repo, actsAs(caller)), "write");
}

async function bodyOf(request: Request): Promise<Buffer> {
  const bytes = Buffer.from(await request.arrayBuffer());
  return request.headers.get("content-encoding") === "gzip" ? gunzipSync(bytes) : bytes;
}

interface GitCall {
  readonly repo: Repo;
  readonly tail: string;
  readonly url: URL;
  readonly request: Request;
  readonly body: Buffer;
}

/** A push: rules first, then git, then what follows from the branches that moved. */
async function receive(world: World, call: GitCall & { by: Account }): Promise<Response> {
  const { repo, by } = call;
  const refused = wanted(call.body).find((move) => forbiddenMove(repo, { ...move, by }));
  if (refused) {
    const why = "GH006: Protected branch update failed: required checks or reviews are missing";
    return reportRefusal(refused.ref, why);
  }
  const before = await refs(repo.dir, "refs/heads/");
  const response = await backend(call);
  const after = await refs(repo.dir, "refs/heads/");
  for (const ref of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(ref) ?? null;
    const to = after.get(ref) ?? null;
    if (from === to) continue;
    const forced = from !== null && to !== null && !(await isAncestor(repo.dir, from, to));
    await branchMoved(world, repo, { ref, from, to, by, appSlug: null, ...(forced ? { force: "force" } : {}) });
  }
  return response;
}

/** The moves that a push asks for: pkt-lines of `old new ref`, up to the flush. */
function wanted(body: Buffer): { from: string; to: string; ref: string }[] {
  const moves: { from: string; to: string; ref: string }[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const length = Number.parseInt(body.toString("latin1", at, at + 4), 16);
    if (!(length > 4)) break;
    const line = body.toString("utf8", at + 4, at + length).split("\0")[0] ?? "";
    const [from = "", to = "", ref = ""] = line.trim().split(" ");
    if (ref.startsWith("refs/")) moves.push({ from, to, ref });
    at += length;
  }
  return moves;
}

function forbiddenMove(repo: Repo, move: { ref: string; to: string; by: Account }): boolean {
  const branch = move.ref.replace(/^refs\/heads\//, "");
  const rules = rulesOf(repo, branch);
  if (rules === null || bypasses(rules, { login: move.by.login, appSlug: null })) return false;
  return /^0+$/.test(move.to) || rules.requiredApprovals > 0 || missingForBranch(repo, branch, move.to).length > 0;
}

/** git's report-status over side band 1, saying no. */
function reportRefusal(ref: string, why: string): Response {
  const pkt = (text: string) => `${(text.length + 4).toString(16).padStart(4, "0")}${text}`;
  const report = `${pkt("unpack ok\n")}${pkt(`ng ${ref} ${why}\n`)}0000`;
  return new Response(`${pkt(`\x01${report}`)}0000`, {
    headers: { "content-type": "application/x-git-receive-pack-result" },
  });
}

async function backend(call: GitCall): Promise<Response> {
  const { request, repo } = call;
  const child = spawn("git", ["http-backend"], {
    env: {
      ...process.env,
      ...isolated,
      GIT_PROJECT_ROOT: repo.dir,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: call.tail,
      QUERY_STRING: call.url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers.get("content-type") ?? "",
      CONTENT_LENGTH: String(call.body.length),
      GIT_PROTOCOL: request.headers.get("git-protocol") ?? "",
      REMOTE_USER: "sandbox",
      REMOTE_ADDR: "127.0.0.1",
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stdin.on("error", () => undefined);
  child.stdin.end(call.body);
  await new Promise((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", reject);
  });
  return cgiResponse(Buffer.concat(out));
}

/** A CGI answer: header lines, an empty line, bytes. */
function cgiResponse(output: Buffer): Response {
  const end = output.indexOf("\r\n\r\n");
  const headers = new Headers();
  let status = end < 0 ? 500 : 200;
  for (const line of output.toString("latin1", 0, Math.max(0, end)).split("\r\n")) {
    const [name = "", ...rest] = line.split(":");
    if (name.toLowerCase() === "status") status = Number.parseInt(rest.join(":"), 10);
    else if (name !== "") headers.set(name, rest.join(":").trim());
  }
  return new Response(new Uint8Array(output.subarray(end + 4)), { status, headers });
}

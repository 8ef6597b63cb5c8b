import { createHash } from "node:crypto";
import { GitHubFailure, notFound } from "../fail.js";
import { takeResponseFault, type ResponseFault } from "../faults.js";
import { appRoutes } from "../routes/apps.js";
import { checkRoutes } from "../routes/checks.js";
import { commitRoutes } from "../routes/commits.js";
import { issueRoutes } from "../routes/issues.js";
import { pullRoutes } from "../routes/pulls.js";
import { repoRoutes } from "../routes/repos.js";
import { callerName, repoKey, withLock, type Caller, type Repo, type RequestKind, type World } from "../state.js";
import { authorize, identify } from "./auth.js";
import { graphqlRoute } from "./graphql.js";
import { limitHeaders, rateLimit, spend } from "./limit.js";
import type { Answer, Call, Route } from "./route.js";

export const routes: readonly Route[] = [
  ...appRoutes,
  ...repoRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...checkRoutes,
  { method: "GET", path: "/rate_limit", needs: null, run: rateLimit },
];

/** Parameters that may hold slashes, as GitHub's own may. */
const greedy = new Set(["path", "ref", "basehead", "branch"]);

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** More literal segments first, so that `/commits/{ref}/status` is tried before `/commits/{ref}`. */
const compiled: readonly Compiled[] = [...routes, graphqlRoute]
  .map(compile)
  .sort((a, b) => literals(b.route.path) - literals(a.route.path));

function compile(route: Route): Compiled {
  const names: string[] = [];
  const pattern = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return greedy.has(name) ? "(.+)" : "([^/]+)";
  });
  return { route, names, pattern: new RegExp(`^${pattern}$`) };
}

function literals(path: string): number {
  return path.split("/").filter((part) => part !== "" && !part.startsWith("{")).length;
}

/** One REST request, from bytes to bytes: identity, permission, faults, handler, ETag, log. */
export async function dispatch(world: World, request: Request): Promise<Response> {
  const started = performance.now();
  const url = new URL(request.url);
  const path = url.pathname.replace(/^\/api\/v3(?=\/|$)|^\/api(?=\/graphql$)/, "").replace(/\/$/, "") || "/";
  const found = match(request.method, path);
  const operation = found ? `${found.route.method} ${found.route.path}` : null;
  let actor = "anonymous";
  let answer: Answer;
  try {
    const caller = identify(world, request.headers.get("authorization"));
    actor = callerName(caller);
    const asked = { method: request.method, path, operation, actor, chance: world.random };
    const fault = takeResponseFault(world.faults, asked);
    const run = async () => await answerFor(world, { request, url, found, caller });
    answer = fault === null ? await run() : await spoiled(fault, run);
  } catch (error) {
    answer = failed(error);
  }
  const response = render(world, { request, answer, actor });
  world.requests.push({
    at: world.now(),
    method: request.method,
    path: `${path}${url.search}`,
    operation,
    actor,
    status: response.status,
    kind: kindOf(request.method, operation, response.status),
    ms: performance.now() - started,
  });
  return response;
}

function match(method: string, path: string): { route: Route; params: Record<string, string> } | null {
  for (const { route, pattern, names } of compiled) {
    if (route.method !== method) continue;
    const groups = pattern.exec(path);
    if (!groups) continue;
    const params = Object.fromEntries(names.map((name, i) => [name, decode(groups[i + 1] ?? "")]));
    return { route, params };
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function answerFor(
  world: World,
  of: { request: Request; url: URL; found: ReturnType<typeof match>; caller: Caller },
): Promise<Answer> {
  const { request, found, caller } = of;
  if (found === null) throw notFound();
  const repo = repoOf(world, found.params);
  const body = await readBody(request);
  const writes = request.method !== "GET";
  if (found.route.needs) {
    authorize(caller, repo, { needs: found.route.needs, writes: writes ? "writes" : "reads" });
  }
  const call: Call = {
    world,
    caller,
    params: found.params,
    query: of.url.searchParams,
    body,
    repo: repo as Repo,
    url: of.url,
  };
  const run = async () => await found.route.run(call);
  return writes && repo !== null ? await withLock(world, repo, run) : await run();
}

function repoOf(world: World, params: Record<string, string>): Repo | null {
  const { owner, repo } = params;
  if (owner === undefined || repo === undefined) return null;
  const found = world.repos.get(repoKey(owner, repo));
  if (!found) throw notFound();
  return found;
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  if (request.method === "GET") return {};
  const text = await request.text();
  if (text === "") return {};
  try {
    const value = JSON.parse(text) as unknown;
    if (Array.isArray(value)) return { labels: value };
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Answered below, in GitHub's words.
  }
  throw new GitHubFailure(400, "Problems parsing JSON");
}

/** No answer at all. */
class Hang extends Error {}

async function spoiled(fault: ResponseFault, run: () => Promise<Answer>): Promise<Answer> {
  if (fault.moment === "after") await run().catch(() => undefined);
  if (fault.answer === "hang") throw new Hang("no answer");
  if (fault.answer === "secondary-limit") {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    return {
      ...errorAnswer(403, fault.message ?? message),
      headers: { "retry-after": String(fault.retryAfterSeconds) },
    };
  }
  if (fault.answer === "rate-limit") {
    const reset = String(Math.ceil(Date.now() / 1000 + fault.retryAfterSeconds));
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
    return { ...errorAnswer(403, fault.message ?? "API rate limit exceeded"), headers };
  }
  return errorAnswer(fault.answer, fault.message ?? words[fault.answer] ?? "Server Error");
}

const words: Readonly<Record<number, string>> = {
  403: "Resource not accessible by integration",
  404: "Not Found",
  409: "Conflict",
  422: "Validation Failed",
  500: "Server Error",
  502: "Server Error",
  503: "Service Unavailable",
};

function failed(error: unknown): Answer {
  if (error instanceof Hang) throw error;
  if (error instanceof GitHubFailure) return errorAnswer(error.status, error.message, error.errors);
  process.stderr.write(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return errorAnswer(500, "Server Error");
}

function errorAnswer(status: number, message: string, errors?: readonly unknown[]): Answer {
  const documentation_url = "https://docs.github.com/rest";
  return { status, body: { message, ...(errors ? { errors } : {}), documentation_url, status: String(status) } };
}

export function isHang(error: unknown): boolean {
  return error instanceof Hang;
}

function render(world: World, of: { request: Request; answer: Answer; actor: string }): Response {
  const { answer, request } = of;
  const text = answer.body === undefined ? null : JSON.stringify(answer.body);
  const headers = new Headers({
    "content-type": "application/json; charset=utf-8",
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": `SBX:${world.requests.length}`,
  });
  let status = answer.status;
  if (request.method === "GET" && status === 200 && text !== null) {
    const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
    headers.set("etag", etag);
    headers.set("cache-control", "private, max-age=60, s-maxage=60");
    if (request.headers.get("if-none-match") === etag) status = 304;
  }
  // GitHub doesn't count conditional requests that find nothing new.
  if (status !== 304) spend(world, of.actor);
  for (const [name, value] of limitHeaders(world, of.actor)) headers.set(name, value);
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value);
  return new Response(status === 304 || status === 204 ? null : text, { status, headers });
}

function kindOf(method: string, operation: string | null, status: number): RequestKind {
  if (operation?.endsWith("/access_tokens")) return "token";
  if (operation === "POST /graphql") return "read";
  if (method !== "GET") return "creating";
  return status === 304 ? "not-modified" : "read";
}

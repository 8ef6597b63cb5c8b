import { createSign } from "node:crypto";
import { wrongInRequest, wrongInResponse } from "./github.js";

/** Speaks to a GitHub-shaped server and holds both sides of every exchange against GitHub's description. */
export interface Client {
  /** Calls an operation by GitHub's own template: `GET /repos/{owner}/{repo}`. @throws Error when either side is wrong. */
  readonly call: (operation: string, wanted?: Wanted) => Promise<Answered>;
  /** Operations called so far, each with the statuses seen. */
  readonly seen: ReadonlyMap<string, ReadonlySet<number>>;
}

export interface Wanted {
  readonly as?: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Send it although GitHub would call the request wrong: the refusal is what is tested. */
  readonly invalid?: "invalid";
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** `believed`: a server whose answers are known to lack fields; only what a test asks for is looked at. */
export function clientOf(
  url: string,
  defaults: Readonly<Record<string, string | number>>,
  answers: "checked" | "believed" = "checked",
): Client {
  const seen = new Map<string, Set<number>>();
  return {
    seen,
    call: async (operation, wanted = {}) => {
      const [method = "GET", template = "/"] = operation.split(" ");
      const asked = { query: Object.keys(wanted.query ?? {}), body: wanted.body };
      const wrongRequest = wanted.invalid ? [] : wrongInRequest(operation, asked);
      if (wrongRequest.length > 0) throw new Error(`${operation}, request: ${wrongRequest.join("; ")}`);
      const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = wanted.params?.[name] ?? defaults[name];
        if (value === undefined) throw new Error(`${operation} needs ${name}`);
        return encodeURIComponent(String(value));
      });
      const query = new URLSearchParams(wanted.query).toString();
      const response = await fetch(`${url}${path}${query === "" ? "" : `?${query}`}`, {
        method,
        headers: {
          accept: "application/vnd.github+json",
          ...(wanted.as === undefined ? {} : { authorization: wanted.as }),
          ...(wanted.body === undefined ? {} : { "content-type": "application/json" }),
          ...wanted.headers,
        },
        ...(wanted.body === undefined ? {} : { body: JSON.stringify(wanted.body) }),
      });
      const text = await response.text();
      const body = (text === "" ? null : JSON.parse(text)) as unknown;
      const problems = wrongInResponse(operation, { status: response.status, body });
      // Errors that any operation may meet are not listed with each; their shape is the same everywhere.
      const common = [401, 403, 404, 422].includes(response.status) && typeof at(body, "message") === "string";
      if (problems.length > 0 && !common && answers === "checked") {
        throw new Error(
          `${operation}, ${response.status}: ${problems.slice(0, 12).join("; ")} in ${text.slice(0, 300)}`,
        );
      }
      seen.set(operation, (seen.get(operation) ?? new Set()).add(response.status));
      return { status: response.status, headers: response.headers, body };
    },
  };
}

/** An app's JSON web token as GitHub wants it; `seconds` from now until it ends. */
export function jwt(app: { id: number; privateKey: string }, seconds = 540): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: now - 30, exp: now + seconds, iss: app.id })}`;
  return `Bearer ${head}.${createSign("RSA-SHA256").update(head).sign(app.privateKey, "base64url")}`;
}

/** What stands at a path such as `0.head.sha`; undefined when nothing does. */
function at(body: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      body,
    );
}

export function str(body: unknown, path: string): string {
  const value = at(body, path);
  if (typeof value !== "string") throw new Error(`no text at ${path}`);
  return value;
}

export function num(body: unknown, path: string): number {
  const value = at(body, path);
  if (typeof value !== "number") throw new Error(`no number at ${path}`);
  return value;
}

import { invalid } from "../fail.js";
import type { Needs } from "../permissions.js";
import type { Caller, Repo, World } from "../state.js";

/** One operation of GitHub's REST API, named by GitHub's own template, so that contract tests can look it up. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  /** Null: any caller, the handler looks itself. */
  readonly needs: Needs | null;
  readonly run: (call: Call) => Promise<Answer> | Answer;
}

export interface Call {
  readonly world: World;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The repository of the path. */
  readonly repo: Repo;
  /** The page's own address, for Link headers. */
  readonly url: URL;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export function nothing(): Answer {
  return { status: 204 };
}

const perPageDefault = 30;
const perPageMax = 100;

/** One page of a list with GitHub's Link header; `wrap` puts the page in an object for answers that are not arrays. */
export function page<T>(
  call: Call,
  items: readonly T[],
  of: { shape: (item: T) => unknown; wrap?: (list: unknown[], total: number) => unknown },
): Answer {
  const size = Math.min(perPageMax, positive(call.query.get("per_page"), perPageDefault));
  const number = positive(call.query.get("page"), 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const list = items.slice((number - 1) * size, number * size).map(of.shape);
  const link = (to: number, rel: string) => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, "prev")] : []),
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first")] : []),
  ];
  return {
    status: 200,
    body: of.wrap ? of.wrap(list, items.length) : list,
    ...(links.length > 0 ? { headers: { link: links.join(", ") } } : {}),
  };
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value > 0 ? value : otherwise;
}

/** A text that the request must carry. */
export function needText(call: Call, field: string): string {
  const value = call.body[field];
  if (typeof value !== "string" || value === "") {
    throw invalid(`Invalid request.\n\n"${field}" wasn't supplied.`);
  }
  return value;
}

export function text(call: Call, field: string): string | null {
  const value = call.body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string")
    throw invalid(`Invalid request.\n\nFor '${field}', ${JSON.stringify(value)} is not a string.`);
  return value;
}

export function texts(call: Call, field: string): string[] {
  const value = call.body[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw invalid(`Invalid request.\n\nFor '${field}', ${JSON.stringify(value)} is not an array.`);
  return value.map((v: unknown) => (typeof v === "object" && v !== null && "name" in v ? String(v.name) : String(v)));
}

/** One of a few words, or null when it isn't given. */
export function choice<const T extends string>(call: Call, field: string, of: readonly T[]): T | null {
  const value = text(call, field);
  if (value === null) return null;
  const found = of.find((o) => o === value);
  if (found === undefined) throw invalid(`Invalid request.\n\n${value} is not a member of ${JSON.stringify(of)}.`);
  return found;
}

export function param(call: Call, name: string): string {
  return call.params[name] ?? "";
}

export const anyone = (app: Needs["app"]): Needs => ({ app, person: "read" });
export const writer = (app: Needs["app"]): Needs => ({ app, person: "write" });
export const triager = (app: Needs["app"]): Needs => ({ app, person: "triage" });

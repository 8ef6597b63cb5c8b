import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import { faultWords } from "../core/model/fault.js";
import type { Instant, RepoName } from "../core/model/ids.js";
import { absent, read, unreadable, type Read } from "../core/model/read.js";
import type { Resource, Store, Try } from "../engine/ports.js";
import { faultOf, isHttpError } from "./fault.js";

/** What every read needs. */
export interface ReaderOptions {
  readonly octokit: Octokit;
  readonly store: Pick<Store, "resources" | "keep">;
  readonly repo: RepoName;
  readonly appId: number;
  readonly now: () => Instant;
}

/** Is an answer still to be believed, without asking again? `believed`: milliseconds. */
export function isBelieved(known: Resource, { believed, now }: { believed: number; now: Instant }): boolean {
  return !known.stale && now - known.fetchedAt < believed;
}

/** Entries asked for at a time, of any list. */
export const pageSize = 100;

/** One GET of GitHub's, and how its answer is understood. */
export interface Request<T> {
  readonly path: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly parse: (body: unknown) => T;
  /** Given for lists: joins pages. */
  readonly join?: (pages: readonly T[]) => T;
  /** The repository whose answers it is kept among; left out: the reader's own. */
  readonly keptIn?: RepoName;
  /** So many pages are enough: what is further back isn't missed. */
  readonly enoughPages?: number;
  /** A list this long may be cut off, and is not believed. */
  readonly most?: number;
  /** What a 404 means, when it means something else than "it isn't there". */
  readonly whenAbsent?: () => T;
}

/** Reads through the store: an answer that nothing made stale is believed for `believed` milliseconds. */
export type Cache = <T>(key: string, believed: number, request: Request<T>) => Promise<Read<T>>;

/** Pages of 100 read of one list; past that the list is unreadable, and unreadable never permits. */
const pagesMax = 30;

/** What could not be asked for is unreadable, like what was answered and can't be read. */
export function cached(options: ReaderOptions): Cache {
  const ask = asking(options);
  return async (key, believed, request) => {
    const answer = await ask(key, believed, request);
    return answer.ok ? answer.value : unreadable(faultWords(answer.fault));
  };
}

/** A cache that tells what could not be asked for now from what was answered, and is as it is. */
export type Asking = <T>(key: string, believed: number, request: Request<T>) => Promise<Try<Read<T>>>;

export function asking({ octokit, store, repo, now }: ReaderOptions): Asking {
  return async function fromCache<T>(key: string, believed: number, request: Request<T>): Promise<Try<Read<T>>> {
    const keptIn = request.keptIn ?? repo;
    const known = (await store.resources(keptIn, [key])).get(key);
    if (known && isBelieved(known, { believed, now: now() })) return answered(known.body as Read<T>);
    const fetchedAt = now();
    try {
      const { etag, pages } = await fetchPages(octokit, request, known?.etag ?? null);
      const parsed = pages.map(request.parse);
      const value = request.join ? request.join(parsed) : parsed[0];
      if (value === undefined) return answered(unreadable("GitHub answered nothing"));
      if (request.most !== undefined && Array.isArray(value) && value.length >= request.most)
        return await kept(unreadable(`GitHub lists no more than ${request.most} of them: split the change`), etag);
      return await kept(read(value), etag);
    } catch (error) {
      if (isHttpError(error) && error.status === 304 && known) return await kept(known.body as Read<T>, known.etag);
      if (error instanceof z.ZodError)
        return answered(unreadable(`GitHub's answer was not understood: ${z.prettifyError(error)}`));
      const fault = faultOf(error, now());
      if (!fault) throw error;
      if (fault.kind === "not-found") return await kept(request.whenAbsent ? read(request.whenAbsent()) : absent, null);
      return { ok: false, fault };
    }
    async function kept(body: Read<T>, etag: string | null): Promise<Try<Read<T>>> {
      await store.keep(keptIn, [{ key, etag, body, fetchedAt }]);
      return answered(body);
    }
  };
}

function answered<T>(value: T): Try<T> {
  return { ok: true, value };
}

/** All pages of a list, or the one page of a thing. An etag is only worth keeping when there was one page. */
async function fetchPages<T>(
  octokit: Octokit,
  request: Request<T>,
  etag: string | null,
): Promise<{ etag: string | null; pages: unknown[] }> {
  const pages: unknown[] = [];
  for (let number = 1; number <= pagesMax; number++) {
    const response = await octokit.request(request.path, {
      ...request.parameters,
      ...(number > 1 && { page: number }),
      ...(number === 1 && etag !== null && { headers: { "if-none-match": etag } }),
    });
    pages.push(response.data);
    if (!request.join || number === request.enoughPages || !/rel="next"/.test(response.headers.link ?? "")) {
      return { etag: number === 1 ? (response.headers.etag ?? null) : null, pages };
    }
  }
  throw Object.assign(new Error(`more than ${pagesMax * pageSize} entries`), { name: "HttpError", status: 500 });
}

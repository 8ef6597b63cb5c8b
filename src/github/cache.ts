import type { Octokit } from "@octokit/rest";
import type { Instant, RepoName } from "../core/model/ids.js";
import type { Read } from "../core/model/read.js";
import type { Resource, Store } from "../engine/ports.js";

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

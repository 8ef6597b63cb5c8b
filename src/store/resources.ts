import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { Answer, Resource } from "../engine/ports.js";
import type { Instant, RepoName } from "../core/model/ids.js";
import { jsonTexts, list, type Db } from "./postgres.js";
import * as t from "./schema.js";

/**
 * GitHub's answers, kept with their ETag. An answer is stale when something happened to the resource at or after the
 * instant it was asked for; keeping an answer never takes back a mark that came while it was under way.
 */

/** By key, also those that were never read but of which an event told: stale, and without a body. */
export async function resources(
  db: Db,
  repo: RepoName,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Resource>> {
  if (keys.length === 0) return new Map();
  const found = await db
    .select()
    .from(t.resources)
    .where(and(eq(t.resources.repo, repo), inArray(t.resources.key, [...keys])));
  return new Map(found.map((row) => [row.key, asResource(row)]));
}

function asResource(row: typeof t.resources.$inferSelect): Resource {
  const fetchedAt = row.fetchedAt ?? 0;
  const stale = row.staleAt !== null && row.staleAt >= fetchedAt;
  return { key: row.key, etag: row.etag, body: row.body, fetchedAt, toldAt: row.staleAt, stale };
}

/**
 * Keeps answers. `fetchedAt` must be the instant the request was sent, not when the answer came: what happens
 * between the two may or may not be in the answer. An older answer never replaces a newer one.
 */
export async function keep(db: Db, repo: RepoName, answers: readonly Answer[]): Promise<void> {
  const all = [...new Map(answers.map((a) => [a.key, a])).values()];
  if (all.length === 0) return;
  const column = <T extends string | number>(pick: (a: (typeof all)[number]) => T) => all.map(pick);
  await db.execute(sql`
    insert into drumline.resources as r (repo, key, etag, body, fetched_at)
    select ${repo}, a.key, nullif(a.etag, ''), a.body::json, a.fetched_at
    from unnest(
      ${list(
        column((a) => a.key),
        "text",
      )},
      ${list(
        column((a) => a.etag ?? ""),
        "text",
      )},
      ${jsonTexts(all.map((a) => a.body ?? null))},
      ${list(
        column((a) => a.fetchedAt),
        "bigint",
      )}) as a (key, etag, body, fetched_at)
    order by a.key
    on conflict (repo, key) do update
      set etag = excluded.etag, body = excluded.body, fetched_at = excluded.fetched_at
      where r.fetched_at is null or r.fetched_at <= excluded.fetched_at`);
}

export async function markStale(
  db: Db,
  repo: RepoName,
  marks: { readonly keys: readonly string[]; readonly at: Instant },
): Promise<void> {
  if (marks.keys.length === 0) return;
  await db.execute(sql`
    insert into drumline.resources as r (repo, key, stale_at)
    select distinct ${repo}, key, ${marks.at}::bigint from unnest(${list(marks.keys, "text")}) as key order by key
    ${staleLater}`);
}

/**
 * A key that was never read is marked too: an answer that is on its way may be older than the mark. Give rows in the
 * order of their keys, so that two that mark the same cannot deadlock.
 */
export const staleLater: SQL = sql`on conflict (repo, key) do update set stale_at = greatest(r.stale_at, excluded.stale_at)`;

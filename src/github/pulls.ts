import { z } from "zod";
import type { PrNumber } from "../core/model/ids.js";
import { read, type Read } from "../core/model/read.js";
import type { Listed } from "../engine/ports.js";
import { isBelieved, pageSize, type Cache, type ReaderOptions } from "./cache.js";
import { resourceKeys } from "./keys.js";
import * as schema from "./schema.js";

interface Asking {
  readonly cache: Cache;
  readonly at: { readonly owner: string; readonly repo: string };
  /** Milliseconds that an answer is believed. */
  readonly believed: number;
}

export async function pullOf(number: PrNumber, { cache, at, believed }: Asking): Promise<Read<Listed>> {
  return await cache(resourceKeys.pull(number), believed, {
    path: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
    parameters: { ...at, pull_number: number },
    parse: (body) => listed(schema.pullSchema.parse(body)),
  });
}

/**
 * GitHub's list of open pull requests. While it is believed, those of it that events told of since it was asked for are
 * asked for by themselves, as long as that takes no more requests than the list; what came anew makes the list stale.
 */
export async function openPullsOf(
  asking: Asking & Pick<ReaderOptions, "store" | "repo" | "now">,
): Promise<Read<readonly Listed[]>> {
  const { store, repo, now, believed } = asking;
  const key = resourceKeys.openPulls;
  const known = (await store.resources(repo, [key])).get(key);
  if (!known || !isBelieved(known, { believed, now: now() })) return await wholeList(asking);
  const list = known.body as Read<readonly Listed[]>;
  if (list.state !== "read") return list;
  const seen = await store.resources(
    repo,
    list.value.map((p) => resourceKeys.pull(p.number)),
  );
  const of = ({ number }: Listed) => seen.get(resourceKeys.pull(number));
  const changed = list.value.filter((p) => Math.max(of(p)?.toldAt ?? 0, of(p)?.fetchedAt ?? 0) >= known.fetchedAt);
  const told = new Map<number, Read<Listed>>();
  const unasked: Listed[] = [];
  for (const pull of changed) {
    const one = of(pull);
    if (one && isBelieved(one, { believed, now: now() })) told.set(pull.number, one.body as Read<Listed>);
    else unasked.push(pull);
  }
  if (unasked.length > Math.ceil(list.value.length / pageSize)) return await wholeList({ ...asking, believed: 0 });
  for (const { number } of unasked) told.set(number, await pullOf(number, asking));
  if ([...told.values()].some((p) => p.state === "unreadable")) return await wholeList({ ...asking, believed: 0 });
  return read(list.value.flatMap((pull) => stillOpen(told.get(pull.number) ?? read(pull))));
}

function stillOpen(pull: Read<Listed>): Listed[] {
  return pull.state === "read" && pull.value.state === "open" ? [pull.value] : [];
}

async function wholeList({ cache, at, believed }: Asking): Promise<Read<readonly Listed[]>> {
  return await cache(resourceKeys.openPulls, believed, {
    path: "GET /repos/{owner}/{repo}/pulls",
    parameters: { ...at, per_page: pageSize, state: "open", sort: "created", direction: "asc" },
    parse: (body) => z.array(schema.pullSchema).parse(body).map(listed),
    join: (pages) => pages.flat(),
  });
}

function listed(pull: z.infer<typeof schema.pullSchema>): Listed {
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    draft: pull.draft,
    authorLogin: pull.user.login,
    authorType: pull.user.type,
    baseRef: pull.base.ref,
    headRef: pull.head.ref,
    headSha: pull.head.sha,
    headRepo: pull.head.repo?.full_name ?? null,
    labels: pull.labels.map((l) => l.name),
    createdAt: pull.created_at,
    updatedAt: pull.updated_at,
    state: pull.merged_at ? "merged" : pull.state,
  };
}

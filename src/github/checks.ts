import { z } from "zod";
import type { CheckAnnotation, CheckConclusion, CheckFacts, FailedRun } from "../core/facts/facts.js";
import type { Instant } from "../core/model/ids.js";
import { absent, read, unreadable, type Read } from "../core/model/read.js";
import type { CheckName } from "../core/policy/policy.js";
import { pageSize, type Cache, type ReaderOptions } from "./cache.js";
import { resourceKeys } from "./keys.js";
import * as schema from "./schema.js";

/** Of what a failed check says of itself so much is kept: CI's own words come first and are short. */
const outputCharsKept = 500;
const messageCharsKept = 300;

interface Asking {
  readonly cache: Cache;
  readonly at: { readonly owner: string; readonly repo: string };
  /** Milliseconds that an answer is believed. */
  readonly believed: number;
}

/** Check runs on a commit, our own left out, and commit statuses where this repository uses them. */
export async function checksOf(
  sha: string,
  { cache, store, repo, appId, at, believed }: Asking & Pick<ReaderOptions, "store" | "repo" | "appId">,
): Promise<Read<readonly CheckFacts[]>> {
  const runs = await cache(resourceKeys.checks(sha), believed, {
    path: "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    parameters: { ...at, ref: sha, per_page: pageSize, filter: "latest" },
    parse: (body) =>
      z
        .looseObject({ check_runs: z.array(schema.checkRunSchema) })
        .parse(body)
        .check_runs.filter((r) => r.app?.id !== appId)
        .map(checkFacts),
    join: concat<CheckFacts>,
  });
  if (runs.state !== "read") return runs;
  const used = (await store.resources(repo, [resourceKeys.statusesUsed])).get(resourceKeys.statusesUsed);
  if (!used) return runs;
  const statuses = await cache(`${resourceKeys.checks(sha)}:statuses`, believed, {
    path: "GET /repos/{owner}/{repo}/commits/{ref}/status",
    parameters: { ...at, ref: sha, per_page: pageSize },
    parse: (body) =>
      z
        .looseObject({ statuses: z.array(schema.statusSchema) })
        .parse(body)
        .statuses.map(statusFacts),
    join: concat<CheckFacts>,
  });
  return statuses.state === "read" ? read([...runs.value, ...statuses.value]) : statuses;
}

/** What a check named so says in its text. One that runs says nothing yet; one that failed, nothing to go by. */
export async function reportOf(
  sha: string,
  { check, cache, at, believed }: Asking & { readonly check: CheckName },
): Promise<Read<string>> {
  const runs = await cache(resourceKeys.report(sha, check.name), believed, {
    path: "GET /repos/{owner}/{repo}/commits/{ref}/check-runs",
    parameters: { ...at, ref: sha, check_name: check.name, filter: "latest", per_page: pageSize },
    parse: (body) =>
      z
        .looseObject({ check_runs: z.array(schema.checkRunSchema) })
        .parse(body)
        .check_runs.map(reported),
    enoughPages: 1,
    join: (pages) => pages.flat(),
  });
  if (runs.state !== "read") return runs;
  const named = runs.value.filter((r) => check.app === null || r.app === check.app);
  const newest = named.reduce<Reported | null>((a, b) => (a && a.id > b.id ? a : b), null);
  if (!newest || newest.conclusion === null) return absent;
  if (newest.conclusion !== "success" && newest.conclusion !== "neutral")
    return unreadable(`the check ${check.name} ended as ${newest.conclusion}`);
  return newest.text === null ? unreadable(`the check ${check.name} has no text`) : read(newest.text);
}

interface Reported {
  readonly app: string | null;
  readonly conclusion: CheckConclusion | null;
  readonly text: string | null;
  /** Newer runs have higher ones. */
  readonly id: number;
}

function reported(run: z.infer<typeof schema.checkRunSchema>): Reported {
  return {
    app: run.app?.slug ?? null,
    conclusion: run.status === "completed" ? run.conclusion : null,
    text: run.output?.text ?? null,
    id: run.id,
  };
}

/** One page is enough: Actions keeps at most fifty annotations of a job. */
export async function annotationsOf(
  checkRun: number,
  { cache, at, believed }: Asking,
): Promise<Read<readonly CheckAnnotation[]>> {
  return await cache(resourceKeys.annotations(checkRun), believed, {
    path: "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations",
    parameters: { ...at, check_run_id: checkRun, per_page: pageSize },
    enoughPages: 1,
    join: concat<CheckAnnotation>,
    parse: (body) =>
      z
        .array(schema.annotationSchema)
        .parse(body)
        .map(({ path, annotation_level: level, message }) => ({
          path,
          // An unknown level may speak about the content.
          level: level ?? "failure",
          message: (message ?? "").slice(0, messageCharsKept),
        })),
  });
}

function concat<T>(pages: readonly (readonly T[])[]): T[] {
  return pages.flat();
}

function checkFacts(run: z.infer<typeof schema.checkRunSchema>): CheckFacts {
  return {
    name: run.name,
    app: run.app?.slug ?? null,
    kind: "check",
    conclusion: run.status === "completed" ? run.conclusion : null,
    url: run.html_url ?? run.details_url ?? null,
    startedAt: instant(run.started_at),
    completedAt: instant(run.completed_at),
    ...(run.status === "completed" && run.conclusion === "failure" && { failed: failedRun(run) }),
  };
}

function failedRun({ id, output }: z.infer<typeof schema.checkRunSchema>): FailedRun {
  const text = [output?.title, output?.summary].filter((part) => part).join("\n");
  return { id, output: text.slice(0, outputCharsKept), annotations: output?.annotations_count ?? 0 };
}

function statusFacts(status: z.infer<typeof schema.statusSchema>): CheckFacts {
  const done = status.state !== "pending";
  return {
    name: status.context,
    app: null,
    kind: "status",
    conclusion: !done ? null : status.state === "success" ? "success" : "failure",
    url: status.target_url ?? null,
    startedAt: instant(status.created_at),
    completedAt: done ? instant(status.updated_at) : null,
  };
}

function instant(text: string | null | undefined): Instant | null {
  return text ? Date.parse(text) : null;
}

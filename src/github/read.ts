import type { Octokit } from "@octokit/rest";
import { z } from "zod";
import type { Permission } from "../core/model/actor.js";
import type { FileChange, Patch } from "../core/model/change.js";
import { absent, read, unreadable, type Read } from "../core/model/read.js";
import type { CommitFacts, LabelEvent } from "../core/facts/facts.js";
import type { GitHubReader, ReadComment, ReadReview } from "../engine/ports.js";
import { isBelieved, pageSize, type Cache, type ReaderOptions, type Request } from "./cache.js";
import { annotationsOf, checksOf, reportOf } from "./checks.js";
import { deployedTo, labelEvent } from "./wanted.js";
import { faultWords } from "../core/model/fault.js";
import { faultOf, isHttpError } from "./fault.js";
import { resourceKeys } from "./keys.js";
import { permissionOf, writersOf } from "./permissions.js";
import { openPullsOf, pullOf } from "./pulls.js";
import * as schema from "./schema.js";

/** How long an answer that no event made stale is believed, in milliseconds. Events make it shorter; lost events cost this much. */
const believedMs = {
  moving: 50_000,
  reviews: 5 * 60_000,
  slow: 15 * 60_000,
  /** Named by a commit: it never changes. */
  immutable: Number.POSITIVE_INFINITY,
} as const;

/** Pages of 100 read of one list; past that the list is unreadable, and unreadable never permits. */
const pagesMax = 30;
/** GitHub lists no more files and commits of a pull request, and doesn't say that it left some out. */
const filesMax = 3_000;
const commitsMax = 250;

/** Reads one repository through the store's cache: conditional requests, parsed at the border, every fault a value. */
export function readerOf(options: ReaderOptions): GitHubReader {
  const [owner = "", repo = ""] = options.repo.split("/");
  const at = { owner, repo };
  const cache = cached(options);
  const page = { ...at, per_page: pageSize };

  return {
    branchSha: async (base) =>
      await cache(resourceKeys.branch(base), believedMs.moving, {
        path: `GET /repos/${owner}/${repo}/git/ref/heads/${refPath(base)}`,
        parse: (body) => z.looseObject({ object: z.looseObject({ sha: schema.shaSchema }) }).parse(body).object.sha,
      }),
    openPulls: async () => await openPullsOf({ ...options, cache, at, believed: believedMs.moving }),
    pull: async (number) => await pullOf(number, { cache, at, believed: believedMs.moving }),
    files: async (number, headSha) =>
      await cache(resourceKeys.files(number, headSha), believedMs.immutable, {
        path: "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
        parameters: { ...page, pull_number: number },
        parse: (body) => z.array(schema.fileSchema).parse(body).map(fileChange),
        join: concat<FileChange>,
        most: filesMax,
      }),
    commits: async (number, headSha) =>
      await cache(resourceKeys.commits(number, headSha), believedMs.immutable, {
        path: "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits",
        parameters: { ...page, pull_number: number },
        parse: (body) => z.array(schema.commitSchema).parse(body).map(commitFacts),
        join: concat<CommitFacts>,
        most: commitsMax,
      }),
    reviews: async (number) =>
      await cache(resourceKeys.reviews(number), believedMs.reviews, {
        path: "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
        parameters: { ...page, pull_number: number },
        parse: (body) => z.array(schema.reviewSchema).parse(body).flatMap(review),
        join: concat<ReadReview>,
      }),
    comments: async (number) =>
      await cache(resourceKeys.comments(number), believedMs.reviews, {
        path: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
        parameters: { ...page, issue_number: number },
        parse: (body) =>
          z
            .array(schema.commentSchema)
            .parse(body)
            .map((c) => comment(c, number)),
        join: concat<ReadComment>,
      }),
    checks: async (sha) => await checksOf(sha, { cache, ...options, at, believed: believedMs.moving }),
    report: async (sha, check) => await reportOf(sha, { check, cache, at, believed: believedMs.reviews }),
    annotations: async (checkRun) => await annotationsOf(checkRun, { cache, at, believed: believedMs.immutable }),
    labelEvents: async (number) =>
      await cache(resourceKeys.labelEvents(number), believedMs.reviews, {
        path: "GET /repos/{owner}/{repo}/issues/{issue_number}/events",
        parameters: { ...page, issue_number: number },
        parse: (body) => z.array(schema.issueEventSchema).parse(body).flatMap(labelEvent),
        join: concat<LabelEvent>,
      }),
    deployedTo: async (sha, environments) => await deployedTo(sha, { cache, at, environments }),
    textAt: async (sha, path) =>
      await cache(resourceKeys.text(sha, path), believedMs.immutable, {
        path: "GET /repos/{owner}/{repo}/contents/{path}",
        parameters: { ...at, path, ref: sha },
        parse: contentText,
      }),
    organisationText: async (organisation, path) =>
      await cache(resourceKeys.organisationText(organisation, path), believedMs.slow, {
        path: "GET /repos/{owner}/{repo}/contents/{path}",
        parameters: { owner: organisation, repo: ".github", path },
        parse: contentText,
        // One answer for all repositories of the organisation, and a push there makes it stale; another owner's answer
        // may hold for this installation only.
        ...(organisation === owner && { keptIn: `${owner}/.github` }),
      }),
    teamMembers: async (team) => {
      const [org = "", slug = ""] = team.split("/");
      return await cache(resourceKeys.team(team), believedMs.slow, {
        path: "GET /orgs/{org}/teams/{team_slug}/members",
        parameters: { org, team_slug: slug, per_page: pageSize },
        parse: (body) =>
          z
            .array(z.looseObject({ login: z.string() }))
            .parse(body)
            .map((m) => m.login),
        join: concat<string>,
      });
    },
    permission: async (login) =>
      await cache(resourceKeys.permission(login), believedMs.slow, {
        path: "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
        parameters: { ...at, username: login },
        parse: permissionOf,
        whenAbsent: (): Permission => "none",
      }),
    writers: async () =>
      await cache(resourceKeys.writers, believedMs.slow, {
        path: "GET /repos/{owner}/{repo}/collaborators",
        parameters: page,
        parse: writersOf,
        // Somebody to ask is among the first few hundred; whoever judges without being asked is looked up by name.
        enoughPages: 3,
        join: (pages) => Object.assign({}, ...pages) as Record<string, Permission>,
      }),
    requiredChecks: async (base) =>
      await cache(resourceKeys.rules(base), believedMs.slow, {
        path: "GET /repos/{owner}/{repo}/rules/branches/{branch}",
        parameters: { ...page, branch: base },
        parse: requiredChecksOf,
        join: concat<string>,
        whenAbsent: (): string[] => [],
      }),
  };
}

function cached({ octokit, store, repo, now }: ReaderOptions): Cache {
  return async function fromCache<T>(key: string, believed: number, request: Request<T>): Promise<Read<T>> {
    const keptIn = request.keptIn ?? repo;
    const known = (await store.resources(keptIn, [key])).get(key);
    if (known && isBelieved(known, { believed, now: now() })) return known.body as Read<T>;
    const fetchedAt = now();
    try {
      const { etag, pages } = await fetchPages(octokit, request, known?.etag ?? null);
      const parsed = pages.map(request.parse);
      const value = request.join ? request.join(parsed) : parsed[0];
      if (value === undefined) return unreadable("GitHub answered nothing");
      if (request.most !== undefined && Array.isArray(value) && value.length >= request.most)
        return await kept(unreadable(`GitHub lists no more than ${request.most} of them: split the change`), etag);
      return await kept(read(value), etag);
    } catch (error) {
      if (isHttpError(error) && error.status === 304 && known) return await kept(known.body as Read<T>, known.etag);
      if (error instanceof z.ZodError)
        return unreadable(`GitHub's answer was not understood: ${z.prettifyError(error)}`);
      const fault = faultOf(error, now());
      if (!fault) throw error;
      if (fault.kind === "not-found") return await kept(request.whenAbsent ? read(request.whenAbsent()) : absent, null);
      return unreadable(faultWords(fault));
    }
    async function kept(body: Read<T>, etag: string | null): Promise<Read<T>> {
      await store.keep(keptIn, [{ key, etag, body, fetchedAt }]);
      return body;
    }
  };
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

function concat<T>(pages: readonly (readonly T[])[]): T[] {
  return pages.flat();
}

function fileChange(file: z.infer<typeof schema.fileSchema>): FileChange {
  return {
    path: file.filename,
    ...(file.previous_filename !== undefined && { oldPath: file.previous_filename }),
    status: file.status === "unchanged" ? "changed" : file.status,
    added: file.additions,
    deleted: file.deletions,
    patch: patchOf(file),
  };
}

/** GitHub sends no patch for binaries, for what is too large, and where no line changed: three different things. */
function patchOf(file: z.infer<typeof schema.fileSchema>): Patch {
  if (file.patch !== undefined) {
    if (/^[-+]Subproject commit [0-9a-f]{40}/m.test(file.patch)) return { state: "submodule" };
    return { state: "text", text: file.patch };
  }
  if (file.changes > 0) return { state: "missing", why: "truncated" };
  if (file.status === "renamed" || file.status === "copied" || file.status === "changed") return { state: "none" };
  return { state: "binary" };
}

function commitFacts(commit: z.infer<typeof schema.commitSchema>): CommitFacts {
  return {
    sha: commit.sha,
    author: commit.author?.login ?? null,
    committer: commit.committer?.login ?? null,
    coAuthors: [...commit.commit.message.matchAll(/^co-authored-by:\s*(.+)$/gim)].map((m) => (m[1] ?? "").trim()),
    verified: commit.commit.verification?.verified ?? false,
    message: commit.commit.message,
    parents: commit.parents.length,
  };
}

const reviewStates: Readonly<Record<string, ReadReview["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  DISMISSED: "dismissed",
  COMMENTED: "commented",
};

function review(found: z.infer<typeof schema.reviewSchema>): ReadReview[] {
  const state = reviewStates[found.state.toUpperCase()];
  if (!state || found.submitted_at === undefined) return [];
  const commit = schema.shaSchema.safeParse(found.commit_id);
  return [
    {
      id: found.id,
      by: found.user.login,
      state,
      commitSha: commit.success ? commit.data : null,
      at: found.submitted_at,
    },
  ];
}

function comment(found: z.infer<typeof schema.commentSchema>, number: number): ReadComment {
  return {
    id: found.id,
    number: schema.numberSchema.parse(number),
    by: found.user.login,
    byType: found.user.type,
    body: found.body ?? "",
    at: found.created_at,
    edited: found.updated_at > found.created_at,
  };
}

/** A file's text from the contents API; what is no text (a folder, a submodule, over 1 MB) does not parse. */
function contentText(body: unknown): string {
  const file = z
    .looseObject({ type: z.literal("file"), encoding: z.literal("base64"), content: z.string() })
    .parse(body);
  return Buffer.from(file.content, "base64").toString("utf8");
}

function requiredChecksOf(body: unknown): string[] {
  const rule = z.looseObject({
    type: z.string(),
    parameters: z
      .looseObject({ required_status_checks: z.array(z.looseObject({ context: z.string() })).default([]) })
      .optional(),
  });
  return z
    .array(rule)
    .parse(body)
    .filter((r) => r.type === "required_status_checks")
    .flatMap((r) => r.parameters?.required_status_checks.map((c) => c.context) ?? []);
}

/** A branch name in a URL: its slashes stay. */
export function refPath(branch: string): string {
  return branch.split("/").map(encodeURIComponent).join("/");
}

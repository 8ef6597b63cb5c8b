import { z } from "zod";
import type { Permission } from "../core/model/actor.js";
import type { CommitFacts, LabelEvent } from "../core/facts/facts.js";
import type { GitHubReader, ReadComment, ReadReview } from "../engine/ports.js";
import { cached, pageSize, type ReaderOptions } from "./cache.js";
import { annotationsOf, checksOf, reportOf } from "./checks.js";
import { deployedTo, labelEvent } from "./wanted.js";
import { filesOf } from "./files.js";
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

/** GitHub lists no more commits of a pull request, and doesn't say that it left some out. */
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
      await cache(resourceKeys.files(number, headSha), believedMs.immutable, filesOf(at, number)),
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

function concat<T>(pages: readonly (readonly T[])[]): T[] {
  return pages.flat();
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

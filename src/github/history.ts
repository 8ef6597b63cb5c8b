import { z } from "zod";
import type { PastDeployment, PastHead, PastPull, PastReview, PastTurn } from "../core/constraint/flow/past.js";
import { revertsNamed } from "../core/memory/reverts.js";
import type { Login } from "../core/model/ids.js";
import { actorKind } from "../core/policy/actors.js";
import { emptyPolicy } from "../core/policy/defaults.js";
import { fileStatusOf, type ScoredChange } from "../core/risk/change.js";
import type { GitHubHistory, PastPage, Try } from "../engine/ports.js";
import { asking, type ReaderOptions } from "./cache.js";
import { attempt } from "./fault.js";
import { filesOf } from "./files.js";
import { deploymentsQuery, deploymentsSchema, pullsQuery, pullsSchema, type PastNode } from "./history-query.js";
import { resourceKeys } from "./keys.js";

/**
 * Pull requests a request. With all that hangs on them this costs GitHub about eight points of the 5,000 an hour, and is
 * answered well within the ten seconds that it gives a query.
 */
const pullsAtOnce = 25;
const deploymentsAtOnce = 100;

/**
 * The past through GraphQL: a fraction of a request for each pull request. What changed in it GraphQL doesn't tell: that
 * is read as it is of a live one.
 */
export function historyReader(options: ReaderOptions): GitHubHistory {
  const { octokit, repo, appId, now } = options;
  const [owner = "", name = ""] = repo.split("/");
  const fromCache = asking(options);
  const ask = async <T>(schema: z.ZodType<T>, query: string, variables: Record<string, unknown>): Promise<Try<T>> => {
    const call = async () => {
      const answer = await octokit.graphql(query, { owner, name, ...variables }).catch(asHttpError);
      return parsed(schema, answer);
    };
    return await attempt(call, now);
  };
  return {
    pulls: async (base, after) => {
      const answer = await ask(pullsSchema, pullsQuery, { base, after, size: pullsAtOnce });
      return answer.ok
        ? { ok: true, value: pageOf(answer.value.repository.pullRequests, (node) => pastPull(node, appId)) }
        : answer;
    },
    deployments: async (after) => {
      const answer = await ask(deploymentsSchema, deploymentsQuery, { after, size: deploymentsAtOnce });
      return answer.ok ? { ok: true, value: pageOf(answer.value.repository.deployments, pastDeployment) } : answer;
    },
    files: async (number, sha) =>
      await fromCache(resourceKeys.files(number, sha ?? "landed"), Infinity, filesOf({ owner, repo: name }, number)),
    budget: async () =>
      await attempt(async () => parsed(budgetSchema, (await octokit.request("GET /rate_limit")).data), now),
  };
}

const budgetSchema = z
  .looseObject({
    resources: z.looseObject({ core: z.looseObject({ limit: z.int(), remaining: z.int(), reset: z.int() }) }),
  })
  .transform(({ resources: { core } }) => ({
    remaining: core.remaining,
    limit: core.limit,
    until: core.reset * 1000,
  }));

/** An answer that is not what was asked for is GitHub's trouble, and may pass. */
function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw Object.assign(new Error(z.prettifyError(result.error)), { name: "HttpError", status: 502 });
}

/** GraphQL answers 200 whatever happened; what happened is in its errors. */
function asHttpError(error: unknown): never {
  const known = graphqlError.safeParse(error);
  if (!known.success) throw error;
  const types = known.data.errors.map((e) => e.type ?? "");
  const status =
    types.includes("RATE_LIMITED") || types.includes("FORBIDDEN") ? 403 : types.includes("NOT_FOUND") ? 404 : 502;
  const message = known.data.errors.map((e) => e.message).join("; ");
  throw Object.assign(new Error(message), { name: "HttpError", status, response: { headers: known.data.headers } });
}

const graphqlError = z.object({
  name: z.literal("GraphqlResponseError"),
  headers: z.record(z.string(), z.unknown()),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })),
});

interface Connection<N> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly (N | null)[];
}

function pageOf<N, T>({ totalCount, pageInfo, nodes }: Connection<N>, item: (node: N) => T | null): PastPage<T> {
  return {
    items: nodes.flatMap((node) => (node === null ? [] : (item(node) ?? []))),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    total: totalCount,
  };
}

type PullNode = PastNode<typeof pullsSchema, "pullRequests">;
type Who = PullNode["author"];

/** GraphQL leaves out what REST and webhooks put behind an app's name. */
function loginOf(who: Who): string | null {
  if (!who) return null;
  return who.__typename === "Bot" && !who.login.endsWith("[bot]") ? `${who.login}[bot]` : who.login;
}

function pastPull(node: PullNode, appId: number): PastPull {
  const author = loginOf(node.author);
  const paths = node.files?.nodes ?? [];
  return {
    number: node.number,
    author,
    kind: author === null ? "human" : actorKind(emptyPolicy.actors, author),
    createdAt: node.createdAt,
    draft: node.isDraft,
    merged: node.mergedAt === null ? null : { at: node.mergedAt, sha: node.mergeCommit?.oid ?? null },
    closedAt: node.closedAt,
    paths: paths.flatMap((f) => f?.path ?? []),
    ...(author !== null && node.mergedAt !== null && { change: changeOf(node, author), undoes: revertsNamed(node) }),
    heads: (node.commits.nodes ?? []).flatMap((c) => (c ? headOf(c.commit, appId) : [])),
    reviews: (node.reviews?.nodes ?? []).flatMap(reviewOf),
    turns: (node.timelineItems.nodes ?? []).flatMap((turn) => (turn ? turnOf(turn) : [])),
  };
}

/** As risk reads it, without what classification would find: the past's diffs aren't fetched. */
function changeOf(node: PullNode, author: Login): ScoredChange {
  const files = (node.files?.nodes ?? []).flatMap((f) => f ?? []);
  return {
    id: String(node.number),
    author,
    isBot: actorKind(emptyPolicy.actors, author) === "bot",
    title: node.title,
    files: files.map((f) => ({
      path: f.path,
      added: f.additions,
      deleted: f.deletions,
      status: fileStatusOf(f.changeType === "DELETED" ? "removed" : f.changeType.toLowerCase()),
    })),
    fileCount: node.changedFiles,
    added: node.additions,
    deleted: node.deletions,
  };
}

type CommitNode = NonNullable<NonNullable<PullNode["commits"]["nodes"]>[number]>["commit"];

/** GitHub tells no more when a push was; but its checks begin at once. A commit that none looked at was no head. */
function headOf({ oid, checkSuites }: CommitNode, appId: number): PastHead[] {
  const suites = (checkSuites?.nodes ?? []).flatMap((s) => (s && s.app?.databaseId !== appId ? s : []));
  if (suites.length === 0) return [];
  const runs = suites.flatMap((s) => s.checkRuns?.nodes ?? []);
  return [
    {
      sha: oid,
      pushedAt: Math.min(...suites.map((s) => s.createdAt)),
      runs: runs.flatMap((run) =>
        run?.startedAt == null
          ? []
          : [
              {
                name: run.name,
                startedAt: run.startedAt,
                completedAt: run.completedAt,
                ok: run.conclusion === "SUCCESS" || run.conclusion === "NEUTRAL" || run.conclusion === "SKIPPED",
              },
            ],
      ),
    },
  ];
}

type ReviewNode = NonNullable<NonNullable<PullNode["reviews"]>["nodes"]>[number];

function reviewOf(review: ReviewNode): PastReview[] {
  const by = loginOf(review?.author ?? null);
  if (!review || by === null || review.submittedAt === null) return [];
  // What was dismissed later was an approval when it was given, more often than not.
  const state = { APPROVED: "approved", DISMISSED: "approved", CHANGES_REQUESTED: "changes_requested" } as const;
  const known = review.state in state ? state[review.state as keyof typeof state] : "commented";
  return review.state === "PENDING" ? [] : [{ by, state: known, at: review.submittedAt }];
}

type TurnNode = NonNullable<NonNullable<PullNode["timelineItems"]["nodes"]>[number]>;

function turnOf(turn: TurnNode): PastTurn[] {
  const { createdAt: at } = turn;
  if (at === undefined) return [];
  switch (turn.__typename) {
    case "ReadyForReviewEvent":
      return [{ what: "ready", at, team: null }];
    case "ConvertToDraftEvent":
      return [{ what: "draft", at, team: null }];
    case "ReviewRequestedEvent":
      return [{ what: "asked", at, team: turn.requestedReviewer?.slug ?? null }];
    default:
      return [];
  }
}

function pastDeployment(node: PastNode<typeof deploymentsSchema, "deployments">): PastDeployment | null {
  const state = node.latestStatus?.state;
  if (!node.latestStatus || (state !== "SUCCESS" && state !== "INACTIVE" && state !== "FAILURE" && state !== "ERROR"))
    return null;
  const ok = state === "SUCCESS" || state === "INACTIVE";
  // An older deployment is made inactive when the next one comes: its own moment is when it was made.
  const at = state === "INACTIVE" ? node.createdAt : node.latestStatus.createdAt;
  return { sha: node.commitOid, environment: node.environment ?? "", at, ok };
}

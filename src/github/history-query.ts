import { z } from "zod";
import { shaSchema } from "./schema.js";
import { prNumber } from "../core/model/ids.js";

/** What is asked of the past through GraphQL, and the answer as far as it is used. */

export const pullsQuery = `
query ($owner: String!, $name: String!, $base: String!, $after: String, $size: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequests(baseRefName: $base, first: $size, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        number createdAt closedAt mergedAt isDraft title body additions deletions changedFiles
        author { __typename login }
        mergeCommit { oid }
        files(first: 30) { nodes { path additions deletions changeType } }
        reviews(first: 30) { nodes { state submittedAt author { __typename login } } }
        timelineItems(first: 50, itemTypes: [READY_FOR_REVIEW_EVENT, CONVERT_TO_DRAFT_EVENT, REVIEW_REQUESTED_EVENT]) {
          nodes {
            __typename
            ... on ReadyForReviewEvent { createdAt }
            ... on ConvertToDraftEvent { createdAt }
            ... on ReviewRequestedEvent { createdAt requestedReviewer { __typename ... on Team { slug } } }
          }
        }
        commits(last: 5) {
          nodes {
            commit {
              oid
              checkSuites(first: 5) {
                nodes {
                  createdAt
                  app { databaseId }
                  checkRuns(first: 20) { nodes { name startedAt completedAt conclusion } }
                }
              }
            }
          }
        }
      }
    }
  }
}`;

export const deploymentsQuery = `
query ($owner: String!, $name: String!, $after: String, $size: Int!) {
  repository(owner: $owner, name: $name) {
    deployments(first: $size, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { commitOid environment createdAt latestStatus { state createdAt } }
    }
  }
}`;

const instant = z.string().transform((text, ctx) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) ctx.addIssue("not a time");
  return at;
});
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable();
const who = maybe(z.object({ __typename: z.string(), login: z.string() }));
const nodes = <T extends z.ZodType>(node: T) => z.object({ nodes: maybe(z.array(maybe(node))) });

function connection<T extends z.ZodType>(node: T) {
  return z.object({
    totalCount: z.int(),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: maybe(z.string()) }),
    nodes: z.array(maybe(node)),
  });
}

const run = z.object({
  name: z.string(),
  startedAt: maybe(instant),
  completedAt: maybe(instant),
  conclusion: maybe(z.string()),
});
const commit = z.object({
  oid: shaSchema,
  checkSuites: maybe(
    nodes(
      z.object({
        createdAt: instant,
        app: maybe(z.object({ databaseId: maybe(z.int()) })),
        checkRuns: maybe(nodes(run)),
      }),
    ),
  ),
});
const turn = z.object({
  __typename: z.string(),
  createdAt: instant.optional(),
  requestedReviewer: maybe(z.object({ slug: z.string().optional() })).optional(),
});
const pull = z.object({
  number: z.int().positive().transform(prNumber),
  createdAt: instant,
  closedAt: maybe(instant),
  mergedAt: maybe(instant),
  isDraft: z.boolean(),
  author: who,
  mergeCommit: maybe(z.object({ oid: shaSchema })),
  title: z.string(),
  body: z.string(),
  additions: z.int(),
  deletions: z.int(),
  changedFiles: z.int(),
  files: maybe(nodes(z.object({ path: z.string(), additions: z.int(), deletions: z.int(), changeType: z.string() }))),
  reviews: maybe(nodes(z.object({ state: z.string(), submittedAt: maybe(instant), author: who }))),
  timelineItems: nodes(turn),
  commits: nodes(z.object({ commit })),
});
const deployment = z.object({
  commitOid: shaSchema,
  environment: maybe(z.string()),
  createdAt: instant,
  latestStatus: maybe(z.object({ state: z.string(), createdAt: instant })),
});

export const pullsSchema = z.object({ repository: z.object({ pullRequests: connection(pull) }) });
export const deploymentsSchema = z.object({ repository: z.object({ deployments: connection(deployment) }) });

/** One entry of the list that a query answers. */
export type PastNode<S extends z.ZodType<{ repository: object }>, K extends string> =
  S extends z.ZodType<{
    repository: Record<K, { nodes: (infer N)[] }>;
  }>
    ? NonNullable<N>
    : never;

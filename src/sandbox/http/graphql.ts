import { buildSchema, graphql } from "graphql";
import { GitHubFailure, invalid } from "../fail.js";
import { deploymentNodes, pullNodes, type Page } from "../shape/past.js";
import { repoKey } from "../state.js";
import { authorize } from "./auth.js";
import { anyone, needText, ok, type Answer, type Call, type Route } from "./route.js";

/** The part of GitHub's GraphQL schema that tells the past; names, types and nullability are GitHub's. */
export const sandboxSchema = buildSchema(`
  scalar DateTime
  scalar GitObjectID
  type Query { repository(owner: String!, name: String!, followRenames: Boolean = true): Repository }
  type Repository {
    pullRequests(baseRefName: String, first: Int, after: String, orderBy: IssueOrder): PullRequestConnection!
    deployments(first: Int, after: String, orderBy: DeploymentOrder): DeploymentConnection!
  }
  input IssueOrder { field: IssueOrderField!, direction: OrderDirection! }
  enum IssueOrderField { CREATED_AT UPDATED_AT COMMENTS }
  input DeploymentOrder { field: DeploymentOrderField!, direction: OrderDirection! }
  enum DeploymentOrderField { CREATED_AT }
  enum OrderDirection { ASC DESC }
  type PageInfo { hasNextPage: Boolean!, endCursor: String }
  interface Actor { login: String! }
  type User implements Actor { login: String! }
  type Bot implements Actor { login: String! }
  type PullRequestConnection { totalCount: Int!, pageInfo: PageInfo!, nodes: [PullRequest] }
  type PullRequest {
    number: Int!, createdAt: DateTime!, closedAt: DateTime, mergedAt: DateTime, isDraft: Boolean!, title: String!
    body: String!, additions: Int!, deletions: Int!, changedFiles: Int!
    author: Actor, mergeCommit: Commit
    files(first: Int): PullRequestChangedFileConnection
    reviews(first: Int): PullRequestReviewConnection
    timelineItems(first: Int, itemTypes: [PullRequestTimelineItemsItemType!]): PullRequestTimelineItemsConnection!
    commits(last: Int): PullRequestCommitConnection!
  }
  type PullRequestChangedFileConnection { nodes: [PullRequestChangedFile] }
  enum PatchStatus { ADDED DELETED RENAMED COPIED MODIFIED CHANGED }
  type PullRequestChangedFile { path: String!, additions: Int!, deletions: Int!, changeType: PatchStatus! }
  type PullRequestReviewConnection { nodes: [PullRequestReview] }
  enum PullRequestReviewState { PENDING COMMENTED APPROVED CHANGES_REQUESTED DISMISSED }
  type PullRequestReview { state: PullRequestReviewState!, submittedAt: DateTime, author: Actor }
  enum PullRequestTimelineItemsItemType { READY_FOR_REVIEW_EVENT CONVERT_TO_DRAFT_EVENT REVIEW_REQUESTED_EVENT }
  type PullRequestTimelineItemsConnection { nodes: [PullRequestTimelineItems] }
  union PullRequestTimelineItems = ReadyForReviewEvent | ConvertToDraftEvent | ReviewRequestedEvent
  type ReadyForReviewEvent { createdAt: DateTime! }
  type ConvertToDraftEvent { createdAt: DateTime! }
  type ReviewRequestedEvent { createdAt: DateTime!, requestedReviewer: RequestedReviewer }
  union RequestedReviewer = Team | User
  type Team { slug: String! }
  type PullRequestCommitConnection { nodes: [PullRequestCommit] }
  type PullRequestCommit { commit: Commit! }
  type Commit { oid: GitObjectID!, checkSuites(first: Int): CheckSuiteConnection }
  type CheckSuiteConnection { nodes: [CheckSuite] }
  type CheckSuite { createdAt: DateTime!, app: App, checkRuns(first: Int): CheckRunConnection }
  type App { databaseId: Int, slug: String! }
  type CheckRunConnection { nodes: [CheckRun] }
  enum CheckConclusionState {
    ACTION_REQUIRED TIMED_OUT CANCELLED FAILURE SUCCESS NEUTRAL SKIPPED STARTUP_FAILURE STALE
  }
  type CheckRun { name: String!, startedAt: DateTime, completedAt: DateTime, conclusion: CheckConclusionState }
  type DeploymentConnection { totalCount: Int!, pageInfo: PageInfo!, nodes: [Deployment] }
  type Deployment { commitOid: String!, environment: String, createdAt: DateTime!, latestStatus: DeploymentStatus }
  enum DeploymentStatusState { PENDING SUCCESS FAILURE INACTIVE ERROR QUEUED IN_PROGRESS WAITING }
  type DeploymentStatus { state: DeploymentStatusState!, createdAt: DateTime! }
`);

/** Not among `routes`: those are held against GitHub's REST description. */
export const graphqlRoute: Route = { method: "POST", path: "/graphql", needs: null, run: answer };

/** GitHub answers a query that is wrong, or asks for what may not be seen, with 200 and errors. */
async function answer(call: Call): Promise<Answer> {
  const { variables } = call.body;
  const result = await graphql({
    schema: sandboxSchema,
    source: needText(call, "query"),
    rootValue: { repository: (of: Named) => repository(call, of) },
    variableValues: typeof variables === "object" ? (variables as Record<string, unknown>) : null,
  });
  return ok({
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(result.errors && {
      errors: result.errors.map((e) => ({
        ...e.toJSON(),
        type: e.originalError instanceof GitHubFailure && e.originalError.status === 403 ? "FORBIDDEN" : "NOT_FOUND",
      })),
    }),
  });
}

interface Named {
  readonly owner: string;
  readonly name: string;
}

interface Wanted {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly baseRefName?: string | null;
}

function repository(call: Call, { owner, name }: Named) {
  const repo = call.world.repos.get(repoKey(owner, name));
  if (!repo) throw new GitHubFailure(404, `Could not resolve to a Repository with the name '${owner}/${name}'.`);
  const may = (permission: string) =>
    authorize(call.caller, repo, { needs: anyone([permission, "read"]), writes: "reads" });
  return {
    pullRequests: (wanted: Wanted) => {
      may("pull_requests");
      may("checks");
      return pullNodes(repo, { base: wanted.baseRefName ?? null, page: pageOf(wanted) });
    },
    deployments: (wanted: Wanted) => {
      may("deployments");
      return deploymentNodes(repo, pageOf(wanted));
    },
  };
}

const pageMost = 100;

function pageOf({ first, after }: Wanted): Page {
  if (typeof first !== "number" || first < 1 || first > pageMost)
    throw invalid("You must provide a `first` value between 1 and 100 to properly paginate the connection.");
  return { first, before: after == null ? null : Number(Buffer.from(after, "base64url").toString()) };
}

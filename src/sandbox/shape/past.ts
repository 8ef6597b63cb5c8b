import type { PastDeployment, PastPull, PastRun } from "../../core/constraint/flow/past.js";
import { prNumber, sha } from "../../core/model/ids.js";
import type { DiffFile } from "../git/diff.js";
import { pastFiles } from "../past.js";
import { pullsOf, type CheckRun, type Deployment, type PullIssue, type Repo, type Review } from "../state.js";

/** A repository's past as GitHub's GraphQL tells it: what was played here, and before it what was given as history. */
export interface Page {
  readonly first: number;
  /** What came after this is left out; null: begin with the newest. New entries move no page. */
  readonly before: number | null;
}

export function pullNodes(repo: Repo, { base, page }: { base: string | null; page: Page }) {
  const live = pullsOf(repo)
    .filter((p) => base === null || p.pull.baseRef === base)
    .sort((a, b) => b.createdAt - a.createdAt || b.number - a.number);
  const all = [...live, ...repo.past.pulls];
  const from = page.before === null ? 0 : all.findIndex((p) => p.number < (page.before ?? 0));
  const shown = from < 0 ? [] : all.slice(from, from + page.first);
  const pulls = shown.map((p) =>
    "pull" in p ? { ...lived(repo, p), title: p.title, body: p.body ?? "" } : { ...p, title: "Simulated", body: "" },
  );
  const last = shown.length === 0 || shown.at(-1) === all.at(-1) ? null : (shown.at(-1)?.number ?? null);
  return connection(all.length, {
    next: last,
    nodes: pulls.map((p) => pullNode(p, { files: pastFiles(repo.past, p), app: appOf(repo) })),
  });
}

export function deploymentNodes(repo: Repo, page: Page) {
  const live = [...repo.deployments.values()].reverse().flatMap(deployed);
  const all = [...live, ...repo.past.deployments];
  // Counted from the oldest, so that new ones move no page.
  const from = page.before === null ? 0 : all.length - page.before;
  const left = all.length - from - page.first;
  const nodes = all.slice(from, from + page.first).map(({ sha: commitOid, environment, at, ok }) => ({
    ...{ commitOid, environment, createdAt: iso(at) },
    latestStatus: { state: ok ? "SUCCESS" : "FAILURE", createdAt: iso(at) },
  }));
  return connection(all.length, { next: left > 0 ? left : null, nodes });
}

function connection<T>(totalCount: number, { next, nodes }: { next: number | null; nodes: readonly T[] }) {
  const endCursor = next === null ? null : Buffer.from(String(next)).toString("base64url");
  return { totalCount, pageInfo: { hasNextPage: next !== null, endCursor }, nodes };
}

/** What a pull request that was played here has behind it. */
function lived(repo: Repo, { number, user, createdAt, closedAt, pull }: PullIssue): PastPull {
  const suites = [...repo.suites.values()].filter((s) => s.headBranch === pull.headRef);
  return {
    number: prNumber(number),
    author: user.login,
    kind: user.type === "Bot" ? "bot" : "human",
    createdAt,
    draft: pull.draft,
    merged: pull.merged && { at: pull.merged.at, sha: sha(pull.merged.sha) },
    closedAt,
    paths: [],
    heads: suites.map((suite) => ({
      sha: sha(suite.headSha),
      pushedAt: suite.createdAt,
      runs: [...repo.checkRuns.values()].filter((r) => r.suiteId === suite.id).map(ran),
    })),
    reviews: pull.reviews.flatMap(reviewed),
    turns: [],
  };
}

function ran({ name, startedAt, completedAt, conclusion }: CheckRun): PastRun {
  return { name, startedAt, completedAt, ok: conclusion === "success" };
}

function reviewed({ user, state, submittedAt }: Review): PastPull["reviews"][number][] {
  if (state === "PENDING") return [];
  const known = state === "APPROVED" ? "approved" : state === "CHANGES_REQUESTED" ? "changes_requested" : "commented";
  return [{ by: user.login, state: known, at: submittedAt }];
}

function deployed({ sha: commit, environment, statuses }: Deployment): PastDeployment[] {
  const last = statuses.at(-1);
  return last ? [{ sha: sha(commit), environment, at: last.createdAt, ok: last.state === "success" }] : [];
}

function appOf(repo: Repo): number | null {
  return [...repo.suites.values()][0]?.appId ?? null;
}

function pullNode(
  pull: PastPull & { readonly title: string; readonly body: string },
  { files, app }: { files: readonly DiffFile[]; app: number | null },
) {
  const { number, title, body, author, createdAt, closedAt, merged, draft, heads, reviews, turns } = pull;
  return {
    ...{ number, title, body, changedFiles: files.length },
    ...{ additions: sum(files.map((f) => f.added)), deletions: sum(files.map((f) => f.deleted)) },
    ...{ isDraft: draft, createdAt: iso(createdAt), author: actor(author) },
    closedAt: isoOrNull(closedAt ?? merged?.at ?? null),
    mergedAt: isoOrNull(merged?.at ?? null),
    mergeCommit: merged?.sha == null ? null : { oid: merged.sha },
    files: () => ({
      nodes: files.map(({ path, added, deleted, status }) => ({
        ...{ path, additions: added, deletions: deleted },
        changeType: status === "removed" ? "DELETED" : status.toUpperCase(),
      })),
    }),
    reviews: () => ({
      nodes: reviews.map((r) => ({
        state: r.state.toUpperCase(),
        submittedAt: iso(r.at),
        author: actor(r.by),
      })),
    }),
    timelineItems: () => ({
      nodes: turns.map((t) => ({
        __typename: turnNames[t.what],
        createdAt: iso(t.at),
        requestedReviewer: t.team === null ? null : { __typename: "Team", slug: t.team },
      })),
    }),
    commits: () => ({
      nodes: heads.map((h) => ({ commit: { oid: h.sha, checkSuites: { nodes: [suiteNode(h, app)] } } })),
    }),
  };
}

function suiteNode({ pushedAt, runs }: PastPull["heads"][number], app: number | null) {
  return {
    createdAt: iso(pushedAt),
    app: app === null ? null : { databaseId: app, slug: "ci" },
    checkRuns: {
      nodes: runs.map((run) => ({
        name: run.name,
        startedAt: iso(run.startedAt),
        completedAt: isoOrNull(run.completedAt),
        conclusion: run.completedAt === null ? null : run.ok ? "SUCCESS" : "FAILURE",
      })),
    },
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

const turnNames = {
  ready: "ReadyForReviewEvent",
  draft: "ConvertToDraftEvent",
  asked: "ReviewRequestedEvent",
} as const;

/** GraphQL names apps without what REST puts behind them. */
function actor(login: string | null) {
  if (login === null) return null;
  return login.endsWith("[bot]")
    ? { __typename: "Bot", login: login.slice(0, -"[bot]".length) }
    : { __typename: "User", login };
}

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

import { moveBranch } from "./actions/branches.js";
import { closePull, emitPull, openPull, requestReview, setLabels } from "./actions/pulls.js";
import { addComment, addReview, editComment } from "./actions/talk.js";
import { rerequest } from "./actions/checks.js";
import { blobAt, commitOf } from "./git/git.js";
import { writeCommit, type FileEdit } from "./git/commit.js";
import { addAccount, addFork } from "./world.js";
import { isPull, withLock, type Account, type PullIssue, type Repo, type World } from "./state.js";

/** What a person, bot or agent of a story does, in words. Each verb ends once GitHub has taken it in. */
export interface Person {
  readonly login: string;
  readonly opensPullRequest: (wanted: WantedPull) => Promise<PullIssue>;
  /** A commit on a branch, made from the branch itself, else from `from`, else from the default branch. */
  readonly pushes: (wanted: WantedPush) => Promise<string>;
  readonly deletesBranch: (branch: string) => Promise<void>;
  readonly approves: (number: number, body?: string) => Promise<number>;
  readonly requestsChanges: (number: number, body: string) => Promise<number>;
  readonly comments: (number: number, body: string) => Promise<number>;
  /** Puts other words into a comment, their own or, as whoever may write can, somebody else's. */
  readonly editsComment: (id: number, body: string) => Promise<void>;
  readonly labels: (number: number, ...labels: string[]) => Promise<void>;
  readonly unlabels: (number: number, ...labels: string[]) => Promise<void>;
  readonly asksReviewOf: (number: number, ...logins: string[]) => Promise<void>;
  readonly closes: (number: number) => Promise<void>;
  readonly retitles: (number: number, title: string) => Promise<void>;
  /** Puts another description in place of the pull request's own. */
  readonly describes: (number: number, body: string) => Promise<void>;
  /** Asks for the failed checks of the head again. */
  readonly rerunsChecks: (number: number) => Promise<void>;
  readonly marksReady: (number: number) => Promise<void>;
  readonly marksDraft: (number: number) => Promise<void>;
}

/** A file's new content, or how it follows from the one it had (null: there was none). */
export type PushedFile = FileEdit | ((before: string | null) => string);

export interface WantedPush {
  readonly branch: string;
  readonly files: Readonly<Record<string, PushedFile>>;
  readonly message?: string;
  /** A branch or commit that a new branch starts from. */
  readonly from?: string;
  /** Start from `from` even if the branch is there: a rebase. */
  readonly force?: "force";
  /** With a signature that GitHub verifies. */
  readonly signed?: "signed";
}

export interface WantedPull extends WantedPush {
  readonly title: string;
  readonly body?: string;
  readonly base?: string;
  readonly draft?: "draft";
  /** From the person's own fork, which is made if need be. */
  readonly fork?: "fork";
  readonly labels?: readonly string[];
}

export function person(world: World, repo: Repo, login: string): Person {
  const by = addAccount(world, login);
  const onPull = async <T>(number: number, act: (issue: PullIssue) => Promise<T> | T): Promise<T> =>
    await withLock(world, repo, async () => await act(needPull(repo, number)));
  const judge = (state: "APPROVED" | "CHANGES_REQUESTED") => async (number: number, body?: string) =>
    await onPull(number, (issue) => addReview(world, repo, { issue, state, body: body ?? "", commitId: null, by }).id);
  const relabel = async (number: number, change: (now: string[]) => string[]) =>
    await onPull(number, async (issue) => {
      await setLabels(world, repo, { issue, labels: change(issue.labels), by });
    });
  return {
    login: by.login,
    opensPullRequest: async (wanted) => await opens(world, repo, { wanted, by }),
    pushes: async (wanted) => await withLock(world, repo, async () => await push(world, repo, { wanted, by })),
    deletesBranch: async (branch) => {
      const move = { ref: `refs/heads/${branch}`, from: null, to: null, by, appSlug: null };
      await withLock(world, repo, async () => await moveBranch(world, repo, move));
    },
    approves: judge("APPROVED"),
    requestsChanges: judge("CHANGES_REQUESTED"),
    comments: async (number, body) =>
      await onPull(number, (issue) => addComment(world, repo, { issue, body, by, appId: null }).id),
    editsComment: async (id, body) => {
      const comment = repo.comments.get(id);
      if (!comment) throw new Error(`no comment ${id} in ${repo.name}`);
      await onPull(comment.issue, () => editComment(world, repo, { comment, body, by }));
    },
    labels: async (number, ...labels) => await relabel(number, (now) => [...now, ...labels]),
    unlabels: async (number, ...labels) => await relabel(number, (now) => now.filter((l) => !labels.includes(l))),
    asksReviewOf: async (number, ...reviewers) =>
      await onPull(number, async (issue) => await requestReview(world, repo, { issue, reviewers, teams: [], by })),
    closes: async (number) => await onPull(number, async (issue) => await closePull(world, repo, { issue, by })),
    retitles: async (number, title) =>
      await onPull(number, async (issue) => {
        const changes = { title: { from: issue.title } };
        issue.title = title;
        issue.updatedAt = world.now();
        await emitPull(world, repo, { issue, action: "edited", by, extra: { changes } });
      }),
    describes: async (number, body) =>
      await onPull(number, async (issue) => {
        const changes = { body: { from: issue.body ?? "" } };
        issue.body = body;
        issue.updatedAt = world.now();
        await emitPull(world, repo, { issue, action: "edited", by, extra: { changes } });
      }),
    rerunsChecks: async (number) =>
      await onPull(number, (issue) => {
        const its = [...repo.checkRuns.values()].filter((r) => r.headSha === issue.pull.headSha);
        const last = [...new Map(its.map((r) => [`${r.appId} ${r.name}`, r])).values()];
        for (const run of last) if (run.conclusion === "failure") rerequest(world, repo, { run, by });
      }),
    marksReady: async (number) =>
      await onPull(number, async (issue) => await setDraft(world, repo, { issue, by, to: "ready" })),
    marksDraft: async (number) =>
      await onPull(number, async (issue) => await setDraft(world, repo, { issue, by, to: "draft" })),
  };
}

async function setDraft(
  world: World,
  repo: Repo,
  of: { issue: PullIssue; by: Account; to: "draft" | "ready" },
): Promise<void> {
  of.issue.pull.draft = of.to === "draft";
  of.issue.updatedAt = world.now();
  const action = of.to === "draft" ? "converted_to_draft" : "ready_for_review";
  await emitPull(world, repo, { issue: of.issue, action, by: of.by });
}

async function opens(world: World, repo: Repo, of: { wanted: WantedPull; by: Account }): Promise<PullIssue> {
  const { wanted, by } = of;
  const headRepo = wanted.fork ? await addFork(world, repo, by) : repo;
  await withLock(world, headRepo, async () => await push(world, headRepo, of));
  return await withLock(world, repo, async () => {
    const issue = await openPull(world, repo, {
      title: wanted.title,
      body: wanted.body ?? null,
      headRepo,
      headRef: wanted.branch,
      baseRef: wanted.base ?? repo.defaultBranch,
      draft: wanted.draft !== undefined,
      by,
    });
    if (wanted.labels) await setLabels(world, repo, { issue, labels: wanted.labels, by });
    return issue;
  });
}

async function push(world: World, repo: Repo, of: { wanted: WantedPush; by: Account }): Promise<string> {
  const { wanted, by } = of;
  const ref = `refs/heads/${wanted.branch}`;
  const tip = await commitOf(repo.dir, ref);
  const start = wanted.from ?? repo.defaultBranch;
  const parent =
    tip !== null && !wanted.force
      ? tip
      : ((await commitOf(repo.dir, `refs/heads/${start}`)) ?? (await commitOf(repo.dir, start)));
  if (parent === null) throw new Error(`no branch or commit ${start} in ${repo.name}`);
  const to = await writeCommit(repo.dir, {
    parent,
    files: await written(repo, { parent, files: wanted.files }),
    message: wanted.message ?? ("title" in wanted ? String(wanted.title) : `Change ${wanted.branch}`),
    author: { name: by.name, email: by.email, at: world.now() },
  });
  if (wanted.signed) world.signed.add(to);
  await moveBranch(world, repo, { ref, from: tip, to, by, appSlug: null, ...(wanted.force ? { force: "force" } : {}) });
  return to;
}

async function written(
  repo: Repo,
  of: { parent: string; files: WantedPush["files"] },
): Promise<Record<string, FileEdit>> {
  const files: Record<string, FileEdit> = {};
  for (const [path, file] of Object.entries(of.files)) {
    files[path] = typeof file === "function" ? file(await blobAt(repo.dir, of.parent, path)) : file;
  }
  return files;
}

function needPull(repo: Repo, number: number): PullIssue {
  const found = repo.issues.get(number);
  if (!found || !isPull(found)) throw new Error(`no pull request #${number}`);
  return found;
}

import { resolve } from "node:path";
import { between, git, tryGit } from "../../sandbox/git/git.js";
import { readCommit, type Commit } from "../../sandbox/git/commit.js";
import { moveBranch } from "../../sandbox/actions/branches.js";
import { openPull } from "../../sandbox/actions/pulls.js";
import type { Sandbox } from "../../sandbox/server.js";
import { withLock, type Repo } from "../../sandbox/state.js";
import { addAccount } from "../../sandbox/world.js";
import type { Act } from "./story.js";
import type { Stage } from "./stage.js";

/** A clone of the user's own, taken back to before its last merges, which come again as pull requests. */
export interface Replay {
  readonly repo: Repo;
  /** Oldest first. */
  readonly merges: readonly Merge[];
}

interface Merge {
  /** What was merged: a merge commit's second parent, or a squashed commit itself. */
  readonly head: string;
  readonly title: string;
  readonly body: string;
  readonly author: string;
}

/** @throws Error, in words for the user, when the folder is no clone or its history too short. */
export async function replayRepository(sandbox: Sandbox, of: { dir: string; count: number }): Promise<Replay> {
  const found = await tryGit(resolve(of.dir, ".git"), ["rev-parse", "--absolute-git-dir"]);
  const dir = found.code === 0 ? found.stdout.trim() : resolve(of.dir);
  const line = await tryGit(dir, ["rev-list", "--first-parent", `--max-count=${of.count + 1}`, "HEAD"]);
  if (line.code !== 0) throw new Error(`${of.dir} is no git repository with a commit`);
  const commits = line.stdout.split("\n").filter((l) => l !== "");
  const start = commits.at(-1);
  if (start === undefined || commits.length < 2) throw new Error(`${of.dir} has too few commits to replay`);
  const repo = await sandbox.repository({
    owner: "yours",
    name: "clone",
    from: { dir, commit: start },
    collaborators: { you: "admin", "replay[bot]": "write" },
    rules: { main: { requiredChecks: [{ context: "ci/test", appId: null }] } },
  });
  const merges: Merge[] = [];
  for (const sha of commits.slice(0, -1).reverse()) {
    await git(repo.dir, ["fetch", "--quiet", "--no-tags", dir, sha]);
    const commit = await readCommit(repo.dir, sha);
    if (commit) merges.push(await mergeOf(repo, commit));
  }
  return { repo, merges };
}

async function mergeOf(repo: Repo, commit: Commit): Promise<Merge> {
  const [first = "", ...rest] = commit.message.split("\n");
  const [mainline = "", side] = commit.parents;
  const body = rest.join("\n").trim();
  const inside = side === undefined ? [] : await between(repo.dir, mainline, side);
  const title = side !== undefined && body !== "" ? (body.split("\n")[0] ?? first) : first;
  return { head: inside.length > 0 && side !== undefined ? side : commit.sha, title, body, author: commit.author.name };
}

/** One act a merge, each opened once the one before has been decided on, and approved by you. */
export function replayActs(replay: Replay): readonly Act[] {
  return [
    {
      name: "replay",
      shows: `${replay.merges.length} merges of your clone come again as pull requests`,
      play: async (stage) => {
        for (const [index, merge] of replay.merges.entries()) await replayOne(stage, { index, merge });
      },
    },
  ];
}

async function replayOne(stage: Stage, of: { index: number; merge: Merge }): Promise<void> {
  const { sandbox, repo } = stage;
  const { merge, index } = of;
  const { world } = sandbox;
  const by = addAccount(world, loginOf(merge.author));
  const branch = `replay/${index + 1}`;
  const issue = await withLock(world, repo, async () => {
    const move = { ref: `refs/heads/${branch}`, from: null, to: merge.head, by, appSlug: null };
    await moveBranch(world, repo, move);
    return await openPull(world, repo, {
      title: merge.title,
      body: merge.body,
      headRepo: repo,
      headRef: branch,
      baseRef: repo.defaultBranch,
      draft: false,
      by,
    });
  });
  const you = sandbox.person(repo, "you");
  await stage.until(`a verdict on #${issue.number}`, async () => (await stage.standingOf(issue.number)) !== null);
  const landed = () => issue.pull.merged !== null;
  if (!landed()) {
    await you.approves(issue.number, "It was merged once before.");
    await you.comments(issue.number, "@drumline queue");
  }
  await stage.until(`#${issue.number} to land or be held`, async () => {
    if (landed()) return true;
    const standing = await stage.standingOf(issue.number);
    return (
      standing !== null &&
      standing.place !== "queued" &&
      (standing.path === "hold" || standing.path === "escalate" || standing.place === "ejected")
    );
  });
  if (landed()) return;
  const standing = await stage.standingOf(issue.number);
  stage.tells(
    `#${issue.number} stays open (${standing?.path ?? "?"}: ${(standing?.reasons ?? []).join(", ")}); you override it`,
  );
  await you.comments(issue.number, "@drumline override This was merged in the past; the replay follows history.");
  await you.comments(issue.number, "@drumline queue");
  await stage.until(`#${issue.number} to land after the override`, landed);
}

/** A name as a login: letters, digits and hyphens. */
function loginOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return plain === "" || plain === "you" ? "somebody" : plain;
}

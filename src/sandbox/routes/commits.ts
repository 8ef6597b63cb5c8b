import { join } from "node:path";
import {
  between,
  commitOf,
  commitOfBranchOrName,
  commitTree,
  isAncestor,
  listTree,
  mergeBase,
  mergeTrees,
  refs,
  tryGit,
  type Signature,
} from "../git/git.js";
import { readCommit, readCommits, writeBlob, writeTree, type Commit } from "../git/commit.js";
import { diffFiles } from "../git/diff.js";
import { GitHubFailure, invalid, notFound } from "../fail.js";
import { moveBranch } from "../actions/branches.js";
import {
  anyone,
  created,
  needText,
  nothing,
  ok,
  page,
  param,
  text,
  texts,
  writer,
  type Answer,
  type Call,
  type Route,
} from "../http/route.js";
import { nodeId, repoApi } from "../shape/common.js";
import { commit as commitShape, diffFile, gitCommit } from "../shape/commit.js";
import { pullSimple } from "../shape/pull.js";
import { actsAs, fullName, pullsOf, takeId, type Account } from "../state.js";

const read = anyone(["contents", "read"]);
const write = writer(["contents", "write"]);
const base = "/repos/{owner}/{repo}";
/** GitHub's caps on one comparison. */
const compareLimits = { files: 300, commits: 250 };

export const commitRoutes: readonly Route[] = [
  { method: "GET", path: `${base}/git/ref/{ref}`, needs: read, run: getRef },
  { method: "GET", path: `${base}/git/matching-refs/{ref}`, needs: read, run: matchingRefs },
  { method: "POST", path: `${base}/git/refs`, needs: write, run: createRef },
  { method: "PATCH", path: `${base}/git/refs/{ref}`, needs: write, run: updateRef },
  { method: "DELETE", path: `${base}/git/refs/{ref}`, needs: write, run: deleteRef },
  { method: "GET", path: `${base}/git/commits/{commit_sha}`, needs: read, run: getGitCommit },
  { method: "POST", path: `${base}/git/commits`, needs: write, run: createGitCommit },
  { method: "GET", path: `${base}/git/trees/{tree_sha}`, needs: read, run: getTree },
  { method: "POST", path: `${base}/git/trees`, needs: write, run: createTree },
  { method: "GET", path: `${base}/commits`, needs: read, run: listCommits },
  { method: "GET", path: `${base}/commits/{ref}`, needs: read, run: getCommit },
  {
    method: "GET",
    path: `${base}/commits/{commit_sha}/pulls`,
    needs: anyone(["pull_requests", "read"]),
    run: commitPulls,
  },
  { method: "GET", path: `${base}/compare/{basehead}`, needs: read, run: compare },
  { method: "POST", path: `${base}/merges`, needs: write, run: merge },
];

function refShape(call: Call, ref: string, sha: string) {
  const api = `${repoApi(call.world, call.repo)}/git`;
  return {
    ref,
    node_id: nodeId("REF", call.repo.id),
    url: `${api}/${ref}`,
    object: { sha, type: "commit", url: `${api}/commits/${sha}` },
  };
}

async function getRef(call: Call): Promise<Answer> {
  const ref = `refs/${param(call, "ref")}`;
  const sha = await commitOf(call.repo.dir, ref);
  if (sha === null) throw notFound();
  return ok(refShape(call, ref, sha));
}

async function matchingRefs(call: Call): Promise<Answer> {
  const prefix = `refs/${param(call, "ref")}`;
  const found = [...(await refs(call.repo.dir))].filter(([ref]) => ref.startsWith(prefix));
  return ok(found.map(([ref, sha]) => refShape(call, ref, sha)));
}

/** Who moves a ref, as `moveBranch` wants to know. */
function mover(call: Call): { by: Account; appSlug: string | null } {
  const by = actsAs(call.caller);
  if (by === null) throw new GitHubFailure(401, "Requires authentication");
  return { by, appSlug: call.caller.kind === "installation" ? call.caller.app.slug : null };
}

async function createRef(call: Call): Promise<Answer> {
  const ref = needText(call, "ref");
  const sha = needText(call, "sha");
  const named = await tryGit(call.repo.dir, ["check-ref-format", ref]);
  if (!ref.startsWith("refs/") || named.code !== 0)
    throw invalid(`Reference name must start with 'refs/' and contain at least two slashes.`);
  if ((await commitOf(call.repo.dir, sha)) !== sha) throw invalid("Object does not exist");
  if ((await commitOf(call.repo.dir, ref)) !== null) throw invalid("Reference already exists");
  await moveBranch(call.world, call.repo, { ref, from: null, to: sha, ...mover(call) });
  return created(refShape(call, ref, sha));
}

async function updateRef(call: Call): Promise<Answer> {
  const ref = `refs/${param(call, "ref")}`;
  const sha = needText(call, "sha");
  if ((await commitOf(call.repo.dir, ref)) === null) throw invalid("Reference does not exist");
  if ((await commitOf(call.repo.dir, sha)) !== sha) throw invalid("Object does not exist");
  const force = call.body["force"] === true ? ({ force: "force" } as const) : {};
  await moveBranch(call.world, call.repo, { ref, from: null, to: sha, ...mover(call), ...force });
  return ok(refShape(call, ref, sha));
}

async function deleteRef(call: Call): Promise<Answer> {
  const ref = `refs/${param(call, "ref")}`;
  if ((await commitOf(call.repo.dir, ref)) === null) throw invalid("Reference does not exist");
  await moveBranch(call.world, call.repo, { ref, from: null, to: null, ...mover(call) });
  return nothing();
}

async function needCommit(call: Call, name: string): Promise<Commit> {
  const sha = await commitOfBranchOrName(call.repo.dir, name);
  const commit = sha && (await readCommit(call.repo.dir, sha));
  if (!commit) throw invalid(`No commit found for SHA: ${name}`);
  return commit;
}

async function getGitCommit(call: Call): Promise<Answer> {
  const sha = param(call, "commit_sha");
  const commit = (await commitOf(call.repo.dir, sha)) === sha ? await readCommit(call.repo.dir, sha) : null;
  if (!commit) throw notFound();
  return ok(gitCommit(call.world, call.repo, commit));
}

async function createGitCommit(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const tree = needText(call, "tree");
  const parents = texts(call, "parents");
  if ((await tryGit(repo.dir, ["cat-file", "-e", `${tree}^{tree}`])).code !== 0)
    throw invalid("Tree SHA does not exist");
  for (const parent of parents) {
    if ((await commitOf(repo.dir, parent)) !== parent)
      throw invalid("Parent SHA does not exist or is not a commit object");
  }
  const { by } = mover(call);
  const self = { name: by.name, email: by.email, at: world.now() };
  const author = givenSignature(call.body["author"]) ?? self;
  const sha = await commitTree(repo.dir, {
    tree,
    parents,
    message: needText(call, "message"),
    author,
    committer: givenSignature(call.body["committer"]) ?? author,
  });
  return created(gitCommit(world, repo, await needCommit(call, sha)));
}

function givenSignature(value: unknown): Signature | null {
  if (typeof value !== "object" || value === null) return null;
  const { name, email, date } = value as { name?: string; email?: string; date?: string };
  if (typeof name !== "string" || typeof email !== "string") return null;
  return { name, email, at: date === undefined ? Date.now() : Date.parse(date) };
}

async function getTree(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const wanted = param(call, "tree_sha");
  const { code, stdout } = await tryGit(repo.dir, ["rev-parse", "--verify", "--quiet", `${wanted}^{tree}`]);
  if (code !== 0) throw notFound();
  const sha = stdout.trim();
  const entries = await listTree(repo.dir, sha, call.query.has("recursive") ? { deep: "deep" } : {});
  const api = `${repoApi(world, repo)}/git`;
  return ok({
    sha,
    url: `${api}/trees/${sha}`,
    truncated: false,
    tree: entries.map((e) => ({
      path: e.path,
      mode: e.mode,
      type: e.type,
      sha: e.sha,
      ...(e.size === null ? {} : { size: e.size }),
      url: `${api}/${e.type === "tree" ? "trees" : "blobs"}/${e.sha}`,
    })),
  });
}

async function createTree(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const list = call.body["tree"];
  if (!Array.isArray(list)) throw invalid(`Invalid request.\n\n"tree" wasn't supplied.`);
  const entries = await Promise.all(
    (list as { path: string; mode: string; sha?: string | null; content?: string }[]).map(async (e) => ({
      path: e.path,
      mode: e.mode,
      sha: e.content === undefined ? (e.sha ?? null) : await writeBlob(repo.dir, e.content),
    })),
  );
  const indexFile = join(repo.dir, `sandbox-index-${takeId(world)}`);
  const sha = await writeTree(repo.dir, { base: text(call, "base_tree"), entries, indexFile });
  const api = `${repoApi(world, repo)}/git`;
  const made = await listTree(repo.dir, sha, {});
  return created({
    sha,
    url: `${api}/trees/${sha}`,
    truncated: false,
    tree: made.map((e) => ({ path: e.path, mode: e.mode, type: e.type, sha: e.sha, url: `${api}/blobs/${e.sha}` })),
  });
}

async function listCommits(call: Call): Promise<Answer> {
  const start = await needCommit(call, call.query.get("sha") ?? call.repo.defaultBranch);
  const commits = await readCommits(call.repo.dir, start.sha, 1000);
  return page(call, commits, { shape: (c) => commitShape(call.world, call.repo, c) });
}

async function getCommit(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const commit = await needCommit(call, param(call, "ref"));
  const empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const files = await diffFiles(repo.dir, commit.parents[0] ?? empty, commit.sha);
  const additions = files.reduce((sum, f) => sum + f.added, 0);
  const deletions = files.reduce((sum, f) => sum + f.deleted, 0);
  return ok({
    ...commitShape(world, repo, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.slice(0, compareLimits.files).map((f) => diffFile(world, { repo, sha: commit.sha }, f)),
  });
}

async function commitPulls(call: Call): Promise<Answer> {
  const { sha } = await needCommit(call, param(call, "commit_sha"));
  const its = [];
  for (const issue of pullsOf(call.repo)) {
    const { headSha, baseSha, merged } = issue.pull;
    if (headSha === sha || merged?.sha === sha) its.push(issue);
    else if ((await isAncestor(call.repo.dir, sha, headSha)) && !(await isAncestor(call.repo.dir, sha, baseSha)))
      its.push(issue);
  }
  return page(call, its, { shape: (i) => pullSimple(call.world, call.repo, i) });
}

async function compare(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const [from = "", to = ""] = param(call, "basehead").split("...").map(withoutOwner);
  const [old, head] = [await needCompared(call, from), await needCompared(call, to)];
  const fork = await mergeBase(repo.dir, old.sha, head.sha);
  const point = fork && (await readCommit(repo.dir, fork));
  if (!point) throw Object.assign(notFound(), { message: "No common ancestor between the two commits." });
  const [ahead, behind, files] = await Promise.all([
    between(repo.dir, old.sha, head.sha),
    between(repo.dir, head.sha, old.sha),
    diffFiles(repo.dir, point.sha, head.sha),
  ]);
  const commits =
    ahead.length === 0 ? [] : await readCommits(repo.dir, `${old.sha}..${head.sha}`, compareLimits.commits);
  const api = `${repoApi(world, repo)}/compare/${from}...${to}`;
  const html = `${world.url}/${fullName(repo)}/compare/${from}...${to}`;
  const state = ahead.length > 0 && behind.length > 0 ? "diverged" : ahead.length > 0 ? "ahead" : "behind";
  return ok({
    url: api,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitShape(world, repo, old),
    merge_base_commit: commitShape(world, repo, point),
    status: old.sha === head.sha ? "identical" : state,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: commits.reverse().map((c) => commitShape(world, repo, c)),
    files: files.slice(0, compareLimits.files).map((f) => diffFile(world, { repo, sha: head.sha }, f)),
  });
}

/** `owner:branch` names a branch of a fork; its commits are here once a pull request has brought them. */
function withoutOwner(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

async function needCompared(call: Call, name: string): Promise<Commit> {
  const sha = await commitOfBranchOrName(call.repo.dir, name);
  const commit = sha && (await readCommit(call.repo.dir, sha));
  if (!commit) throw notFound();
  return commit;
}

/** `POST /merges`: 201 with the commit, 204 when the base has it all, 404 for a missing side, 409 for a conflict. */
async function merge(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const branch = needText(call, "base");
  const wanted = needText(call, "head");
  const ours = await commitOf(repo.dir, `refs/heads/${branch}`);
  const theirs = await commitOfBranchOrName(repo.dir, wanted);
  if (ours === null) throw Object.assign(notFound(), { message: "Base does not exist" });
  if (theirs === null) throw Object.assign(notFound(), { message: "Head does not exist" });
  if (await isAncestor(repo.dir, theirs, ours)) return nothing();
  const merged = await mergeTrees(repo.dir, ours, theirs);
  if (!merged.clean) throw new GitHubFailure(409, "Merge conflict");
  const { by, appSlug } = mover(call);
  const at = world.now();
  const sha = await commitTree(repo.dir, {
    tree: merged.tree,
    parents: [ours, theirs],
    message: text(call, "commit_message") ?? `Merge ${wanted} into ${branch}`,
    author: { name: by.name, email: by.email, at },
    committer: { name: "GitHub", email: "noreply@github.com", at },
  });
  await moveBranch(world, repo, { ref: `refs/heads/${branch}`, from: ours, to: sha, by, appSlug });
  return created(commitShape(world, repo, await needCommit(call, sha)));
}

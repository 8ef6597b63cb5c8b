import type { Commit } from "../git/commit.js";
import type { DiffFile } from "../git/diff.js";
import type { Signature } from "../git/git.js";
import type { Account, Repo, World } from "../state.js";
import { fullName } from "../state.js";
import { iso, nodeId, repoApi, user, type Json } from "./common.js";

export function gitCommit(world: World, repo: Repo, of: Commit): Json {
  const api = `${repoApi(world, repo)}/git`;
  return {
    sha: of.sha,
    node_id: nodeId("C", Number.parseInt(of.sha.slice(0, 8), 16)),
    url: `${api}/commits/${of.sha}`,
    html_url: commitPage(world, repo, of.sha),
    author: signature(of.author),
    committer: signature(of.committer),
    tree: { sha: of.tree, url: `${api}/trees/${of.tree}` },
    message: of.message,
    parents: of.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: commitPage(world, repo, sha) })),
    verification: verification(world, of.sha),
  };
}

/** A commit as lists, compare and merges show it. */
export function commit(world: World, repo: Repo, of: Commit): Json {
  const api = repoApi(world, repo);
  return {
    sha: of.sha,
    node_id: nodeId("C", Number.parseInt(of.sha.slice(0, 8), 16)),
    commit: {
      author: signature(of.author),
      committer: signature(of.committer),
      message: of.message,
      tree: { sha: of.tree, url: `${api}/git/trees/${of.tree}` },
      url: `${api}/git/commits/${of.sha}`,
      comment_count: 0,
      verification: verification(world, of.sha),
    },
    url: `${api}/commits/${of.sha}`,
    html_url: commitPage(world, repo, of.sha),
    comments_url: `${api}/commits/${of.sha}/comments`,
    author: accountOf(world, of.author),
    committer: accountOf(world, of.committer),
    parents: of.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: commitPage(world, repo, sha) })),
  };
}

/** The commit object of push payloads. */
export function pushCommit(world: World, repo: Repo, of: Commit): Json {
  const byEmail = (s: Signature) => {
    const found = findByEmail(world, s.email);
    return { name: s.name, email: s.email, ...(found ? { username: found.login } : {}) };
  };
  return {
    id: of.sha,
    tree_id: of.tree,
    distinct: true,
    message: of.message,
    timestamp: iso(of.committer.at),
    url: commitPage(world, repo, of.sha),
    author: byEmail(of.author),
    committer: byEmail(of.committer),
    added: [],
    removed: [],
    modified: [],
  };
}

export function diffFile(world: World, place: { repo: Repo; sha: string }, of: DiffFile): Json {
  const path = of.path.split("/").map(encodeURIComponent).join("/");
  const html = `${world.url}/${fullName(place.repo)}`;
  return {
    sha: of.sha,
    filename: of.path,
    status: of.status,
    additions: of.added,
    deletions: of.deleted,
    changes: of.added + of.deleted,
    blob_url: `${html}/blob/${place.sha}/${path}`,
    raw_url: `${html}/raw/${place.sha}/${path}`,
    contents_url: `${repoApi(world, place.repo)}/contents/${path}?ref=${place.sha}`,
    ...(of.patch === null ? {} : { patch: of.patch }),
    ...(of.oldPath === null ? {} : { previous_filename: of.oldPath }),
  };
}

function signature(of: Signature): Json {
  return { name: of.name, email: of.email, date: iso(of.at) };
}

function verification(world: World, sha: string): Json {
  if (world.signed.has(sha))
    return { verified: true, reason: "valid", signature: "-----BEGIN", payload: "tree", verified_at: null };
  return { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
}

function commitPage(world: World, repo: Repo, sha: string): string {
  return `${world.url}/${fullName(repo)}/commit/${sha}`;
}

function accountOf(world: World, of: Signature): Json | null {
  const found = findByEmail(world, of.email);
  return found ? user(world, found) : null;
}

function findByEmail(world: World, email: string): Account | undefined {
  return [...world.accounts.values()].find((a) => a.email === email);
}

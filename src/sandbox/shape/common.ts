import type { Account, App, Installation, Label, Repo, World } from "../state.js";
import { fullName } from "../state.js";

/** GitHub's JSON for people, apps and repositories. Field lists follow its OpenAPI description. */
export type Json = Record<string, unknown>;

/** GitHub tells time in whole seconds. */
export function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(`${kind}:${id}`).toString("base64url")}`;
}

export function user(world: World, account: Account): Json {
  const api = `${world.url}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("U", account.id),
    avatar_url: `${world.url}/avatars/${account.id}`,
    gravatar_id: "",
    url: api,
    html_url: `${world.url}/${account.login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function label(world: World, repo: Repo, of: Label): Json {
  return {
    id: of.id,
    node_id: nodeId("LA", of.id),
    url: `${repoApi(world, repo)}/labels/${encodeURIComponent(of.name)}`,
    name: of.name,
    color: of.color,
    default: false,
    description: of.description,
  };
}

export function app(world: World, of: App): Json {
  return {
    id: of.id,
    slug: of.slug,
    client_id: `Iv1.${of.slug}`,
    node_id: nodeId("A", of.id),
    owner: user(world, of.owner),
    name: of.name,
    description: null,
    external_url: world.url,
    html_url: `${world.url}/apps/${of.slug}`,
    created_at: iso(of.createdAt),
    updated_at: iso(of.createdAt),
    permissions: of.permissions,
    events: of.events,
    installations_count: [...world.installations.values()].filter((i) => i.appId === of.id).length,
  };
}

export function installation(world: World, of: Installation): Json {
  const its = world.apps.get(of.appId);
  return {
    id: of.id,
    account: user(world, of.account),
    repository_selection: of.repoIds === null ? "all" : "selected",
    access_tokens_url: `${world.url}/app/installations/${of.id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/settings/installations/${of.id}`,
    app_id: of.appId,
    client_id: `Iv1.${its?.slug ?? ""}`,
    app_slug: its?.slug ?? "",
    target_id: of.account.id,
    target_type: of.account.type,
    permissions: of.permissions,
    events: its?.events ?? [],
    created_at: iso(of.createdAt),
    updated_at: iso(of.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

export function repoApi(world: World, repo: Repo): string {
  return `${world.url}/repos/${fullName(repo)}`;
}

export function repository(world: World, repo: Repo): Json {
  const html = `${world.url}/${fullName(repo)}`;
  return {
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: fullName(repo),
    private: repo.private,
    owner: user(world, repo.owner),
    html_url: html,
    description: null,
    fork: repo.parent !== null,
    ...repositoryUrls(world, repo),
    created_at: iso(repo.createdAt),
    updated_at: iso(repo.pushedAt),
    pushed_at: iso(repo.pushedAt),
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    has_pull_requests: true,
    pull_request_creation_policy: "all",
    forks_count: forksOf(world, repo),
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: [...repo.issues.values()].filter((i) => i.state === "open").length,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    custom_properties: {},
    visibility: repo.private ? "private" : "public",
    forks: forksOf(world, repo),
    open_issues: [...repo.issues.values()].filter((i) => i.state === "open").length,
    watchers: 0,
    default_branch: repo.defaultBranch,
  };
}

/** What `GET /repos/{owner}/{repo}` adds to a repository. */
export function fullRepository(world: World, repo: Repo, permissions: Json): Json {
  return {
    ...repository(world, repo),
    temp_clone_token: null,
    permissions,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    allow_update_branch: true,
    use_squash_pr_title_as_default: false,
    squash_merge_commit_message: "COMMIT_MESSAGES",
    squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
    merge_commit_message: "PR_TITLE",
    merge_commit_title: "MERGE_MESSAGE",
    network_count: forksOf(world, repo),
    subscribers_count: 0,
    ...(repo.parent ? { parent: repository(world, repo.parent), source: repository(world, repo.parent) } : {}),
  };
}

/** Push payloads tell a repository in an older way: times in seconds, the owner's name, a second word for its branch. */
export function pushedRepository(world: World, repo: Repo): Json {
  return {
    ...repository(world, repo),
    owner: { name: repo.owner.login, email: repo.owner.email, ...user(world, repo.owner) },
    created_at: Math.floor(repo.createdAt / 1000),
    pushed_at: Math.floor(repo.pushedAt / 1000),
    stargazers: 0,
    master_branch: repo.defaultBranch,
  };
}

function forksOf(world: World, repo: Repo): number {
  return [...world.repos.values()].filter((r) => r.parent === repo).length;
}

const templates: Readonly<Record<string, string>> = {
  forks_url: "/forks",
  keys_url: "/keys{/key_id}",
  collaborators_url: "/collaborators{/collaborator}",
  teams_url: "/teams",
  hooks_url: "/hooks",
  issue_events_url: "/issues/events{/number}",
  events_url: "/events",
  assignees_url: "/assignees{/user}",
  branches_url: "/branches{/branch}",
  tags_url: "/tags",
  blobs_url: "/git/blobs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  git_refs_url: "/git/refs{/sha}",
  trees_url: "/git/trees{/sha}",
  statuses_url: "/statuses/{sha}",
  languages_url: "/languages",
  stargazers_url: "/stargazers",
  contributors_url: "/contributors",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  commits_url: "/commits{/sha}",
  git_commits_url: "/git/commits{/sha}",
  comments_url: "/comments{/number}",
  issue_comment_url: "/issues/comments{/number}",
  contents_url: "/contents/{+path}",
  compare_url: "/compare/{base}...{head}",
  merges_url: "/merges",
  archive_url: "/{archive_format}{/ref}",
  downloads_url: "/downloads",
  issues_url: "/issues{/number}",
  pulls_url: "/pulls{/number}",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  labels_url: "/labels{/name}",
  releases_url: "/releases{/id}",
  deployments_url: "/deployments",
};

function repositoryUrls(world: World, repo: Repo): Json {
  const api = repoApi(world, repo);
  const html = `${world.url}/${fullName(repo)}`;
  return {
    url: api,
    ...Object.fromEntries(Object.entries(templates).map(([key, path]) => [key, `${api}${path}`])),
    git_url: `${html.replace(/^http/, "git")}.git`,
    ssh_url: `git@sandbox:${fullName(repo)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
  };
}

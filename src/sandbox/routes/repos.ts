import { commitOfBranchOrName, blobAt, listTree, commitOf, refs } from "../git/git.js";
import { readCommit } from "../git/commit.js";
import { bypasses } from "../actions/rules.js";
import { notFound } from "../fail.js";
import { anyone, ok, page, param, type Answer, type Call, type Route } from "../http/route.js";
import { reaches } from "../permissions.js";
import { permissionOf } from "../shape/association.js";
import { fullRepository, nodeId, repoApi, user } from "../shape/common.js";
import { commit as commitShape } from "../shape/commit.js";
import { actsAs, fullName, type Account, type BranchRules, type Repo, type World } from "../state.js";

export const repoRoutes: readonly Route[] = [
  { method: "GET", path: "/repos/{owner}/{repo}", needs: anyone(["metadata", "read"]), run: getRepo },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/contents/{path}",
    needs: anyone(["contents", "read"]),
    run: getContent,
  },
  { method: "GET", path: "/repos/{owner}/{repo}/branches", needs: anyone(["contents", "read"]), run: listBranches },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/branches/{branch}",
    needs: anyone(["contents", "read"]),
    run: getBranch,
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/branches/{branch}/protection",
    needs: { app: ["administration", "read"], person: "admin" },
    run: getProtection,
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/rules/branches/{branch}",
    needs: anyone(["metadata", "read"]),
    run: getRules,
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/rulesets/{ruleset_id}",
    needs: anyone(["metadata", "read"]),
    run: getRuleset,
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/collaborators",
    needs: { app: ["metadata", "read"], person: "write" },
    run: listCollaborators,
  },
  {
    method: "GET",
    path: "/repos/{owner}/{repo}/collaborators/{username}/permission",
    needs: anyone(["metadata", "read"]),
    run: getPermission,
  },
  {
    method: "GET",
    path: "/orgs/{org}/teams/{team_slug}/members",
    needs: { app: ["members", "read"], person: "read" },
    run: teamMembers,
  },
  { method: "GET", path: "/users/{username}", needs: null, run: getUser },
  { method: "GET", path: "/user", needs: null, run: me },
];

function getRepo(call: Call): Answer {
  const held = permissionOf(call.repo, actsAs(call.caller));
  const permissions = {
    admin: reaches(held, "admin"),
    maintain: reaches(held, "maintain"),
    push: reaches(held, "write") || call.caller.kind === "installation",
    triage: reaches(held, "triage"),
    pull: true,
  };
  return ok(fullRepository(call.world, call.repo, permissions));
}

async function getContent(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const path = param(call, "path").replace(/^\/+|\/+$/g, "");
  const ref = call.query.get("ref") ?? repo.defaultBranch;
  const commit = await commitOfBranchOrName(repo.dir, ref);
  if (commit === null) throw notFound();
  const [entry] = await listTree(repo.dir, commit, { path });
  if (!entry) throw notFound();
  const shape = (e: typeof entry) => contentEntry(world, repo, { entry: e, ref });
  if (entry.type === "tree") {
    const inside = await listTree(repo.dir, commit, { path: `${path}/` });
    return ok(inside.map(shape));
  }
  const content = (await blobAt(repo.dir, commit, path)) ?? "";
  if (call.query.get("accept") === "raw") return ok(content);
  return ok({
    ...shape(entry),
    // GitHub breaks base64 into lines of 60.
    content: Buffer.from(content).toString("base64").replace(/.{60}/g, "$&\n"),
    encoding: "base64",
  });
}

function contentEntry(
  world: World,
  repo: Repo,
  of: { entry: { path: string; sha: string; size: number | null; type: string }; ref: string },
) {
  const { entry } = of;
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const url = `${repoApi(world, repo)}/contents/${path}?ref=${encodeURIComponent(of.ref)}`;
  const git = `${repoApi(world, repo)}/git/${entry.type === "tree" ? "trees" : "blobs"}/${entry.sha}`;
  const html = `${world.url}/${fullName(repo)}/blob/${of.ref}/${path}`;
  return {
    type: entry.type === "tree" ? "dir" : "file",
    size: entry.size ?? 0,
    name: entry.path.split("/").at(-1) ?? entry.path,
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: git,
    html_url: html,
    download_url: entry.type === "tree" ? null : `${world.url}/${fullName(repo)}/raw/${of.ref}/${path}`,
    _links: { self: url, git, html },
  };
}

async function listBranches(call: Call): Promise<Answer> {
  const heads = [...(await refs(call.repo.dir, "refs/heads/"))];
  return page(call, heads, {
    shape: ([ref, sha]) => {
      const name = ref.replace(/^refs\/heads\//, "");
      const url = `${repoApi(call.world, call.repo)}/commits/${sha}`;
      return { name, commit: { sha, url }, protected: call.repo.rules.has(name) };
    },
  });
}

async function getBranch(call: Call): Promise<Answer> {
  const { repo, world } = call;
  const name = param(call, "branch");
  const sha = await commitOf(repo.dir, `refs/heads/${name}`);
  const commit = sha && (await readCommit(repo.dir, sha));
  if (!commit) throw Object.assign(notFound(), { message: "Branch not found" });
  const api = `${repoApi(world, repo)}/branches/${encodeURIComponent(name)}`;
  const rules = repo.rules.get(name);
  return ok({
    name,
    commit: commitShape(world, repo, commit),
    _links: { self: api, html: `${world.url}/${fullName(repo)}/tree/${name}` },
    protected: rules !== undefined,
    protection: {
      enabled: rules !== undefined,
      required_status_checks: {
        enforcement_level: rules ? "non_admins" : "off",
        contexts: rules?.requiredChecks.map((c) => c.context) ?? [],
        checks: rules?.requiredChecks.map((c) => ({ context: c.context, app_id: c.appId })) ?? [],
      },
    },
    protection_url: `${api}/protection`,
  });
}

function getProtection(call: Call): Answer {
  const branch = param(call, "branch");
  const rules = call.repo.rules.get(branch);
  if (!rules) throw Object.assign(notFound(), { message: "Branch not protected" });
  const url = `${repoApi(call.world, call.repo)}/branches/${encodeURIComponent(branch)}/protection`;
  return ok({
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: false,
      contexts: rules.requiredChecks.map((c) => c.context),
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: rules.requiredChecks.map((c) => ({ context: c.context, app_id: c.appId })),
    },
    ...(rules.requiredApprovals > 0
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: false,
            require_code_owner_reviews: false,
            required_approving_review_count: rules.requiredApprovals,
            require_last_push_approval: false,
            bypass_pull_request_allowances: {
              users: [],
              teams: [],
              apps: [...call.world.apps.values()]
                .filter((a) => rules.bypass.includes(a.slug))
                .map((a) => ({ slug: a.slug })),
            },
          },
        }
      : {}),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: rules.nonFastForward === "allowed" },
    allow_deletions: { enabled: false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  });
}

function getRules(call: Call): Answer {
  const rules = call.repo.rules.get(param(call, "branch"));
  return page(call, rules ? ruleList(call.repo, rules) : [], { shape: (rule) => rule });
}

function ruleList(repo: Repo, rules: BranchRules): unknown[] {
  const source = { ruleset_source_type: "Repository", ruleset_source: fullName(repo), ruleset_id: repo.id };
  return [
    ...(rules.requiredChecks.length > 0
      ? [
          {
            type: "required_status_checks",
            parameters: {
              required_status_checks: rules.requiredChecks.map((c) => ({
                context: c.context,
                ...(c.appId === null ? {} : { integration_id: c.appId }),
              })),
              strict_required_status_checks_policy: false,
              do_not_enforce_on_create: false,
            },
            ...source,
          },
        ]
      : []),
    ...(rules.requiredApprovals > 0
      ? [
          {
            type: "pull_request",
            parameters: {
              allowed_merge_methods: ["merge", "squash", "rebase"],
              dismiss_stale_reviews_on_push: false,
              require_code_owner_review: false,
              require_last_push_approval: false,
              required_approving_review_count: rules.requiredApprovals,
              required_review_thread_resolution: false,
            },
            ...source,
          },
        ]
      : []),
    ...(rules.nonFastForward === "refused" ? [{ type: "non_fast_forward", ...source }] : []),
  ];
}

/** All rules of a repository are one ruleset here; it says whether who asks is exempt from all of them. */
function getRuleset(call: Call): Answer {
  const { repo, caller } = call;
  if (param(call, "ruleset_id") !== String(repo.id)) throw notFound();
  const actor = {
    login: caller.kind === "user" ? caller.account.login : "",
    appSlug: caller.kind === "installation" ? caller.app.slug : null,
  };
  const exempt = [...repo.rules.values()].every((rules) => bypasses(rules, actor));
  return ok({
    id: repo.id,
    name: "rules",
    target: "branch",
    source_type: "Repository",
    source: fullName(repo),
    enforcement: "active",
    current_user_can_bypass: exempt ? "always" : "never",
  });
}

function listCollaborators(call: Call): Answer {
  const accounts = [...call.repo.collaborators.keys()].map((login) => findAccount(call.world, login));
  return page(call, accounts, { shape: (account) => collaborator(call, account) });
}

function getPermission(call: Call): Answer {
  const account = findAccount(call.world, param(call, "username"));
  const held = permissionOf(call.repo, account);
  // GitHub folds the five roles into four here; `role_name` keeps the exact one.
  const folded = held === "maintain" ? "write" : held === "triage" ? "read" : held;
  return ok({ permission: folded, role_name: held, user: collaborator(call, account) });
}

function collaborator(call: Call, account: Account) {
  const held = permissionOf(call.repo, account);
  return {
    ...user(call.world, account),
    permissions: {
      admin: reaches(held, "admin"),
      maintain: reaches(held, "maintain"),
      push: reaches(held, "write"),
      triage: reaches(held, "triage"),
      pull: reaches(held, "read"),
    },
    role_name: held,
  };
}

function findAccount(world: World, login: string): Account {
  const found = world.accounts.get(login.toLowerCase());
  if (!found) throw notFound();
  return found;
}

function teamMembers(call: Call): Answer {
  const team = call.world.teams.get(`${param(call, "org")}/${param(call, "team_slug")}`.toLowerCase());
  if (!team) throw notFound();
  const members = team.members.map((login) => findAccount(call.world, login));
  return page(call, members, { shape: (m) => user(call.world, m) });
}

function getUser(call: Call): Answer {
  return ok(publicUser(call.world, findAccount(call.world, param(call, "username"))));
}

function me(call: Call): Answer {
  const self = call.caller.kind === "user" ? call.caller.account : null;
  if (self === null) throw Object.assign(notFound(), { message: "Requires authentication", status: 401 });
  return ok(publicUser(call.world, self));
}

function publicUser(world: World, account: Account) {
  return {
    ...user(world, account),
    name: account.name,
    company: null,
    blog: "",
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: "2020-01-01T00:00:00Z",
    updated_at: "2020-01-01T00:00:00Z",
    node_id: nodeId("U", account.id),
  };
}

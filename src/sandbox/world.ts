import { generateKeyPairSync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { rm } from "node:fs/promises";
import { faultsSchema, type FaultsInput } from "./faults.js";
import { git, initBare, moveRef, refs } from "./git/git.js";
import { writeCommit, type FileEdit } from "./git/commit.js";
import { seededRandom } from "./random.js";
import type { ActorPermission, Permission } from "./permissions.js";
import {
  repoKey,
  takeId,
  type Account,
  type App,
  type BranchRules,
  type Installation,
  type Repo,
  type World,
} from "./state.js";

export interface WorldOptions {
  readonly dataDir: string;
  readonly seed: number;
  readonly now: () => number;
  readonly faults: FaultsInput;
}

export function emptyWorld(options: WorldOptions): World {
  return {
    dataDir: options.dataDir,
    url: "http://127.0.0.1:0",
    now: options.now,
    random: seededRandom(options.seed),
    accounts: new Map(),
    teams: new Map(),
    apps: new Map(),
    installations: new Map(),
    tokens: new Map(),
    repos: new Map(),
    deliveries: [],
    sending: new Map(),
    locks: new Map(),
    moves: [],
    signed: new Set(),
    requests: [],
    faults: faultsSchema.parse(options.faults),
    nextId: 1000,
    listeners: { pushed: () => undefined, rerequested: () => undefined },
  };
}

/** A person or organisation; a person's token is their login. Adding one that is there returns it. */
export function addAccount(world: World, login: string, type: Account["type"] = kindOf(login)): Account {
  const known = world.accounts.get(login.toLowerCase());
  if (known) return known;
  const id = takeId(world);
  const account: Account = {
    id,
    login,
    type,
    name: login,
    email: `${id}+${login}@users.noreply.sandbox`,
    token: type === "Organization" ? null : login,
  };
  world.accounts.set(login.toLowerCase(), account);
  return account;
}

function kindOf(login: string): Account["type"] {
  return login.endsWith("[bot]") ? "Bot" : "User";
}

export interface NewApp {
  readonly slug: string;
  readonly owner: Account;
  readonly permissions: Readonly<Record<string, Permission>>;
  readonly events: readonly string[];
  readonly hookUrl: string | null;
  readonly hookSecret?: string;
}

export function addApp(world: World, of: NewApp): App {
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const app: App = {
    id: takeId(world),
    slug: of.slug,
    name: of.slug,
    owner: of.owner,
    bot: addAccount(world, `${of.slug}[bot]`, "Bot"),
    permissions: of.permissions,
    events: of.events,
    privateKey: keys.privateKey,
    publicKey: keys.publicKey,
    hookSecret: of.hookSecret ?? randomBytes(20).toString("hex"),
    hookUrl: of.hookUrl,
    createdAt: world.now(),
  };
  world.apps.set(app.id, app);
  return app;
}

export function install(world: World, app: App, on: { account: Account; repoIds: number[] | null }): Installation {
  const installation: Installation = {
    id: takeId(world),
    appId: app.id,
    account: on.account,
    repoIds: on.repoIds,
    permissions: { ...app.permissions },
    createdAt: world.now(),
  };
  world.installations.set(installation.id, installation);
  return installation;
}

export interface NewRepo {
  readonly owner: string;
  readonly name: string;
  readonly private?: "private";
  readonly defaultBranch?: string;
  /** First commit; or `from`, a repository on this machine whose branch becomes the default one. */
  readonly files?: Readonly<Record<string, FileEdit>>;
  readonly from?: { readonly dir: string; readonly commit: string };
  readonly collaborators?: Readonly<Record<string, ActorPermission>>;
  readonly rules?: Readonly<Record<string, Partial<BranchRules>>>;
}

export async function addRepo(world: World, of: NewRepo): Promise<Repo> {
  const owner = world.accounts.get(of.owner.toLowerCase()) ?? addAccount(world, of.owner, "Organization");
  const repo = blankRepo(world, { owner, name: of.name, parent: null, of });
  await rm(repo.dir, { recursive: true, force: true });
  await initBare(repo.dir, repo.defaultBranch);
  const first = of.from
    ? await fetchFirst(repo, of.from)
    : await writeCommit(repo.dir, {
        parent: null,
        files: of.files ?? { "README.md": `# ${of.name}\n` },
        message: "First commit",
        author: { name: owner.name, email: owner.email, at: world.now() },
      });
  await moveRef(repo.dir, { ref: `refs/heads/${repo.defaultBranch}`, from: null, to: first });
  world.repos.set(repoKey(owner.login, of.name), repo);
  return repo;
}

async function fetchFirst(repo: Repo, from: { dir: string; commit: string }): Promise<string> {
  await git(repo.dir, ["fetch", "--quiet", "--no-tags", from.dir, from.commit]);
  return from.commit;
}

/** A fork holds all branches of its parent, as GitHub makes it. */
export async function addFork(world: World, parent: Repo, owner: Account): Promise<Repo> {
  const known = world.repos.get(repoKey(owner.login, parent.name));
  if (known) return known;
  const repo = blankRepo(world, { owner, name: parent.name, parent, of: {} });
  await rm(repo.dir, { recursive: true, force: true });
  await initBare(repo.dir, parent.defaultBranch);
  await git(repo.dir, ["fetch", "--quiet", "--no-tags", parent.dir, "+refs/heads/*:refs/heads/*"]);
  for (const ref of (await refs(repo.dir, "refs/heads/drumline/")).keys())
    await git(repo.dir, ["update-ref", "-d", ref]);
  world.repos.set(repoKey(owner.login, repo.name), repo);
  return repo;
}

function blankRepo(
  world: World,
  given: { owner: Account; name: string; parent: Repo | null; of: Partial<NewRepo> },
): Repo {
  const { owner, name, parent, of } = given;
  const at = world.now();
  const collaborators = Object.entries(of.collaborators ?? {});
  for (const [login] of collaborators) addAccount(world, login);
  return {
    id: takeId(world),
    owner,
    name,
    private: of.private !== undefined,
    defaultBranch: of.defaultBranch ?? parent?.defaultBranch ?? "main",
    dir: join(world.dataDir, "repos", owner.login, `${name}.git`),
    parent,
    createdAt: at,
    pushedAt: at,
    collaborators: new Map(collaborators.map(([login, held]) => [login.toLowerCase(), held])),
    labels: new Map(),
    issues: new Map(),
    labelChanges: [],
    comments: new Map(),
    suites: new Map(),
    checkRuns: new Map(),
    statuses: [],
    deployments: new Map(),
    rules: new Map(Object.entries(of.rules ?? {}).map(([branch, rules]) => [branch, fullRules(rules)])),
    past: { pulls: [], deployments: [] },
    nextNumber: 1,
  };
}

export function fullRules(rules: Partial<BranchRules>): BranchRules {
  return { requiredChecks: [], requiredApprovals: 0, bypass: [], nonFastForward: "refused", ...rules };
}

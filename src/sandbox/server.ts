import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { clearCi, startCi, testDefaultBranch, type Ci, type CiOptions } from "./ci.js";
import { faultsSchema, type FaultsInput } from "./faults.js";
import { countRequests, mountControl, type RequestCount } from "./http/control.js";
import { dispatch, isHang } from "./http/dispatch.js";
import { smartHttp } from "./http/smart.js";
import { person, type Person } from "./people.js";
import type { Permission } from "./permissions.js";
import { type App, type Repo, type World } from "./state.js";
import { addAccount, addApp, addRepo, emptyWorld, install, type NewRepo } from "./world.js";

/**
 * GitHub on this machine: REST as far as Drumline uses it, over real bare git repositories, with signed webhooks, CI
 * that runs the repository's tests, and faults on demand. See docs in each room: `git/` the repositories, `shape/`
 * GitHub's JSON, `actions/` what happens when something is done, `routes/` and `http/` the API, `webhooks/` what is told.
 */
export interface SandboxOptions {
  readonly dataDir: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly host?: string;
  /** Of the faults' chance. */
  readonly seed?: number;
  readonly now?: () => number;
  readonly faults?: FaultsInput;
  /** The app under test, Drumline unless named otherwise. */
  readonly app?: Partial<SandboxAppOptions>;
  /** `none`: nothing answers pushes but the test itself. */
  readonly ci?: CiOptions | "none";
}

export interface SandboxAppOptions {
  readonly slug: string;
  readonly permissions: Readonly<Record<string, Permission>>;
  readonly events: readonly string[];
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}

export interface Sandbox {
  /** Without a slash at its end; `${url}/api/v3` serves the same, as GitHub Enterprise does. */
  readonly url: string;
  readonly app: App;
  readonly ci: Ci | null;
  /** For inspection; to change something, act as somebody. */
  readonly world: World;
  /** Makes a repository with the app installed on it and, where there is CI, its default branch being tested. */
  readonly repository: (of: NewRepo) => Promise<Repo>;
  readonly person: (repo: Repo, login: string) => Person;
  readonly team: (org: string, slug: string, members: readonly string[]) => void;
  /** From now on webhooks go there. */
  readonly connect: (webhookUrl: string) => void;
  readonly setFaults: (faults: FaultsInput) => void;
  /** Requests of the app since the start or the last reset. */
  readonly requests: (actor?: string) => RequestCount;
  /** Once CI has nothing to do and every webhook has been answered. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The least that Drumline needs: the same list as its manifest, `app.yml`. */
export const drumlinePermissions: Readonly<Record<string, Permission>> = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
  statuses: "read",
  members: "read",
  deployments: "read",
  administration: "read",
};

export const drumlineEvents: readonly string[] = [
  "pull_request",
  "pull_request_review",
  "issue_comment",
  "check_run",
  "check_suite",
  "status",
  "push",
  "deployment",
  "deployment_status",
  "label",
];

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  await mkdir(options.dataDir, { recursive: true });
  await clearCi(options);
  const world = emptyWorld({
    dataDir: options.dataDir,
    seed: options.seed ?? 1,
    now: options.now ?? Date.now,
    faults: options.faults ?? {},
  });
  const app = addApp(world, {
    slug: options.app?.slug ?? "drumline",
    owner: addAccount(world, "sandbox", "Organization"),
    permissions: options.app?.permissions ?? drumlinePermissions,
    events: options.app?.events ?? drumlineEvents,
    hookUrl: options.app?.webhookUrl ?? null,
    ...(options.app?.webhookSecret === undefined ? {} : { hookSecret: options.app.webhookSecret }),
  });
  const ci = options.ci === "none" ? null : startCi(world, options.ci ?? {});
  const server = await listen(world, options);
  world.url = `http://${options.host ?? "127.0.0.1"}:${(server.address() as AddressInfo).port}`;
  return {
    url: world.url,
    app,
    ci,
    world,
    repository: async (of) => await newRepository(world, { of, app, ci }),
    person: (repo, login) => person(world, repo, login),
    team: (org, slug, members) => addTeam(world, { org, slug, members }),
    connect: (webhookUrl) => {
      app.hookUrl = webhookUrl;
    },
    setFaults: (faults) => {
      world.faults = faultsSchema.parse(faults);
    },
    requests: (actor) => countRequests(world, actor ?? app.bot.login),
    settled: async () => await settled(world, ci),
    close: async () => {
      await ci?.stop();
      await close(server);
    },
  };
}

async function listen(world: World, options: SandboxOptions): Promise<ServerType> {
  const hono = new Hono();
  mountControl(hono, world);
  hono.all("*", async (c) => {
    const git = await smartHttp(world, c.req.raw);
    return git ?? (await dispatch(world, c.req.raw));
  });
  hono.onError(async (error, c) => {
    // A hung request is answered by the client's own time-out, or by the end of the server.
    if (isHang(error)) await new Promise(() => undefined);
    process.stderr.write(`sandbox: ${error.stack ?? error.message}\n`);
    return c.json({ message: "Server Error" }, 500);
  });
  return await new Promise((resolve, reject) => {
    const server = serve({ fetch: hono.fetch, port: options.port ?? 0, hostname: options.host ?? "127.0.0.1" }, () =>
      resolve(server),
    );
    server.once("error", reject);
  });
}

async function newRepository(world: World, of: { of: NewRepo; app: App; ci: Ci | null }): Promise<Repo> {
  const repo = await addRepo(world, of.of);
  const installed = [...world.installations.values()].some(
    (i) => i.appId === of.app.id && i.account.id === repo.owner.id,
  );
  if (!installed) install(world, of.app, { account: repo.owner, repoIds: null });
  if (of.ci) await testDefaultBranch(of.ci, repo);
  return repo;
}

function addTeam(world: World, of: { org: string; slug: string; members: readonly string[] }): void {
  for (const login of of.members) addAccount(world, login);
  world.teams.set(`${of.org}/${of.slug}`.toLowerCase(), { id: world.nextId++, ...of, members: [...of.members] });
}

async function settled(world: World, ci: Ci | null): Promise<void> {
  for (;;) {
    const sending = [...world.sending.values()];
    await Promise.all(sending);
    await ci?.idle();
    const load = ci?.load() ?? { waiting: 0, running: 0 };
    const same = [...world.sending.values()].every((p, i) => p === sending[i]) && world.sending.size === sending.length;
    if (same && load.waiting === 0 && load.running === 0) return;
  }
}

async function close(server: ServerType): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}

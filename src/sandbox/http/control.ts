import type { Hono } from "hono";
import { faultsSchema } from "../faults.js";
import { callerName, fullName, pullsOf, type World } from "../state.js";

/** The sandbox's own API, for tests, benches and people who look in: requests, faults, state. Not GitHub's. */
export function mountControl(app: Hono, world: World): void {
  app.get("/_sandbox", (c) => c.json(state(world)));
  app.get("/_sandbox/requests", (c) => c.json(world.requests.slice(-1000)));
  app.get("/_sandbox/requests/count", (c) => c.json(countRequests(world, c.req.query("actor") ?? null)));
  app.post("/_sandbox/requests/reset", (c) => {
    world.requests.length = 0;
    return c.body(null, 204);
  });
  app.get("/_sandbox/deliveries", (c) =>
    c.json(world.deliveries.slice(-1000).map(({ payload: _, ...delivery }) => delivery)),
  );
  // Where the checks' details lead.
  app.get("/_sandbox/ci/:sha", (c) => {
    const said = runsOn(world, c.req.param("sha"));
    return said.length === 0 ? c.text("no run on this commit\n", 404) : c.text(said.join("\n\n"));
  });
  app.get("/_sandbox/faults", (c) => c.json(world.faults));
  app.put("/_sandbox/faults", async (c) => {
    const parsed = faultsSchema.safeParse(await c.req.json());
    if (!parsed.success) return c.json({ message: "not faults", issues: parsed.error.issues }, 422);
    world.faults = parsed.data;
    return c.json(world.faults);
  });
}

/** What checks said on a commit, oldest first. */
function runsOn(world: World, sha: string): string[] {
  return [...world.repos.values()].flatMap((repo) =>
    [...repo.checkRuns.values()]
      .filter((run) => run.headSha === sha)
      .map((run) => `${run.name}: ${run.output.title ?? run.status}\n${run.output.text ?? ""}`),
  );
}

export interface RequestCount {
  readonly total: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byOperation: Readonly<Record<string, number>>;
}

/** Requests so far, of one actor (`drumline[bot]`) or, with null, of all. */
export function countRequests(world: World, actor: string | null): RequestCount {
  const byKind: Record<string, number> = { read: 0, "not-modified": 0, creating: 0, token: 0 };
  const byOperation: Record<string, number> = {};
  let total = 0;
  for (const request of world.requests) {
    if (actor !== null && request.actor !== actor) continue;
    total += 1;
    byKind[request.kind] = (byKind[request.kind] ?? 0) + 1;
    const operation = request.operation ?? "none";
    byOperation[operation] = (byOperation[operation] ?? 0) + 1;
  }
  return { total, byKind, byOperation };
}

function state(world: World) {
  return {
    url: world.url,
    people: [...world.accounts.values()].filter((a) => a.type === "User").map((a) => a.login),
    apps: [...world.apps.values()].map((a) => ({
      actor: callerName({ kind: "app", app: a }),
      id: a.id,
      hook: a.hookUrl,
    })),
    repositories: [...world.repos.values()].map((repo) => ({
      name: fullName(repo),
      pulls: pullsOf(repo).map((p) => ({
        number: p.number,
        title: p.title,
        by: p.user.login,
        state: p.pull.merged ? "merged" : p.state,
        base: p.pull.baseRef,
        head: p.pull.headRef,
        sha: p.pull.headSha,
        labels: p.labels,
      })),
    })),
  };
}

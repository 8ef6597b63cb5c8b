import { randomBytes } from "node:crypto";
import { forbidden, GitHubFailure, invalid, notFound } from "../fail.js";
import { created, ok, page, param, type Answer, type Call, type Route } from "../http/route.js";
import { permits, type Permission } from "../permissions.js";
import { app as appShape, installation as installationShape, iso, repository } from "../shape/common.js";
import type { App, Delivery, Installation, Repo } from "../state.js";
import { redeliver } from "../webhooks/emit.js";

/** An installation token lives an hour, as on GitHub. */
const tokenMs = 3_600_000;

export const appRoutes: readonly Route[] = [
  { method: "GET", path: "/app", needs: null, run: (call) => ok(appShape(call.world, needApp(call))) },
  { method: "GET", path: "/app/installations", needs: null, run: listInstallations },
  { method: "GET", path: "/app/installations/{installation_id}", needs: null, run: getInstallation },
  { method: "POST", path: "/app/installations/{installation_id}/access_tokens", needs: null, run: createToken },
  { method: "GET", path: "/repos/{owner}/{repo}/installation", needs: null, run: repoInstallation },
  { method: "GET", path: "/installation/repositories", needs: null, run: listRepositories },
  { method: "GET", path: "/app/hook/deliveries", needs: null, run: listDeliveries },
  { method: "GET", path: "/app/hook/deliveries/{delivery_id}", needs: null, run: getDelivery },
  { method: "POST", path: "/app/hook/deliveries/{delivery_id}/attempts", needs: null, run: attemptDelivery },
];

/** @throws GitHubFailure 401 unless the caller signed as the app itself. */
function needApp(call: Call): App {
  if (call.caller.kind === "app") return call.caller.app;
  throw new GitHubFailure(401, "A JSON web token could not be decoded");
}

function listInstallations(call: Call): Answer {
  const app = needApp(call);
  const its = [...call.world.installations.values()].filter((i) => i.appId === app.id);
  return page(call, its, { shape: (i) => installationShape(call.world, i) });
}

function findInstallation(call: Call): Installation {
  const found = call.world.installations.get(Number(param(call, "installation_id")));
  if (!found || found.appId !== needApp(call).id) throw notFound();
  return found;
}

function getInstallation(call: Call): Answer {
  needApp(call);
  return ok(installationShape(call.world, findInstallation(call)));
}

function createToken(call: Call): Answer {
  const app = needApp(call);
  const installation = findInstallation(call);
  const asked = (call.body["permissions"] ?? installation.permissions) as Record<string, Permission>;
  for (const [name, level] of Object.entries(asked)) {
    if (permits(installation.permissions[name], level)) continue;
    throw invalid("The permissions requested are not granted to this installation.");
  }
  const repos = chosenRepos(call, installation);
  const token = {
    token: `ghs_${randomBytes(18).toString("hex")}`,
    installationId: installation.id,
    permissions: asked,
    repoIds: repos?.map((r) => r.id) ?? installation.repoIds,
    expiresAt: call.world.now() + tokenMs,
  };
  call.world.tokens.set(token.token, token);
  return created({
    token: token.token,
    expires_at: iso(token.expiresAt),
    permissions: token.permissions,
    repository_selection: token.repoIds === null ? "all" : "selected",
    ...(repos ? { repositories: repos.map((r) => repository(call.world, r)) } : {}),
    ...(app.permissions["single_file"] ? { single_file: null } : {}),
  });
}

/** The repositories that a token was asked for by name or id; null when it is for all of the installation's. */
function chosenRepos(call: Call, installation: Installation): Repo[] | null {
  const names = call.body["repositories"];
  const ids = call.body["repository_ids"];
  if (!Array.isArray(names) && !Array.isArray(ids)) return null;
  const its = installed(call, installation);
  const wanted = [
    ...(Array.isArray(names) ? (names as unknown[]) : []),
    ...(Array.isArray(ids) ? (ids as unknown[]) : []),
  ];
  return wanted.map((want) => {
    const found = its.find((r) => r.name === want || r.id === want);
    if (found) return found;
    throw invalid(
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  });
}

function installed(call: Call, of: { account: { id: number }; repoIds: readonly number[] | null }): Repo[] {
  return [...call.world.repos.values()].filter(
    (r) => r.owner.id === of.account.id && (of.repoIds === null || of.repoIds.includes(r.id)),
  );
}

function repoInstallation(call: Call): Answer {
  const app = needApp(call);
  const found = [...call.world.installations.values()].find(
    (i) => i.appId === app.id && installed(call, i).includes(call.repo),
  );
  if (!found) throw notFound();
  return ok(installationShape(call.world, found));
}

function listRepositories(call: Call): Answer {
  if (call.caller.kind !== "installation")
    throw forbidden(
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    );
  const { installation, token } = call.caller;
  const its = installed(call, { account: installation.account, repoIds: token.repoIds });
  return page(call, its, {
    shape: (r) => repository(call.world, r),
    wrap: (list, total) => ({
      total_count: total,
      repositories: list,
      repository_selection: token.repoIds === null ? "all" : "selected",
    }),
  });
}

function listDeliveries(call: Call): Answer {
  const app = needApp(call);
  const cursor = call.query.get("cursor");
  const size = Math.min(100, Number(call.query.get("per_page") ?? 30) || 30);
  const its = call.world.deliveries.filter((d) => d.appId === app.id && d.outcome !== "pending").reverse();
  const start =
    cursor === null
      ? 0
      : Math.max(
          0,
          its.findIndex((d) => d.id === Number(cursor)),
        );
  const next = its[start + size];
  const url = new URL(call.url);
  if (next) url.searchParams.set("cursor", String(next.id));
  return {
    status: 200,
    body: its.slice(start, start + size).map(deliveryShape),
    ...(next ? { headers: { link: `<${url.href}>; rel="next"` } } : {}),
  };
}

function findDelivery(call: Call): Delivery {
  const app = needApp(call);
  const found = call.world.deliveries.find((d) => d.id === Number(param(call, "delivery_id")) && d.appId === app.id);
  if (!found) throw notFound();
  return found;
}

function getDelivery(call: Call): Answer {
  const delivery = findDelivery(call);
  const app = needApp(call);
  return ok({
    ...deliveryShape(delivery),
    url: app.hookUrl ?? "",
    request: {
      headers: { "X-GitHub-Delivery": delivery.guid, "X-GitHub-Event": delivery.event },
      payload: JSON.parse(delivery.payload) as unknown,
    },
    response: { headers: {}, payload: "" },
  });
}

function attemptDelivery(call: Call): Answer {
  redeliver(call.world, needApp(call), findDelivery(call));
  return { status: 202, body: {} };
}

function deliveryShape(of: Delivery) {
  const words = { ok: "OK", failed: "Invalid HTTP Response", dropped: "failed to connect to host", pending: "pending" };
  return {
    id: of.id,
    guid: of.guid,
    delivered_at: new Date(of.deliveredAt).toISOString(),
    redelivery: of.redelivery,
    duration: Math.round(of.duration) / 1000,
    status: words[of.outcome],
    status_code: of.statusCode,
    event: of.event,
    action: of.action,
    installation_id: of.installationId,
    repository_id: of.repoId,
    throttled_at: null,
  };
}

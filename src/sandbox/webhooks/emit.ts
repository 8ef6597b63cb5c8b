import { randomUUID } from "node:crypto";
import type { Account, App, Delivery, Installation, Repo, World } from "../state.js";
import { takeId } from "../state.js";
import { nodeId, repository, user, type Json } from "../shape/common.js";
import { send } from "./send.js";

/** One thing that happened. `onlyApp`: GitHub tells some events only to the app they are about. */
export interface Happening {
  readonly event: string;
  readonly action?: string;
  readonly sender: Account;
  readonly body: Json;
  readonly onlyApp?: number;
}

/** Tells every app that is installed on the repository and subscribed to the event. Does not wait for their answers. */
export function emit(world: World, repo: Repo, happening: Happening): void {
  for (const installation of world.installations.values()) {
    const app = world.apps.get(installation.appId);
    if (!app || !wants(app, installation, { repo, happening })) continue;
    const delivery = record(world, repo, { app, installation, happening });
    queue(world, app, delivery);
  }
}

function wants(app: App, installation: Installation, of: { repo: Repo; happening: Happening }): boolean {
  const { repo, happening } = of;
  if (app.hookUrl === null || installation.account.id !== repo.owner.id) return false;
  if (installation.repoIds !== null && !installation.repoIds.includes(repo.id)) return false;
  if (happening.onlyApp !== undefined) return happening.onlyApp === app.id;
  return app.events.includes(happening.event);
}

function record(
  world: World,
  repo: Repo,
  of: { app: App; installation: Installation; happening: Happening },
): Delivery {
  const { app, installation, happening } = of;
  const payload = {
    ...(happening.action === undefined ? {} : { action: happening.action }),
    repository: repository(world, repo),
    ...happening.body,
    ...(repo.owner.type === "Organization" ? { organization: organization(world, repo.owner) } : {}),
    sender: user(world, happening.sender),
    installation: { id: installation.id, node_id: nodeId("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id) },
  };
  const delivery: Delivery = {
    id: takeId(world),
    guid: randomUUID(),
    appId: app.id,
    installationId: installation.id,
    repoId: repo.id,
    event: happening.event,
    action: happening.action ?? null,
    payload: JSON.stringify(payload),
    redelivery: false,
    deliveredAt: world.now(),
    duration: 0,
    statusCode: 0,
    outcome: "pending",
  };
  world.deliveries.push(delivery);
  return delivery;
}

/**
 * In order per app unless a fault says otherwise. Dropped deliveries stay recorded, so that they can be redelivered,
 * as GitHub's can.
 */
function queue(world: World, app: App, delivery: Delivery): void {
  const { drop, double, delay, delayMsMax, reorder } = world.faults.webhooks;
  if (world.random() < drop) {
    delivery.outcome = "dropped";
    return;
  }
  const copies = world.random() < double ? 2 : 1;
  const wait = world.random() < delay ? world.random() * delayMsMax : 0;
  const alone = world.random() < reorder;
  const before = alone ? Promise.resolve() : (world.sending.get(app.id) ?? Promise.resolve());
  const mine = before.then(async () => {
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    for (let copy = 0; copy < copies; copy++) await send(world, app, delivery);
  });
  const all = alone ? Promise.all([world.sending.get(app.id), mine]).then(() => undefined) : mine;
  world.sending.set(app.id, all);
}

/** Sends a recorded delivery once more, under its own id, as `POST /app/hook/deliveries/{id}/attempts` does. */
export function redeliver(world: World, app: App, old: Delivery): Delivery {
  const again: Delivery = { ...old, id: takeId(world), redelivery: true, outcome: "pending", statusCode: 0 };
  world.deliveries.push(again);
  const before = world.sending.get(app.id) ?? Promise.resolve();
  world.sending.set(
    app.id,
    before.then(async () => await send(world, app, again)),
  );
  return again;
}

function organization(world: World, of: Account): Json {
  const api = `${world.url}/orgs/${of.login}`;
  return {
    login: of.login,
    id: of.id,
    node_id: nodeId("O", of.id),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/${of.id}`,
    description: "",
  };
}

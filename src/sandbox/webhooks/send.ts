import { createHmac } from "node:crypto";
import type { App, Delivery, World } from "../state.js";

/** GitHub gives up on a receiver after ten seconds. */
const answerMsMax = 10_000;

/** One attempt; its outcome is kept in the delivery. Never throws: a receiver that is down is the receiver's matter. */
export async function send(world: World, app: App, delivery: Delivery): Promise<void> {
  const url = app.hookUrl;
  if (url === null) return;
  const started = performance.now();
  delivery.deliveredAt = world.now();
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: headers(app, delivery),
      body: delivery.payload,
      signal: AbortSignal.timeout(answerMsMax),
    });
    await response.arrayBuffer();
    delivery.statusCode = response.status;
    delivery.outcome = response.ok ? "ok" : "failed";
  } catch {
    delivery.statusCode = 0;
    delivery.outcome = "failed";
  }
  delivery.duration = performance.now() - started;
}

function headers(app: App, delivery: Delivery): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/sandbox",
    "x-github-event": delivery.event,
    "x-github-delivery": delivery.guid,
    "x-github-hook-id": String(app.id),
    "x-github-hook-installation-target-id": String(app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature-256": `sha256=${createHmac("sha256", app.hookSecret).update(delivery.payload).digest("hex")}`,
  };
}

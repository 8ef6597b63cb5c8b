import type { Outcome } from "../core/model/effect.js";
import { isLineEffect } from "../core/model/effect.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import type { Engine } from "./engine.js";
import { faultWords, type Fault } from "../core/model/fault.js";
import type { Lease, OutboxRow } from "./ports.js";

/** An effect that GitHub kept refusing for no reason of its own is given up after so many attempts, and said so. */
const attemptsMax = 12;
const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;

/** Performs the line's due effects in order; true when one of them is over and the queue should look again. */
export async function performLine(engine: Engine, lease: Lease): Promise<boolean> {
  const due = await engine.store.dueLine(lease, engine.clock.now());
  let settled = false;
  for (const row of due) {
    if ((await performOne(engine, row)) === "settled") settled = true;
  }
  return settled;
}

/** Posts what is to be said about a queue's units. Runs beside the queue: a slow comment never holds up a landing. */
export async function publishWords(engine: Engine, queue: QueueKey): Promise<void> {
  for (const row of await engine.store.dueWords(queue, engine.clock.now())) {
    // Once GitHub asks to wait, the rest would only be asked the same.
    if ((await performOne(engine, row)) === "postponed") return;
  }
}

async function performOne(engine: Engine, row: OutboxRow): Promise<"settled" | "postponed"> {
  const { store, clock, log, github } = engine;
  const writer = await github.writer(repoOf(row.queue), row.installationId);
  await store.attempting(row.queue, row.effect.id);
  const done = await writer.perform(row);
  if (done.ok) {
    await store.settle(row.queue, done.value);
    return "settled";
  }
  const next = afterFault(row, done.fault, clock.now());
  log.warn(
    { effect: row.effect.id, attempts: row.attempts + 1, fault: done.fault, next: next.kind },
    "GitHub did not do it",
  );
  if (next.kind === "give-up") {
    await store.settle(row.queue, next.outcome);
    return "settled";
  }
  await store.postpone(row.queue, row.effect.id, { until: next.until, why: next.why });
  return "postponed";
}

function repoOf(queue: QueueKey): string {
  return queue.slice(0, queue.indexOf("@"));
}

type Next =
  | { readonly kind: "later"; readonly until: Instant; readonly why: string }
  | { readonly kind: "give-up"; readonly outcome: Outcome };

/** Limits and outages pass: wait. Everything else is an answer: the effect is over, and the outcome says why. */
function afterFault(row: OutboxRow, fault: Fault, now: Instant): Next {
  const why = faultWords(fault);
  if (fault.kind === "limited") return { kind: "later", until: fault.until, why };
  if (fault.kind === "unavailable" || fault.kind === "conflict") {
    if (row.attempts + 1 < attemptsMax) return { kind: "later", until: now + pauseMs(row.attempts), why };
  }
  const group = isLineEffect(row.effect) && row.effect.kind !== "retarget" ? row.effect.group : null;
  return { kind: "give-up", outcome: { kind: "failed", effect: row.effect.id, group, why } };
}

/** Doubles with each attempt. */
function pauseMs(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** attempts);
}

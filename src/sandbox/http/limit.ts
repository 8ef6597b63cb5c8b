import type { World } from "../state.js";
import { callerName } from "../state.js";
import type { Answer, Call } from "./route.js";

/** Requests an hour, as an installation on a paid plan has. The sandbox counts and tells, and refuses only by fault. */
const perHour = 15_000;
const hourMs = 3_600_000;

interface Window {
  used: number;
  resetAt: number;
}
const windows = new WeakMap<World, Map<string, Window>>();

function windowOf(world: World, actor: string): Window {
  const its = windows.get(world) ?? new Map<string, Window>();
  windows.set(world, its);
  const now = world.now();
  const known = its.get(actor);
  if (known && known.resetAt > now) return known;
  const fresh = { used: 0, resetAt: now + hourMs };
  its.set(actor, fresh);
  return fresh;
}

export function spend(world: World, actor: string): void {
  windowOf(world, actor).used += 1;
}

export function limitHeaders(world: World, actor: string): [string, string][] {
  const { used, resetAt } = windowOf(world, actor);
  return [
    ["x-ratelimit-limit", String(perHour)],
    ["x-ratelimit-remaining", String(Math.max(0, perHour - used))],
    ["x-ratelimit-used", String(used)],
    ["x-ratelimit-reset", String(Math.ceil(resetAt / 1000))],
    ["x-ratelimit-resource", "core"],
  ];
}

export function rateLimit(call: Call): Answer {
  const { used, resetAt } = windowOf(call.world, callerName(call.caller));
  const core = {
    limit: perHour,
    used,
    remaining: Math.max(0, perHour - used),
    reset: Math.ceil(resetAt / 1000),
  };
  return {
    status: 200,
    body: { resources: { core, search: { ...core, limit: 30, remaining: 30, used: 0 } }, rate: core },
  };
}

import type { Instant, PrNumber } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import { isZone, nextOpening } from "../policy/calendar.js";
import { beliefsOf, speaksAgainst, type Beliefs } from "./beliefs.js";
import { holdsOf, type Hold, type Holds } from "./controls.js";
import { isOneWay } from "./groups.js";
import type { Id, MergeWindow, PlanSnapshot, QueuedChange } from "./snapshot.js";
import type { BuildView, View } from "./view.js";
import { viewOf } from "./view.js";

export interface ChangeReason<C extends Id = Id> {
  readonly id: C;
  readonly reason: Reason;
}

/**
 * For each change that the planner looks at, in the queue's order, the one reason that says most of why it is where it
 * is, and with it what would move it. Apart from `plan`, which never pays for it; the two read the same view, beliefs
 * and holds, so that they can't disagree. `numberOf` gives a change's pull request.
 */
export function reasonsOf<C extends Id, B extends Id>(
  snapshot: PlanSnapshot<C, B>,
  { numberOf }: { numberOf: (id: C) => PrNumber },
): ChangeReason<C>[] {
  const view = viewOf(snapshot);
  const beliefs = beliefsOf(view);
  const holds = holdsOf(view);
  const scene: Scene = { view, beliefs, holds, number: (c) => numberOf((view.changes[c] as QueuedChange<C>).id) };
  const opens = openings(snapshot.now);
  return view.changes.map((change, c) => {
    const hold = holds.starting[c] ?? null;
    const held = hold && holdReason(hold, { snapshot, numberOf: (id) => numberOf(id as C), opens });
    return { id: change.id, reason: held ?? placeReason(c, scene) };
  });
}

interface Scene {
  readonly view: View;
  readonly beliefs: Beliefs;
  readonly holds: Holds;
  readonly number: (change: number) => PrNumber;
}

const msPerMinute = 60_000;

interface Naming {
  readonly snapshot: PlanSnapshot;
  readonly numberOf: (id: Id) => PrNumber;
  readonly opens: (windows: readonly MergeWindow[]) => Instant | null;
}

/** When one of these windows next opens: a queue's changes mostly wait for the same, so each is worked out once. */
function openings(now: number): Naming["opens"] {
  const known = new Map<MergeWindow, Instant | null>();
  return (windows) => {
    for (const window of windows) {
      if (!known.has(window))
        known.set(window, isZone(window.span.zone) ? nextOpening([window.span], now * msPerMinute) : null);
    }
    const times = windows.flatMap((w) => known.get(w) ?? []);
    return times.length === 0 ? null : Math.min(...times);
  };
}

function holdReason(hold: Hold, { snapshot, numberOf, opens }: Naming): Reason {
  switch (hold.kind) {
    case "paused": {
      const paused = snapshot.controls?.paused;
      return { code: "paused", ...(typeof paused === "object" ? paused : { by: "the policy", why: "paused" }) };
    }
    case "drain":
      return { code: "draining" };
    case "frozen":
      return { code: "frozen", name: hold.freeze.name ?? "a freeze" };
    case "window":
      return { code: "window-closed", until: opens(hold.windows) };
    case "throttled":
      return { code: "throttled", perHour: hold.throttle.perHour, until: hold.until * msPerMinute };
    case "paced":
      return hold.reason;
    case "own-checks":
      return hold.state === "failed"
        ? { code: "checks-failed", names: [], urls: [] }
        : { code: "checks-pending", names: [] };
    case "trunk-red":
    case "trunk-unknown":
      return { code: "branch-red", since: (snapshot.trunk?.at ?? snapshot.now) * msPerMinute };
    case "depends-on": {
      const [on] = hold.on as readonly [Id];
      const state = snapshot.queue.some((c) => c.id === on) ? "open" : "unknown";
      return { code: "depends-on", number: numberOf(on), state };
    }
    case "retry-later":
      return { code: "retry-later", why: hold.why, until: hold.at * msPerMinute };
  }
}

function placeReason(c: number, scene: Scene): Reason {
  return failedAlone(c, scene) ?? testing(c, scene) ?? overtaken(c, scene) ?? suspected(c, scene) ?? waiting(c, scene);
}

function failedAlone(c: number, { view, beliefs, holds }: Scene): Reason | null {
  const failed = view.builds.findLast((b) => speaksAgainst(b) && b.open.length === 1 && b.open[0] === c);
  if (!failed) return null;
  const group = String(failed.id);
  if (holds.ejecting[c]) return { code: "branch-unproven", group };
  const failures = beliefs.failures[c] as number;
  return { code: "failed-alone", group, failures, more: beliefs.needed[c] as number };
}

function testing(c: number, { view, number }: Scene): Reason | null {
  const endOf = (b: BuildView): number => {
    const longest = b.open.reduce((most, m) => Math.max(most, (view.changes[m] as QueuedChange).expectedMinutes), 0);
    return b.startedAt + 1 + longest;
  };
  const running = view.builds.filter((b) => b.status === "running" && !b.stale && b.open.includes(c));
  const [first] = running.sort((x, y) => endOf(x) - endOf(y));
  if (!first) return null;
  const together = others(first, c).map(number);
  const until = Math.round(endOf(first) * msPerMinute);
  const attempt = view.snapshot.builds.find((b) => b.id === first.id)?.attempt ?? 1;
  return { code: "testing", group: String(first.id), with: together, attempt, until };
}

function overtaken(c: number, { view }: Scene): Reason | null {
  const build = view.builds.findLast((b) => b.status === "passed" && b.stale && b.open.includes(c));
  return build ? { code: "overtaken", group: String(build.id), by: Math.max(...build.missed) } : null;
}

function suspected(c: number, { view, beliefs, number }: Scene): Reason | null {
  const build = view.builds.findLast((b) => speaksAgainst(b) && b.open.length > 1 && b.open.includes(c));
  if (!build) return null;
  // Given that the group failed: Bayes' rule, the others taken as independent.
  const good = beliefs.good[c] as number;
  const rest = others(build, c).reduce((p, o) => p * (beliefs.good[o] as number), 1 - view.snapshot.flakeProbability);
  const given = (good * (1 - rest)) / (1 - good * rest);
  return { code: "suspected", group: String(build.id), with: others(build, c).map(number), good: given };
}

function waiting(c: number, { view, number }: Scene): Reason {
  const ahead = view.changes.flatMap((_, o) => (o < c ? [o] : []));
  const inTheWay = ahead.filter((o) => view.overlap(o, c));
  return isOneWay(view, c) && inTheWay.length > 0
    ? { code: "waits-alone", behind: inTheWay.map(number) }
    : { code: "waits-for-slot", ahead: ahead.length };
}

function others(build: BuildView, c: number): number[] {
  return build.open.filter((o) => o !== c);
}

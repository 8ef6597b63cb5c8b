import type { Reason } from "../model/reason.js";
import { needsOf } from "./order.js";
import { retryMinutes } from "./retry.js";
import { holdsBack, holdsNow, inScope } from "./scope.js";
import type {
  Controls,
  Freeze,
  Id,
  MergeWindow,
  PacedChange,
  PlanSnapshot,
  QueuedChange,
  Throttle,
} from "./snapshot.js";
import { throttling, type Throttling } from "./throttle.js";
import { isLoneFailure, trunkOf } from "./trunk.js";
import type { BuildView, View } from "./view.js";

/** Why a change may not start, land or be ejected now. */
export type Hold =
  | { readonly kind: "paused" }
  | { readonly kind: "drain" }
  | { readonly kind: "frozen"; readonly freeze: Freeze }
  | { readonly kind: "window"; readonly windows: readonly MergeWindow[] }
  | { readonly kind: "throttled"; readonly throttle: Throttle; readonly until: number }
  | { readonly kind: "paced"; readonly until: number; readonly reason: Reason }
  | { readonly kind: "own-checks"; readonly state: "running" | "failed" }
  | { readonly kind: "trunk-red" }
  | { readonly kind: "trunk-unknown" }
  | { readonly kind: "depends-on"; readonly on: readonly Id[] }
  | { readonly kind: "retry-later"; readonly at: number; readonly why: "infrastructure" | "timeout" };

/** What stands in the way of each change; null: nothing. */
export interface Holds {
  readonly landing: readonly (Hold | null)[];
  readonly starting: readonly (Hold | null)[];
  /** Although proof is there. */
  readonly ejecting: readonly (Hold | null)[];
  /** May the undecided members of this passed build land together, each of them being free to? */
  readonly admits: (build: BuildView) => boolean;
  /** The branch should be built by itself, before anything else is. */
  readonly control: boolean;
}

/** The truth table is in `controls.test.ts`. */
export function holdsOf<C extends Id, B extends Id>(view: View<C, B>): Holds {
  const inForce = inForceOn(view.snapshot);
  const trunk = trunkOf(view);
  const landing = view.changes.map((c) => landingHold(c, inForce));
  const starting = startingHolds(view, { inForce, landing, red: trunk.red });
  const ejecting = view.changes.map((_, c): Hold | null => {
    if (trunk.red) return { kind: "trunk-red" };
    const own = view.builds.filter((b) => isLoneFailure(b) && b.open[0] === c);
    return own.every(trunk.vouchedFor) ? null : { kind: "trunk-unknown" };
  });
  const mends = (build: BuildView): boolean => {
    const { trunk: said, landedCount } = view.snapshot;
    return build.base === landedCount && (build.finishedAt ?? 0) >= (said?.at ?? 0);
  };
  return {
    landing,
    starting,
    ejecting,
    admits: (build) =>
      (!trunk.red || mends(build)) &&
      inForce.throttles.admits(build.open.map((c) => view.changes[c] as QueuedChange<C>)),
    control: trunk.wanted,
  };
}

/** The controls as they are at this moment. */
interface InForce<C extends Id> {
  readonly controls: Controls<C>;
  readonly now: number;
  readonly freezes: readonly Freeze<C>[];
  readonly windows: readonly { readonly window: MergeWindow; readonly open: boolean }[];
  readonly throttles: Throttling<C>;
  readonly paced: ReadonlyMap<C, PacedChange<C>>;
}

function inForceOn<C extends Id>({ controls = {}, now, landed }: PlanSnapshot<C>): InForce<C> {
  return {
    controls,
    now,
    freezes: (controls.freezes ?? []).filter((f) => !f.span || holdsNow(f.span, { now, unknownZone: "yes" })),
    windows: (controls.windows ?? []).map((window) => ({
      window,
      open: holdsNow(window.span, { now, unknownZone: "no" }),
    })),
    throttles: throttling(controls.throttles ?? [], { landed, now }),
    paced: new Map((controls.paced ?? []).filter((p) => now < p.until).map((p) => [p.id, p])),
  };
}

function landingHold<C extends Id>(change: QueuedChange<C>, { controls, ...inForce }: InForce<C>): Hold | null {
  if (controls.paused !== undefined && controls.paused !== false) return { kind: "paused" };
  const freeze = inForce.freezes.find((f) => holdsBack(f, change));
  if (freeze) return { kind: "frozen", freeze };
  const concerning = change.hotfix === true ? [] : inForce.windows.filter(({ window }) => inScope(window, change));
  if (concerning.length > 0 && !concerning.some((w) => w.open))
    return { kind: "window", windows: concerning.map((w) => w.window) };
  const throttled = inForce.throttles.of(change);
  if (throttled) return { kind: "throttled", ...throttled };
  const paced = change.hotfix === true ? undefined : inForce.paced.get(change.id);
  return paced ? { kind: "paced", until: paced.until, reason: paced.reason } : null;
}

interface Starting<C extends Id> {
  readonly inForce: InForce<C>;
  readonly landing: readonly (Hold | null)[];
  readonly red: boolean;
}

function startingHolds<C extends Id, B extends Id>(
  view: View<C, B>,
  { inForce, landing, red }: Starting<C>,
): (Hold | null)[] {
  const { controls, now } = inForce;
  const landedIds = new Set(view.snapshot.landed.map((l) => l.id));
  const built = new Set(view.builds.flatMap((b) => b.open));
  const retries = retriesOf(view);
  const starting = view.changes.map((c, i): Hold | null => {
    const hold = landing[i] ?? null;
    // A build that ends when there is room again may start before.
    const passing = hold?.kind === "throttled" || hold?.kind === "paced";
    if (hold && !(passing && hold.until <= now + c.expectedMinutes)) return hold;
    if (c.ownChecks === "running" || c.ownChecks === "failed") return { kind: "own-checks", state: c.ownChecks };
    if (red && c.mends !== true && c.hotfix !== true) return { kind: "trunk-red" };
    const missing = needsOf(c).filter((n) => !landedIds.has(n) && !view.indexOf.has(n));
    if (missing.length > 0) return { kind: "depends-on", on: missing };
    if (controls.drain === true && !built.has(i)) return { kind: "drain" };
    const retry = retries.get(i);
    return retry && retry.at > now ? { kind: "retry-later", ...retry } : null;
  });
  // What depends on a change that is held is held with it: dependencies come first in the order.
  for (let i = 0; i < starting.length; i++) {
    const needs = needsOf(view.changes[i] as QueuedChange<C>).filter((n) => {
      const at = view.indexOf.get(n);
      return at !== undefined && (at > i || starting[at] !== null);
    });
    if (needs.length > 0) starting[i] ??= { kind: "depends-on", on: needs };
  }
  return starting;
}

interface Retry {
  readonly at: number;
  readonly why: "infrastructure" | "timeout";
}

/** When a change whose last build failed for reasons that are not its own may be tried again. */
function retriesOf(view: View): ReadonlyMap<number, Retry> {
  const outages = new Map<number, { count: number; last: number; why: Retry["why"] }>();
  for (const { failure, open, finishedAt } of view.builds) {
    if (failure !== "infrastructure" && failure !== "timeout") continue;
    for (const c of open) {
      const before = outages.get(c) ?? { count: 0, last: 0 };
      outages.set(c, { count: before.count + 1, last: Math.max(before.last, finishedAt ?? 0), why: failure });
    }
  }
  return new Map([...outages].map(([c, { count, last, why }]) => [c, { at: last + retryMinutes(count), why }]));
}

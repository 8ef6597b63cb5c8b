import { needsOf } from "./order.js";
import type { Controls, Freeze, Id, MergeWindow, QueuedChange } from "./snapshot.js";
import type { View } from "./view.js";

/** Why a change may not start or land now. */
export type Hold =
  | { readonly kind: "paused" }
  | { readonly kind: "drain" }
  | { readonly kind: "frozen"; readonly freeze: Freeze }
  | { readonly kind: "window"; readonly windows: readonly MergeWindow[] }
  | { readonly kind: "depends-on"; readonly on: readonly Id[] }
  | { readonly kind: "retry-later"; readonly at: number };

/** What stands in the way of each change, and of starting its builds; null: nothing. */
export interface Holds {
  readonly landing: readonly (Hold | null)[];
  readonly starting: readonly (Hold | null)[];
}

/** A failure that says nothing about the change is retried after 2, 4, 8... minutes, at most this many. */
export const retryMinutesMax = 64;

export function holdsOf<C extends Id, B extends Id>(view: View<C, B>): Holds {
  const controls: Controls<C> = view.snapshot.controls ?? {};
  const { now } = view.snapshot;
  const landedIds = new Set(view.snapshot.landed.map((l) => l.id));
  const built = new Set(view.builds.flatMap((b) => b.open));
  const retryAt = retries(view);
  const local = localTimes(controls.windows ?? [], now);
  const landing = view.changes.map((c): Hold | null => landingHold(c, { controls, local }));
  const starting = view.changes.map((c, i): Hold | null => {
    const hold = landing[i] ?? null;
    if (hold) return hold;
    const missing = needsOf(c).filter((n) => !landedIds.has(n) && !view.indexOf.has(n));
    if (missing.length > 0) return { kind: "depends-on", on: missing };
    if (controls.drain === true && !built.has(i)) return { kind: "drain" };
    const at = retryAt.get(i) ?? now;
    return at > now ? { kind: "retry-later", at } : null;
  });
  // What depends on a change that is held is held with it: dependencies come first in the order.
  for (let i = 0; i < starting.length; i++) {
    const needs = needsOf(view.changes[i] as QueuedChange<C>).filter((n) => {
      const at = view.indexOf.get(n);
      return at !== undefined && (at > i || starting[at] !== null);
    });
    if (needs.length > 0) starting[i] ??= { kind: "depends-on", on: needs };
  }
  return { landing, starting };
}

interface Calendar<C extends Id> {
  readonly controls: Controls<C>;
  readonly local: ReadonlyMap<MergeWindow, LocalTime>;
}

function landingHold<C extends Id>(change: QueuedChange<C>, { controls, local }: Calendar<C>): Hold | null {
  if (controls.paused === true) return { kind: "paused" };
  const freeze = (controls.freezes ?? []).find((f) => concerns(f, change));
  if (freeze) return { kind: "frozen", freeze };
  const kind = change.reversibility ?? "reversible";
  const windows = (controls.windows ?? []).filter((w) => w.reversibility === undefined || w.reversibility === kind);
  if (windows.length === 0 || change.hotfix === true) return null;
  return windows.some((w) => isOpen(w, local.get(w))) ? null : { kind: "window", windows };
}

function concerns<C extends Id>(freeze: Freeze<C>, change: QueuedChange<C>): boolean {
  if (freeze.except?.includes(change.id) === true) return false;
  if (change.hotfix === true && freeze.hotfixPasses !== false) return false;
  if (freeze.lane !== undefined && freeze.lane !== change.lane) return false;
  return freeze.reversibility === undefined || freeze.reversibility === (change.reversibility ?? "reversible");
}

export interface LocalTime {
  /** 0 is Sunday. */
  readonly day: number;
  readonly minute: number;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The wall clock in a zone at an instant in minutes since 1970 UTC; null for a zone that nobody knows. */
export function localTime(zone: string, now: number): LocalTime | null {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const parts = new Map(format.formatToParts(now * 60_000).map((p) => [p.type, p.value]));
    return {
      day: weekdays.indexOf(parts.get("weekday") ?? ""),
      minute: 60 * Number(parts.get("hour")) + Number(parts.get("minute")),
    };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function localTimes(windows: readonly MergeWindow[], now: number): ReadonlyMap<MergeWindow, LocalTime> {
  return new Map(
    windows.flatMap((w) => {
      const time = localTime(w.zone, now);
      return time ? [[w, time] as const] : [];
    }),
  );
}

/** A window whose `to` is not after its `from` runs past midnight; one in an unknown zone never opens. */
function isOpen(window: MergeWindow, local: LocalTime | undefined): boolean {
  if (!local) return false;
  const { from, to, days } = window;
  if (from < to) return days.includes(local.day) && local.minute >= from && local.minute < to;
  const yesterday = (local.day + 6) % 7;
  return (days.includes(local.day) && local.minute >= from) || (days.includes(yesterday) && local.minute < to);
}

/** When a change whose last build failed for reasons that are not its own may be tried again. */
function retries(view: View): ReadonlyMap<number, number> {
  const outages = new Map<number, { count: number; last: number }>();
  for (const build of view.builds) {
    if (build.failure !== "infrastructure" && build.failure !== "timeout") continue;
    for (const c of build.open) {
      const before = outages.get(c) ?? { count: 0, last: 0 };
      outages.set(c, { count: before.count + 1, last: Math.max(before.last, build.finishedAt ?? 0) });
    }
  }
  return new Map([...outages].map(([c, { count, last }]) => [c, last + Math.min(retryMinutesMax, Math.pow(2, count))]));
}

import { needsOf } from "./order.js";
import type { Id, QueuedChange } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/** A build has no more members than this, whatever the odds. */
export const membersMax = 64;

/**
 * The members that a build must have so that these may be tested: what they need comes with them, before them. Null
 * when there is no such build: it would be too large, add more than a control allows, or hold a one-way door
 * (irreversible, or unknown, which is never treated as safe) that stands neither alone nor last behind only what it
 * needs itself.
 */
export function arranged<C extends Id>(view: View<C>, wished: readonly number[]): readonly number[] | null {
  const placed = new Set<number>();
  const place = (c: number): void => {
    if (placed.has(c) || placed.size > membersMax) return;
    // What a change needs stands before it in the order, so this ends.
    for (const need of neededBy(view, c)) if (need < c) place(need);
    placed.add(c);
  };
  for (const c of wished) place(c);
  if (placed.size > membersMax) return null;
  const members = [...placed];
  if (members.length - builtUpon(view, members) > (view.snapshot.controls?.membersMax ?? membersMax)) return null;
  const doors = members.filter((c) => isOneWay(view, c));
  if (doors.length === 0) return members;
  const door = members.at(-1) as number;
  if (doors.length > 1 || doors[0] !== door) return null;
  return members.length === 1 + allNeeds(view, door).size ? members : null;
}

/**
 * How many of the members a build brings already, upon whose commit this one can be made: one in flight or passed,
 * which begins it. What it adds to them is what its own answer is about.
 */
function builtUpon(view: View, members: readonly number[]): number {
  if (view.snapshot.controls?.membersMax === undefined) return 0;
  const beginsIt = ({ status, stale, open }: BuildView): boolean =>
    status !== "failed" && !stale && open.length < members.length && open.every((c, place) => c === members[place]);
  return view.builds.reduce((most, build) => Math.max(most, beginsIt(build) ? build.open.length : 0), 0);
}

export function isOneWay(view: View, change: number): boolean {
  const { reversibility } = view.changes[change] as QueuedChange;
  return reversibility === "irreversible" || reversibility === "unknown";
}

/** The queued changes that this one needs directly. */
function neededBy<C extends Id>(view: View<C>, change: number): number[] {
  return needsOf(view.changes[change] as QueuedChange<C>).flatMap((n) => view.indexOf.get(n) ?? []);
}

function allNeeds(view: View, change: number): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (c: number): void => {
    for (const need of neededBy(view, c)) {
      if (found.has(need)) continue;
      found.add(need);
      visit(need);
    }
  };
  visit(change);
  return found;
}

/** A name for a set of changes, whatever their order. */
export function groupKey(members: readonly number[]): string {
  return [...members].sort((a, b) => a - b).join();
}

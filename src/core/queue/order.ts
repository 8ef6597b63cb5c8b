import type { Id, QueuedChange } from "./snapshot.js";

/** From this probability of passing on, a change counts as likely good. */
export const likelyGood = 0.5;
/** A change that has waited this many times its own build's length goes before every kind of preference. */
export const overdueBuilds = 12;
/** Sizes are compared by powers of this many lines: small differences are noise. */
const sizeStep = 8;

/**
 * The order of the queue, the one place that says who goes before whom. A dependency (or the branch that a change is
 * stacked on) always goes before what needs it. Among the rest, the first of these that differs decides:
 *
 *   1. hotfix, or what mends a red branch
 *   2. overdue, so that nothing starves
 *   3. higher priority
 *   4. fewer minutes of the constraint
 *   5. likely good before doubtful
 *   6. smaller, by powers of eight lines, where both sizes are known
 *   7. lower risk, in tenths
 *   8. earlier arrival
 *   9. place in the snapshot
 */
export function inOrder<C extends Id>(queue: readonly QueuedChange<C>[], now: number): QueuedChange<C>[] {
  const keys = new Map(queue.map((change, place) => [change.id, keyOf(change, { place, now })]));
  const preferred = [...queue].sort((a, b) => compareKeys(keys.get(a.id) as Key, keys.get(b.id) as Key));
  return dependenciesFirst(preferred);
}

type Key = readonly number[];

function keyOf(change: QueuedChange, { place, now }: { place: number; now: number }): Key {
  return [
    change.hotfix === true || change.mends === true ? 0 : 1,
    now - change.arrivedAt > overdueBuilds * change.expectedMinutes ? 0 : 1,
    -(change.priority ?? 0),
    change.constraintMinutes ?? 0,
    change.passProbability >= likelyGood ? 0 : 1,
    change.size === undefined ? 0 : Math.floor(Math.log(1 + change.size) / Math.log(sizeStep)),
    Math.floor(10 * (change.risk ?? 0)),
    change.arrivedAt,
    place,
  ];
}

function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What a change needs before it: its dependencies and the change it is stacked on. */
export function needsOf<C extends Id>(change: QueuedChange<C>): readonly C[] {
  const needs = change.dependsOn ?? [];
  return change.stackedOn === undefined || change.stackedOn === null ? needs : [...needs, change.stackedOn];
}

/** Moves each change's dependencies directly before it; a circle keeps the order it had. */
function dependenciesFirst<C extends Id>(preferred: readonly QueuedChange<C>[]): QueuedChange<C>[] {
  if (!preferred.some((c) => needsOf(c).length > 0)) return [...preferred];
  const byId = new Map(preferred.map((c) => [c.id, c]));
  const placed = new Set<C>();
  const out: QueuedChange<C>[] = [];
  for (const root of preferred) {
    // By hand, not by recursion: a stack of branches may be as long as the queue.
    const trail = [root];
    const entered = new Set<C>();
    while (trail.length > 0) {
      const change = trail.at(-1) as QueuedChange<C>;
      const missing = entered.has(change.id) ? [] : needsOf(change).filter((n) => byId.has(n) && !placed.has(n));
      entered.add(change.id);
      const next = missing.filter((n) => !entered.has(n)).map((n) => byId.get(n) as QueuedChange<C>);
      if (next.length > 0) trail.push(...next.reverse());
      else {
        trail.pop();
        if (!placed.has(change.id)) out.push(change);
        placed.add(change.id);
      }
    }
  }
  return out;
}

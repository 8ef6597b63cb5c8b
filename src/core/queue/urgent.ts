import type { Beliefs } from "./beliefs.js";
import type { Holds } from "./controls.js";
import { arranged, groupKey } from "./groups.js";
import { needsOf } from "./order.js";
import type { Id, QueuedChange } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/**
 * Hotfixes overtake: they are tested with nothing but what they need, in the next free slot, and nothing lands that
 * would make their test worthless. Running builds are spared; whoever waits for them waits one build longer.
 */
export interface Urgent {
  /** Hotfixes that are in no test of their own yet, as the one group to start before all others. */
  readonly start: readonly number[] | null;
  /** Would landing this leave the hotfixes' running builds as good as they are? */
  readonly admits: (build: BuildView) => boolean;
}

export function urgentOf<C extends Id>(
  view: View<C>,
  { beliefs, holds }: { beliefs: Beliefs; holds: Pick<Holds, "starting"> },
): Urgent {
  const hotfixes = view.changes.flatMap((c, i) => (c.hotfix === true ? [i] : []));
  if (hotfixes.length === 0) return { start: null, admits: () => true };
  const lane = withNeeds(view, hotfixes);
  const own = view.builds.filter((b) => b.status !== "failed" && !b.stale && b.open.every((c) => lane.has(c)));
  const waiting = hotfixes.filter((c) => {
    const bad = (beliefs.failures[c] as number) > 0 && beliefs.needed[c] === 0;
    return !bad && !holds.starting[c] && !own.some((b) => b.open.includes(c));
  });
  const running = own.filter((b) => b.status === "running");
  return {
    start: groupOf(view, waiting),
    admits: (build) => own.includes(build) || running.every((u) => !makesStale(view, { landing: build, of: u })),
  };
}

function withNeeds<C extends Id>(view: View<C>, changes: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...changes];
  for (let c = open.pop(); c !== undefined; c = open.pop()) {
    if (found.has(c)) continue;
    found.add(c);
    for (const need of needsOf(view.changes[c] as QueuedChange<C>)) open.push(view.indexOf.get(need) ?? c);
  }
  return found;
}

/** All that wait together; the first by itself where they can't be, or were and failed. */
function groupOf<C extends Id>(view: View<C>, waiting: readonly number[]): readonly number[] | null {
  if (waiting.length === 0) return null;
  const failed = new Set(view.builds.filter((b) => b.status === "failed").map((b) => groupKey(b.open)));
  const together = arranged(view, waiting);
  if (together && (waiting.length === 1 || !failed.has(groupKey(together)))) return together;
  return arranged(view, waiting.slice(0, 1));
}

function makesStale(view: View, { landing, of }: { landing: BuildView; of: BuildView }): boolean {
  return landing.open.some((c) => !of.open.includes(c) && of.open.some((o) => view.overlap(c, o)));
}

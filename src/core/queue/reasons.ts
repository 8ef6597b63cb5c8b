import { beliefsOf, speaksAgainst } from "./beliefs.js";
import { holdsOf, type Hold } from "./controls.js";
import type { Id, PlanSnapshot, QueuedChange } from "./snapshot.js";
import { viewOf, type View } from "./view.js";

/** Why a change is where it is, and with it what would move it: the build's end, one more answer, a slot, a control. */
export type PlanReason<C extends Id = Id, B extends Id = Id> =
  | { readonly code: "held"; readonly hold: Hold }
  | { readonly code: "testing"; readonly build: B; readonly with: readonly C[]; readonly expectedAt: number }
  | { readonly code: "failed-alone"; readonly failures: number; readonly moreToEject: number }
  | { readonly code: "suspected"; readonly build: B; readonly with: readonly C[]; readonly good: number }
  | { readonly code: "passed-but-stale"; readonly build: B; readonly missed: number }
  | { readonly code: "waits-for-slot"; readonly ahead: number };

export interface ChangeReason<C extends Id = Id, B extends Id = Id> {
  readonly id: C;
  readonly reason: PlanReason<C, B>;
}

/**
 * For each change that the planner looks at, in the queue's order, the one reason that says most. Apart from `plan`,
 * which never pays for it; the two read the same view, beliefs and holds, so that they can't disagree.
 */
export function reasonsOf<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): ChangeReason<C, B>[] {
  const view = viewOf(snapshot);
  const beliefs = beliefsOf(view);
  const holds = holdsOf(view);
  return view.changes.map((change, c): ChangeReason<C, B> => {
    const hold = holds.starting[c];
    if (hold) return { id: change.id, reason: { code: "held", hold } };
    const failures = beliefs.failures[c] as number;
    const moreToEject = beliefs.needed[c] as number;
    const reason: PlanReason<C, B> =
      failures > 0
        ? { code: "failed-alone", failures, moreToEject }
        : (testing(view, c) ?? stale(view, c) ?? suspected(view, { c, good: beliefs.good[c] as number }) ?? waiting(c));
    return { id: change.id, reason };
  });
}

function testing<C extends Id, B extends Id>(view: View<C, B>, c: number): PlanReason<C, B> | null {
  const ends = view.builds
    .filter((b) => b.status === "running" && !b.stale && b.open.includes(c))
    .map((b) => {
      const longest = b.open.reduce((most, m) => Math.max(most, changeAt(view, m).expectedMinutes), 0);
      return { b, expectedAt: b.startedAt + 1 + longest };
    })
    .sort((x, y) => x.expectedAt - y.expectedAt);
  const first = ends[0];
  return first
    ? { code: "testing", build: first.b.id, with: others(view, first.b.open, c), expectedAt: first.expectedAt }
    : null;
}

function stale<C extends Id, B extends Id>(view: View<C, B>, c: number): PlanReason<C, B> | null {
  const build = view.builds.find((b) => b.status === "passed" && b.stale && b.open.includes(c));
  if (!build) return null;
  return { code: "passed-but-stale", build: build.id, missed: build.missed.reduce((sum, n) => sum + n, 0) };
}

function suspected<C extends Id, B extends Id>(
  view: View<C, B>,
  { c, good }: { c: number; good: number },
): PlanReason<C, B> | null {
  const build = view.builds.find((b) => speaksAgainst(b) && b.open.length > 1 && b.open.includes(c));
  return build ? { code: "suspected", build: build.id, with: others(view, build.open, c), good } : null;
}

function waiting(ahead: number): { code: "waits-for-slot"; ahead: number } {
  return { code: "waits-for-slot", ahead };
}

function others<C extends Id>(view: View<C>, open: readonly number[], c: number): C[] {
  return open.filter((o) => o !== c).map((o) => changeAt(view, o).id);
}

function changeAt<C extends Id>(view: View<C>, c: number): QueuedChange<C> {
  return view.changes[c] as QueuedChange<C>;
}

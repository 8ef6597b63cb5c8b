import type { Beliefs } from "./beliefs.js";
import type { Holds } from "./controls.js";
import { needsOf } from "./order.js";
import type { Id, QueuedChange } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/**
 * Passed builds whose undecided members may land now, as one: what lands is what was tested, so nothing that landed
 * since overlaps with them; no control holds any of them; what each needs is among them or has landed.
 */
export function landable<C extends Id, B extends Id>(view: View<C, B>, holds: Holds): BuildView<B>[] {
  const landedIds = new Set(view.snapshot.landed.map((l) => l.id));
  return view.builds.filter((build) => {
    if (build.status !== "passed" || build.stale || !holds.admits(build)) return false;
    return build.open.every((c, place) => {
      if (holds.landing[c]) return false;
      const before = build.open.slice(0, place);
      return needsOf(view.changes[c] as QueuedChange<C>).every((need) => {
        const at = view.indexOf.get(need);
        return at === undefined ? landedIds.has(need) : before.includes(at);
      });
    });
  });
}

/**
 * Changes that a failed build proves bad: each was the only undecided member, has failed so often that a flake is out
 * of the question, and the branch without it is known to be fine.
 */
export function ejectable(view: View, { beliefs, holds }: { beliefs: Beliefs; holds: Holds }): number[] {
  return view.changes.flatMap((_, c) =>
    (beliefs.failures[c] as number) > 0 && beliefs.needed[c] === 0 && !holds.ejecting[c] ? [c] : [],
  );
}

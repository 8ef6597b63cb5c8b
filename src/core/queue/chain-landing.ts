import type { Chain } from "./chain-state.js";
import { minutesFor } from "./minutes.js";
import { landable } from "./settle.js";
import type { Id } from "./snapshot.js";
import type { BuildView } from "./view.js";

/** Landing now instead of with the next link saves a change about this many typical builds. */
const savedBuilds = 1.3;
/** A landing is held back only while its proof is younger than this many of its builds. */
const holdBuildsMax = 3;

/**
 * The passed build to land now; null: none has passed, or all are held because others would lose more. What a landing
 * costs are the minutes of the builds that become stale by it, each times the chance that it would have passed, for
 * each change that no other build has tested as far.
 */
export function landOrHold<B extends Id>(chain: Chain<B>): BuildView<B> | null {
  const { view, holds, lane } = chain;
  const ready = landable(view, holds).filter((b) => b.open.some((c) => lane.includes(c)));
  if (ready.length === 0) return null;
  const ranked = ready
    .map((build) => ({ build, gain: gainOf(build, chain) }))
    .sort((a, b) => b.gain - a.gain || b.build.open.length - a.build.open.length);
  const best = ranked[0] as (typeof ranked)[number];
  const waits = view.builds.some((b) => b.status === "running" && !b.stale && b.open.some((c) => lane.includes(c)));
  const age = view.snapshot.now - (best.build.finishedAt ?? 0);
  const old = age >= holdBuildsMax * minutesFor(view, best.build.open);
  return best.gain > 0 || old || !waits ? best.build : null;
}

function gainOf<B extends Id>(build: BuildView<B>, { view, suspicion, weight }: Chain<B>): number {
  const lands = new Set(build.open);
  const lost = new Map<number, number>();
  const kept = new Map<number, number>();
  for (const other of view.builds) {
    if (other === build || other.stale || other.status === "failed") continue;
    const holdsAll = build.open.every((c) => other.open.includes(c));
    const spent = spentOn(other, { view, passes: suspicion.passes });
    for (const c of other.open) {
      if (lands.has(c)) continue;
      const into = holdsAll ? kept : lost;
      into.set(c, Math.max(into.get(c) ?? 0, spent));
    }
  }
  const typical = minutesFor(view, build.open);
  const saved = build.open.reduce((sum, c) => sum + savedBuilds * typical * weight(c), 0);
  return [...lost].reduce((gain, [c, minutes]) => gain - Math.max(0, minutes - (kept.get(c) ?? 0)) * weight(c), saved);
}

/** Minutes of test that a build stands for, as far as it is likely to pass. */
function spentOn(
  build: BuildView,
  { view, passes }: { view: Chain["view"]; passes: (members: readonly number[]) => number },
): number {
  const whole = minutesFor(view, build.open);
  if (build.status === "passed") return whole;
  return passes(build.open) * Math.min(whole, view.snapshot.now - build.startedAt);
}

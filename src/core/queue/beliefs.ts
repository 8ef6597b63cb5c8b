import type { Id } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/** A change is ejected when the odds that it is good after all are at most this. */
const ejectionOddsMax = 0.01;
/** The horizon is filled in from what is visible of it, at most so many times over. */
const extrapolationMax = 3;
/** Nothing is believed for certain: told probabilities and estimates are kept this far from 0 and 1. */
const doubtMin = 0.001;
/** Failures by itself after which a change is ejected whatever the odds, so that no flake rate keeps it for ever. */
const failuresMax = 6;

/** What is believed of each change by itself on the branch as it stands. */
export interface Beliefs {
  /** Probability that it is good, given what was told and the builds that speak about it alone. */
  readonly good: readonly number[];
  /** A passed build held it: its own work is good, as far as that build's content goes. */
  readonly proven: readonly boolean[];
  /** Builds that have failed with it as their only undecided member. */
  readonly failures: readonly number[];
  /** How many more such failures would eject it; 0: it is to be ejected now. */
  readonly needed: readonly number[];
}

export function beliefsOf<C extends Id, B extends Id>(view: View<C, B>): Beliefs {
  const { flakeProbability: flake } = view.snapshot;
  const { good, proven } = priorsOf(view);
  const failures = good.map(() => 0);
  const condemned = new Set<number>();
  for (const build of view.builds) {
    if (!speaksAgainst(build) || build.open.length !== 1) continue;
    const c = build.open[0] as number;
    failures[c] = (failures[c] as number) + 1;
    if (build.failure === "conflict") condemned.add(c);
  }
  const needed = good.map((p, c) =>
    condemned.has(c)
      ? 0
      : Math.max(0, failuresToEject(view, { odds: p / (1 - p), least: 1 }) - (failures[c] as number)),
  );
  const updated = good.map((p, c) => {
    const odds = (p / (1 - p)) * Math.pow(condemned.has(c) ? 0 : flake, failures[c] as number);
    return clamp(odds / (1 + odds));
  });
  return { good: updated, proven, failures, needed };
}

/** What is believed of each change before any failure: by what was told, what landed beside it, and what passed with it. */
export function priorsOf(view: View): Pick<Beliefs, "good" | "proven"> {
  const { conflictProbability: conflict } = view.snapshot;
  const stretch = horizonStretch(view);
  const good = view.changes.map((c, i) =>
    clamp(c.passProbability * Math.pow(1 - conflict, view.landedNear(i) * stretch)),
  );
  const proven = good.map(() => false);
  for (const build of view.builds) {
    if (build.status !== "passed") continue;
    build.open.forEach((c, k) => {
      proven[c] = true;
      good[c] = clamp(Math.max(good[c] as number, Math.pow(1 - conflict, build.missed[k] ?? 0)));
    });
  }
  return { good, proven };
}

/**
 * The same with what failed groups say: where a change is in a group that failed, its odds of being good are
 * multiplied by the probability that the group fails although the change is good, others' shares of good worlds given.
 * Groups that share another suspect may all have failed by that one: of those only the one that says most counts.
 */
export function withGroups(view: View, beliefs: Beliefs, share: (change: number) => number): Beliefs {
  const failed = view.builds.filter((b) => speaksAgainst(b) && b.open.length > 1);
  const odds = beliefs.good.map((p, c) => (p / (1 - p)) * likelihoodIfGood(c, { view, failed, share }));
  const needed = beliefs.needed.map((before, c) => {
    const failed = beliefs.failures[c] as number;
    return before === 0 || failed === 0
      ? before
      : Math.min(before, failuresToEject(view, { odds: odds[c] as number, least: 0 }));
  });
  return { ...beliefs, needed };
}

interface Evidence {
  readonly view: View;
  readonly failed: readonly BuildView[];
  readonly share: (change: number) => number;
}

/** How likely the failures of these groups are although this member of them is good. */
function likelihoodIfGood(c: number, { view, failed, share }: Evidence): number {
  const { flakeProbability: flake, conflictProbability: conflict } = view.snapshot;
  const groups = failed
    .filter((b) => b.open.includes(c))
    .map((b) => {
      const others = b.open.filter((o) => o !== c);
      return { others, fails: 1 - others.reduce((fine, o) => fine * share(o) * (1 - conflict), 1 - flake) };
    })
    .sort((a, b) => a.fails - b.fails);
  const counted = new Set<number>();
  let likelihood = 1;
  for (const { others, fails } of groups) {
    if (others.some((o) => counted.has(o))) continue;
    for (const o of others) counted.add(o);
    likelihood *= fails;
  }
  return likelihood;
}

/** Only content and conflict speak about the members; flakes, infrastructure, timeouts and policy don't. */
export function speaksAgainst(build: Pick<BuildView, "status" | "failure">): boolean {
  const failure = build.failure ?? "content";
  return build.status === "failed" && (failure === "content" || failure === "conflict");
}

/** Each failure multiplies the odds of being good by the probability of a flake; policy may want fewer retries. */
function failuresToEject(view: View, { odds, least }: { odds: number; least: number }): number {
  const { flakeProbability, controls } = view.snapshot;
  const most = Math.min(failuresMax, 1 + (controls?.flakeRetries ?? failuresMax));
  let failures = least;
  while (failures < most && odds * Math.pow(flakeProbability, failures) > ejectionOddsMax) failures++;
  return failures;
}

/**
 * A snapshot lists the changes that landed lately, not all of those within the conflict horizon. What landed in the
 * visible while is taken for the rate of the whole.
 */
function horizonStretch(view: View): number {
  const { landed, now, conflictHorizonMinutes: horizon } = view.snapshot;
  if (landed.length === 0) return 1;
  const visible = Math.max(1, now - landed.reduce((oldest, l) => Math.min(oldest, l.at), now));
  return Math.min(extrapolationMax, Math.max(1, horizon / visible));
}

function clamp(p: number): number {
  return Math.min(1 - doubtMin, Math.max(doubtMin, p));
}

import { priorsOf, speaksAgainst } from "./beliefs.js";
import type { Id, PlannedBuild, QueuedChange } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/** A failed build is never taken to be impossible for good members, even where builds are said never to flake. */
const flakeMin = 1e-4;
/** Explanations less likely than this part of the likeliest are left out. */
const unlikely = 1e-5;
/**
 * Explanations looked at in one planning, those with the likeliest faults first. Reached only where dozens of groups of
 * many suspects have failed; what is left out there is left out of the odds.
 */
const explanationsMax = 20_000;

/** What all builds together say about who is at fault. */
export interface Suspicion {
  /** Probability that each change is good on the branch as it stands. */
  readonly good: readonly number[];
  /** Probability that a build of these passes, flakes aside. */
  readonly passes: (members: readonly number[]) => number;
}

/** A change that is bad by itself, or two that clash. */
interface Fault {
  readonly a: number;
  /** Null: the change by itself. */
  readonly b: number | null;
  readonly odds: number;
  /** The failed builds that it would explain. */
  readonly explains: readonly number[];
}

interface Explanation {
  readonly weight: number;
  readonly faults: readonly Fault[];
}

/**
 * A failed build has a fault among its members, or it flaked. So every set of faults explains what was seen with a
 * probability: its own, times that of a flake for each failed build that it leaves unexplained. The sets are gone
 * through with the likeliest faults first; whatever they leave out keeps its prior (Bayes' rule over a bipartite noisy-or
 * network with the likeliest causes enumerated: Henrion 1991). Exact where few suspects are left, and never drawn by
 * chance, so that the same evidence always means the same.
 */
export function suspicionOf<C extends Id, B extends Id>(view: View<C, B>): Suspicion {
  const prior = priorsOf(view).good;
  const failed = blaming(view);
  const clash = clashing(view);
  const faults = faultsIn(failed, { prior, clash });
  const explanations = explain(faults, { failed: failed.length, flake: view.snapshot.flakeProbability });
  const suspects = new Set(faults.flatMap((f) => (f.b === null ? [f.a] : [])));
  const pairKey = pairing(view.changes.length);
  const paired = new Set(faults.flatMap((f) => (f.b === null ? [] : [pairKey(f.a, f.b)])));
  const good = prior.map((p, c) => (suspects.has(c) ? shareWithout(explanations, c) : p));
  const passes = (members: readonly number[]): number => {
    let free = 1;
    members.forEach((c, k) => {
      if (!suspects.has(c)) free *= prior[c] as number;
      for (const other of members.slice(k + 1)) if (!paired.has(pairKey(c, other))) free *= 1 - clash(c, other);
    });
    const within = new Set(members);
    const harmless = (f: Fault): boolean => !within.has(f.a) || (f.b !== null && !within.has(f.b));
    return free * explanations.reduce((sum, e) => sum + (e.faults.every(harmless) ? e.weight : 0), 0);
  };
  return { good, passes };
}

/** A failed build with those of its members that may be to blame for it. */
interface Blaming {
  readonly members: readonly number[];
  readonly blamed: readonly number[];
}

function blaming<C extends Id, B extends Id>(view: View<C, B>): Blaming[] {
  const cleared = clearing(view);
  return view.builds.filter(speaksAgainst).flatMap((build) => {
    const blamed = build.open.filter((c) => !cleared(build, c));
    return blamed.length === 0 && build.open.length === 1 ? [] : [{ members: build.open, blamed }];
  });
}

/** Has the change passed on all that had landed before or in the failed build? Then it was another's fault, or a flake. */
function clearing<C extends Id, B extends Id>(view: View<C, B>): (failed: BuildView<B>, change: number) => boolean {
  const builds = new Map(view.snapshot.builds.map((b) => [b.id, b]));
  const seq = new Map(view.snapshot.landed.map((l) => [l.id, l.seq]));
  const passed = view.builds.filter((b) => b.status === "passed");
  return (failed, change) => {
    const landedMembers = (builds.get(failed.id) as PlannedBuild<C, B>).members.filter((m) => !view.indexOf.has(m));
    return passed.some((p) => {
      if (p.base < failed.base || !p.open.includes(change)) return false;
      const members = (builds.get(p.id) as PlannedBuild<C, B>).members;
      return landedMembers.every((m) => (seq.get(m) ?? Infinity) < p.base || members.includes(m));
    });
  };
}

/** How likely two changes clash: never where a build passed with both, or where one was written in sight of the other. */
function clashing(view: View): (a: number, b: number) => number {
  const { conflictProbability, conflictHorizonMinutes: horizon } = view.snapshot;
  const pairKey = pairing(view.changes.length);
  const together = new Set<number>();
  for (const build of view.builds) {
    if (build.status !== "passed") continue;
    for (const a of build.open) for (const b of build.open) if (a < b) together.add(pairKey(a, b));
  }
  const arrived = (c: number): number => (view.changes[c] as QueuedChange).arrivedAt;
  return (a, b) =>
    together.has(pairKey(a, b)) || Math.abs(arrived(a) - arrived(b)) >= horizon || !view.overlap(a, b)
      ? 0
      : conflictProbability;
}

interface Priors {
  readonly prior: readonly number[];
  readonly clash: (a: number, b: number) => number;
}

/** What may lie behind the failures, the likeliest first. */
function faultsIn(failed: readonly Blaming[], { prior, clash }: Priors): Fault[] {
  const alone = new Map<number, number[]>();
  const pairKey = pairing(prior.length);
  const pairs = new Map<number, { a: number; b: number; p: number; explains: number[] }>();
  failed.forEach(({ members, blamed }, build) => {
    for (const c of blamed) alone.set(c, [...(alone.get(c) ?? []), build]);
    for (const a of members) {
      for (const b of members) {
        const p = a < b ? clash(a, b) : 0;
        if (p === 0) continue;
        const pair = pairs.get(pairKey(a, b)) ?? { a, b, p, explains: [] };
        pair.explains.push(build);
        pairs.set(pairKey(a, b), pair);
      }
    }
  });
  const bad = (c: number): number => 1 - (prior[c] as number);
  const faults: Fault[] = [
    ...[...alone].map(([a, explains]) => ({ a, b: null, odds: bad(a) / (1 - bad(a)), explains })),
    ...[...pairs.values()].map(({ a, b, p, explains }) => ({ a, b, odds: p / (1 - p), explains })),
  ];
  return faults.sort((x, y) => y.odds - x.odds);
}

/** The likeliest sets of faults with their probabilities given what failed; they add up to 1. */
function explain(faults: readonly Fault[], { failed, flake }: { failed: number; flake: number }): Explanation[] {
  const left = Math.max(flakeMin, flake);
  const found: Explanation[] = [];
  const explained = new Int32Array(failed);
  let best = 0;
  let looked = 0;
  const chosen: Fault[] = [];
  // Weights are relative to no fault at all: choosing one multiplies by its odds.
  const visit = (from: number, weight: number, open: number): void => {
    if (looked++ > explanationsMax) return;
    const here = weight * Math.pow(left, open);
    best = Math.max(best, here);
    if (here >= best * unlikely) found.push({ weight: here, faults: [...chosen] });
    for (let k = from; k < faults.length; k++) {
      const fault = faults[k] as Fault;
      const next = weight * fault.odds;
      if (next < best * unlikely) {
        // Sorted by odds: none further on is likelier.
        if (fault.odds < 1) break;
        continue;
      }
      let unexplained = open;
      for (const build of fault.explains)
        if ((explained[build] = (explained[build] as number) + 1) === 1) unexplained--;
      chosen.push(fault);
      visit(k + 1, next, unexplained);
      chosen.pop();
      for (const build of fault.explains) explained[build] = (explained[build] as number) - 1;
    }
  };
  visit(0, 1, failed);
  const kept = found.filter((e) => e.weight >= best * unlikely);
  const total = kept.reduce((sum, e) => sum + e.weight, 0);
  return kept.map((e) => ({ ...e, weight: e.weight / total }));
}

function shareWithout(explanations: readonly Explanation[], change: number): number {
  const bad = explanations.reduce(
    (sum, e) => sum + (e.faults.some((f) => f.b === null && f.a === change) ? e.weight : 0),
    0,
  );
  return 1 - bad;
}

/** A number for two of so many changes, whichever comes first. */
function pairing(changes: number): (a: number, b: number) => number {
  return (a, b) => Math.min(a, b) * changes + Math.max(a, b);
}

import { arranged, groupKey } from "./groups.js";
import type { Id } from "./snapshot.js";
import type { Beliefs } from "./beliefs.js";
import type { Holds } from "./controls.js";
import type { Trial, Valuation } from "./value.js";
import type { BuildView, View } from "./view.js";
import type { Worlds } from "./worlds.js";

/** All that choosing builds needs, made once a planning. */
export interface Speculation<B extends Id = Id> {
  readonly view: View<Id, B>;
  readonly beliefs: Beliefs;
  readonly holds: Holds;
  readonly worlds: Worlds;
  readonly valuation: Valuation;
  readonly value: (trials: readonly Trial[]) => number;
}

export interface BuildTrial<B extends Id = Id> extends Trial {
  readonly build: BuildView<B> | null;
}

/** So many changes are thought about at a time, those that no build holds first. */
const seedsMax = 10;
/** A change ahead with at least this probability of being good is built upon. */
const relyMin = 0.5;
/** For so many of the least certain changes ahead, the world without them is thought of too. */
const doubtsMax = 3;
/** So many of the unfinished builds are thought of as something to build upon. */
const builtUponMax = 10;

/**
 * Builds worth a thought, to be judged by what they would add: for each of the next changes, alone; on top of
 * everything ahead that is likely to land; the same without one of those in doubt; on top of each unfinished build
 * that it overlaps with; and the beginnings of unfinished builds, which show where in a group the fault lies.
 */
export function candidates<B extends Id>(
  game: Speculation<B>,
  trials: readonly BuildTrial<B>[],
): (readonly number[])[] {
  const { view, worlds, beliefs, holds } = game;
  const twice = view.snapshot.controls?.twice ?? true;
  const unfinished = trials.filter((t) => t.outcome === "open");
  const tested = new Set(unfinished.flatMap((t) => t.members));
  const times = new Map<string, number>();
  for (const t of trials) times.set(groupKey(t.members), (times.get(groupKey(t.members)) ?? 0) + 1);
  const found = new Map<string, readonly number[]>();
  const add = (wished: readonly number[]): void => {
    if (wished.some((c) => holds.starting[c])) return;
    const members = arranged(view, wished);
    if (!members) return;
    const key = groupKey(members);
    const have = times.get(key) ?? 0;
    // The same again only where one more failure than run would still be needed to eject.
    const alone = members.length === 1 ? (members[0] as number) : null;
    const again = alone !== null && (beliefs.needed[alone] as number) > have;
    if (have === 0 || (again && (twice || (beliefs.failures[alone] as number) > 0))) found.set(key, members);
  };
  const seeds = leastTestedFirst(view, trials).filter((c) => !holds.starting[c]);
  for (const c of seeds.slice(0, seedsMax)) {
    const ahead = (game.valuation.overlapping[c] ?? []).filter((o) => tested.has(o) && worlds.share(o) >= relyMin);
    add([c]);
    add([...ahead, c]);
    const doubtful = [...ahead].sort((a, b) => worlds.share(a) - worlds.share(b)).slice(0, doubtsMax);
    for (const doubt of doubtful) add([...ahead.filter((o) => o !== doubt), c]);
    for (const t of unfinished.slice(0, builtUponMax)) {
      if (!t.has.has(c) && t.members.some((o) => view.overlap(o, c))) add([...t.members, c]);
    }
  }
  for (const t of unfinished) for (let n = 1; n < t.members.length; n++) add(t.members.slice(0, n));
  return [...found.values()];
}

/** Changes that no unfinished build holds, then the others; each part in the queue's order. */
export function leastTestedFirst(view: View, trials: readonly Trial[]): number[] {
  const tested = new Set(trials.filter((t) => t.outcome === "open").flatMap((t) => t.members));
  const all = view.changes.map((_, c) => c);
  return [...all.filter((c) => !tested.has(c)), ...all.filter((c) => tested.has(c))];
}

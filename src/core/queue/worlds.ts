import type { Beliefs } from "./beliefs.js";
import { speaksAgainst } from "./beliefs.js";
import { ones, randomWords, type RandomWords } from "./random.js";
import type { Id, QueuedChange } from "./snapshot.js";
import type { View } from "./view.js";

/** Worlds come 32 to a word. */
export const words = 8;
export const worldCount = 32 * words;
/** Rounds of conditional redraws after which the worlds are taken to fit the failed groups. */
const sweeps = 6;
/** A clash explains a failed group even where builds are said never to flake: keeps the odds finite. */
const flakeMin = 1e-4;

/**
 * Possible worlds: in each one every change is good or not by itself, and each overlapping pair clashes or doesn't.
 * A bit is a world, so that what a build would say in all worlds at once is a few words of logic. Drawn from the
 * beliefs, then redrawn until they agree with the groups that failed (Gibbs sampling: each unknown in turn, given all
 * others). Seeded by the snapshot.
 */
export interface Worlds {
  /** Bits in which a change is good, `words` words a change. */
  readonly good: Int32Array;
  /** For each change, those it may clash with and the bits in which it does. */
  readonly clashes: readonly (readonly Clash[])[];
  /** Bits in which a build of these changes passes, flakes aside. */
  readonly passes: (members: readonly number[]) => Int32Array;
  /** Share of worlds in which a change is good. */
  readonly share: (change: number) => number;
}

export interface Clash {
  readonly other: number;
  readonly bits: Int32Array;
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly bits: Int32Array;
}

export function drawWorlds<C extends Id, B extends Id>(view: View<C, B>, beliefs: Beliefs): Worlds {
  const { queue, landedCount, builds } = view.snapshot;
  // By the builds too: asked again after a start, the planner judges by fresh worlds, so that no luck of the draw stays.
  const random = randomWords(queue.length * 7919 + landedCount * 104_729 + builds.length * 31 + 1);
  const good = drawGood(beliefs.good, random);
  const pairs = drawPairs(view, random);
  const failed = view.builds.filter((b) => speaksAgainst(b) && b.open.length > 1).map((b) => new Set(b.open));
  if (failed.length > 0) conditionOn(failed, { good, pairs, beliefs, random, view });
  const clashes: Clash[][] = view.changes.map(() => []);
  for (const { a, b, bits } of pairs) {
    if (bits.every((w) => w === 0)) continue;
    clashes[a]?.push({ other: b, bits });
    clashes[b]?.push({ other: a, bits });
  }
  return { good, clashes, passes: passing(good, clashes), share: (c) => shareOf(good, c) };
}

/** Stratified: of each change's worlds exactly its share are good, only which ones is drawn. */
function drawGood(probabilities: readonly number[], random: RandomWords): Int32Array {
  const good = new Int32Array(probabilities.length * words);
  const order = Uint8Array.from({ length: worldCount }, (_, i) => i);
  probabilities.forEach((p, c) => {
    const count = Math.floor(p * worldCount + random.uniform());
    for (let i = 0; i < count; i++) {
      const j = i + Math.floor(random.uniform() * (worldCount - i));
      const world = order[j] as number;
      order[j] = order[i] as number;
      order[i] = world;
      good[c * words + (world >> 5)] = (good[c * words + (world >> 5)] as number) | (1 << (world & 31));
    }
  });
  return good;
}

/** Pairs that may clash: overlapping, written without sight of each other, and never yet passed together. */
function drawPairs<C extends Id, B extends Id>(view: View<C, B>, random: RandomWords): Pair[] {
  const { conflictProbability, conflictHorizonMinutes: horizon } = view.snapshot;
  if (conflictProbability <= 0) return [];
  const passedTogether = new Set<number>();
  const n = view.changes.length;
  for (const build of view.builds) {
    if (build.status !== "passed") continue;
    for (const a of build.open) for (const b of build.open) passedTogether.add(a * n + b);
  }
  const pairs: Pair[] = [];
  const arrived = (i: number): number => (view.changes[i] as QueuedChange<C>).arrivedAt;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      if (Math.abs(arrived(a) - arrived(b)) >= horizon || !view.overlap(a, b) || passedTogether.has(a * n + b))
        continue;
      pairs.push({ a, b, bits: Int32Array.from({ length: words }, () => random.bits(conflictProbability)) });
    }
  }
  return pairs;
}

interface Drawing {
  readonly good: Int32Array;
  readonly pairs: readonly Pair[];
  readonly beliefs: Beliefs;
  readonly random: RandomWords;
  readonly view: View;
}

function conditionOn(failed: readonly ReadonlySet<number>[], drawing: Drawing): void {
  const suspects = [...new Set(failed.flatMap((group) => [...group]))];
  const concerned = drawing.pairs.filter((p) => failed.some((g) => g.has(p.a) && g.has(p.b)));
  const groups = failed.map((members) => ({
    members: [...members],
    has: members,
    pairs: concerned.filter((p) => members.has(p.a) && members.has(p.b)),
  }));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const c of suspects) redrawGood(c, groups, drawing);
    for (const pair of concerned) redrawPair(pair, groups, drawing);
  }
}

interface FailedGroup {
  readonly members: readonly number[];
  readonly has: ReadonlySet<number>;
  readonly pairs: readonly Pair[];
}

/**
 * Where all others of a failed group are fine, being good too would make the failure a flake: the odds of being good
 * shrink by the flake's probability, once for each such group.
 */
function redrawGood(c: number, groups: readonly FailedGroup[], { good, beliefs, random, view }: Drawing): void {
  const flake = view.snapshot.flakeProbability;
  const p = beliefs.good[c] as number;
  const given = [0, 1, 2].map((failures) => {
    const odds = (p / (1 - p)) * Math.pow(flake, failures);
    return odds / (1 + odds);
  });
  const own = groups.filter((g) => g.has.has(c));
  for (let w = 0; w < words; w++) {
    let once = 0;
    let twice = 0;
    for (const group of own) {
      const fine = fineBits(group, { good, w, exceptChange: c, exceptPair: null });
      twice |= once & fine;
      once |= fine;
    }
    const [free = 0, one = 0, two = 0] = given.map((g) => random.bits(g));
    good[c * words + w] = (free & ~once) | (one & once & ~twice) | (two & twice);
  }
}

function redrawPair(pair: Pair, groups: readonly FailedGroup[], { good, random, view }: Drawing): void {
  const { conflictProbability: q, flakeProbability } = view.snapshot;
  const blamed = q / (q + (1 - q) * Math.max(flakeMin, flakeProbability));
  for (let w = 0; w < words; w++) {
    let blame = 0;
    for (const group of groups) {
      if (!group.has.has(pair.a) || !group.has.has(pair.b)) continue;
      blame |= fineBits(group, { good, w, exceptChange: null, exceptPair: pair });
    }
    pair.bits[w] = (random.bits(q) & ~blame) | (random.bits(blamed) & blame);
  }
}

interface Except {
  readonly good: Int32Array;
  readonly w: number;
  readonly exceptChange: number | null;
  readonly exceptPair: Pair | null;
}

/** Bits in which everything about a group is fine, one unknown left out. */
function fineBits(group: FailedGroup, { good, w, exceptChange, exceptPair }: Except): number {
  let fine = -1;
  for (const c of group.members) if (c !== exceptChange) fine &= good[c * words + w] as number;
  if (fine === 0) return 0;
  for (const pair of group.pairs) if (pair !== exceptPair) fine &= ~(pair.bits[w] as number);
  return fine;
}

function passing(good: Int32Array, clashes: readonly (readonly Clash[])[]): Worlds["passes"] {
  const known = new Map<string, Int32Array>();
  return (members) => {
    const key = [...members].sort((a, b) => a - b).join();
    const found = known.get(key);
    if (found) return found;
    const bits = new Int32Array(words).fill(-1);
    for (const c of members) {
      for (let w = 0; w < words; w++) bits[w] = (bits[w] as number) & (good[c * words + w] as number);
      for (const clash of clashes[c] ?? []) {
        if (clash.other > c || !members.includes(clash.other)) continue;
        for (let w = 0; w < words; w++) bits[w] = (bits[w] as number) & ~(clash.bits[w] as number);
      }
    }
    known.set(key, bits);
    return bits;
  };
}

function shareOf(good: Int32Array, change: number): number {
  let count = 0;
  for (let w = 0; w < words; w++) count += ones(good[change * words + w] as number);
  return count / worldCount;
}

import { speaksAgainst, withGroups } from "./beliefs.js";
import { candidates, leastTestedFirst, type BuildTrial, type Speculation } from "./candidates.js";
import { arranged, groupKey } from "./groups.js";
import { minutesFor } from "./minutes.js";
import type { Moves, Shop } from "./moves.js";
import { ejectable, landable } from "./settle.js";
import type { Id } from "./snapshot.js";
import { valuing, type Trial, type Valuation } from "./value.js";
import type { BuildView, View } from "./view.js";
import { drawWorlds, worldCount, words, type Worlds } from "./worlds.js";
import { ones } from "./random.js";

/** A decision that comes so many typical builds later is worth 1/e of one now. */
const patienceBuilds = 2;
/** A build is started when it is expected to lead to at least this many decisions, discounted for lateness. */
const priceOfBuild = 0.18;
/** A running build that is worth less than this, given the others, is cancelled: what it cost is spent already. */
const priceOfKeeping = 0.001;
/** A group that is likelier to fail than this wastes the others' builds that lean on it. */
const passMin = 0.5;
/**
 * The weight of deciding a change grows with the square of its waiting, counted in typical builds' lengths, so that
 * the last of twenty counts more than the mean...
 */
const weightOfWaiting = 0.5;
/** ...up to this many builds' lengths, so that the oldest never silence all others. */
const waitingBuildsMax = 8;
/** A landing is held back only while its proof is younger than this many typical builds. */
const holdBuildsMax = 1.5;
/** Holding back must promise this many decisions more. */
const holdGainMin = 0.02;
/** An overdue build is taken to end within this part of its length: the estimate was wrong, not the end near. */
const overduePart = 0.1;
/** A build that ends within this part of a wished-for build's length may be waited for. */
const soonPart = 0.4;
/** What a build for nothing costs, in decisions, where waiting could have saved it. */
const priceOfVain = 0.04;
/** How often a build of a single change is for nothing: when something lands first that overlaps. */
const vainAlone = 0.3;
/** So many of the best candidates are tried with more members. */
const grownMax = 4;
/** How many further members are tried for each of them. */
const growthsMax = 10;
/** Starts at one planning; the caller plans again after each, and a long answer would be stale. */
const startsMax = 2;

/**
 * Where each build does all of its members' work itself: builds are chosen one after the other, each the one that
 * adds most to the expected number of decisions, given those that run. A landing that would make stale what runs is
 * held back where waiting is worth more.
 */
export function speculate<B extends Id>({ view, beliefs: alone, holds, free }: Shop<B>): Moves<B> {
  const worlds = drawWorlds(view, alone);
  const beliefs = withGroups(view, alone, worlds.share);
  const reject = ejectable(view, { beliefs, holds });
  if (reject.length > 0) return { land: [], reject, cancel: [], start: [] };
  const game = speculationOn(view, { beliefs, holds, worlds });
  let trials = view.builds.filter(matters).map((build) => trialOf(game, build));
  const ready = landable(view, holds);
  if (ready.length > 0) {
    const { land, held } = landOrHold(game, trials, ready);
    if (land) return { land: [land.open], reject: [], cancel: [], start: [] };
    trials = held;
  }
  const kept = worthKeeping(game, trials);
  const cancel = [...view.useless, ...kept.dropped];
  const start = wishedFor(game, kept.trials, free + cancel.length);
  return { land: [], reject: [], cancel, start };
}

function speculationOn<B extends Id>(
  view: View<Id, B>,
  { beliefs, holds, worlds }: Pick<Speculation, "beliefs" | "holds" | "worlds">,
): Speculation<B> {
  const lengths = view.changes.map((_, c) => minutesFor(view, [c])).sort((a, b) => a - b);
  const typical = lengths[lengths.length >> 1] ?? 1;
  const { now } = view.snapshot;
  const weights = view.changes.map(
    (c) => 1 + weightOfWaiting * Math.pow(Math.min(waitingBuildsMax, Math.max(0, now - c.arrivedAt) / typical), 2),
  );
  const overlapping = view.changes.map((_, a) =>
    view.changes.flatMap((__, b) => (a !== b && view.overlap(a, b) ? [b] : [])),
  );
  const valuation: Valuation = { patience: patienceBuilds * typical, weight: (c) => weights[c] as number, overlapping };
  return { view, beliefs, holds, worlds, valuation, value: valuing(view, { worlds, beliefs, valuation }) };
}

/** Failures of a single change are in the beliefs already; a stale pass can land nothing. */
function matters(build: BuildView): boolean {
  if (build.status === "failed") return speaksAgainst(build) && build.open.length > 1;
  return !(build.status === "passed" && build.stale);
}

function trialOf<B extends Id>(game: Speculation<B>, build: BuildView<B>): BuildTrial<B> {
  const whole = minutesFor(game.view, build.open);
  const left = Math.max(overduePart * whole, build.startedAt + whole - game.view.snapshot.now);
  return {
    members: build.open,
    has: new Set(build.open),
    at: build.status === "running" ? left : 0,
    outcome: build.status === "running" ? "open" : build.status,
    build,
  };
}

/** Which landing now leads to most decisions, or do more follow when all wait for the next build to finish? */
function landOrHold<B extends Id>(
  game: Speculation<B>,
  trials: readonly BuildTrial<B>[],
  ready: readonly BuildView<B>[],
): { land: BuildView<B> | null; held: BuildTrial<B>[] } {
  const { now } = game.view.snapshot;
  const typical = game.valuation.patience / patienceBuilds;
  const passed = (t: BuildTrial<B>): boolean => t.outcome === "passed";
  let land = ready[0] as BuildView<B>;
  let best = -1;
  for (const build of ready) {
    const first = trials.filter((t) => t.build === build);
    const others = trials.filter((t) => t.build !== build).map((t) => (passed(t) ? { ...t, at: 1e-6 } : t));
    const worth = game.value([...first, ...others]);
    if (worth > best) [best, land] = [worth, build];
  }
  const next = Math.min(...trials.filter((t) => t.outcome === "open").map((t) => t.at)) + 1e-3;
  if (!Number.isFinite(next) || now - (land.finishedAt ?? 0) >= holdBuildsMax * typical) return { land, held: [] };
  const held = trials.map((t) => (passed(t) ? { ...t, at: next } : t));
  return game.value(held) > best + holdGainMin ? { land: null, held } : { land, held: [] };
}

function worthKeeping<B extends Id>(
  game: Speculation<B>,
  all: readonly BuildTrial<B>[],
): { trials: BuildTrial<B>[]; dropped: B[] } {
  let trials = [...all];
  const dropped: B[] = [];
  let worth = game.value(trials);
  for (const trial of all) {
    if (trial.outcome !== "open" || !trial.build) continue;
    const without = trials.filter((t) => t !== trial);
    const rest = game.value(without);
    if (worth - rest >= priceOfKeeping) continue;
    dropped.push(trial.build.id);
    trials = without;
    worth = rest;
  }
  return { trials, dropped };
}

function wishedFor<B extends Id>(
  game: Speculation<B>,
  kept: readonly BuildTrial<B>[],
  free: number,
): (readonly number[])[] {
  const trials: BuildTrial<B>[] = [...kept];
  const start: (readonly number[])[] = [];
  while (start.length < Math.min(free, startsMax)) {
    const worth = game.value(trials);
    const wish = bestWish(game, trials, worth);
    if (!wish || wish.gain < priceOfBuild) break;
    trials.push(wish.trial);
    start.push(wish.trial.members);
  }
  return start;
}

interface Wish<B extends Id> {
  readonly trial: BuildTrial<B>;
  readonly gain: number;
}

function bestWish<B extends Id>(game: Speculation<B>, trials: readonly BuildTrial<B>[], worth: number): Wish<B> | null {
  const judge = (members: readonly number[]): Wish<B> | null => judged(game, trials, { members, worth });
  const known = new Set(trials.map((t) => groupKey(t.members)));
  const wishes = candidates(game, trials)
    .flatMap((members) => judge(members) ?? [])
    .sort((a, b) => b.gain - a.gain);
  let best: Wish<B> | null = null;
  for (const seed of wishes.slice(0, grownMax)) {
    const grown = grow(seed, { game, known, judge, trials });
    if (grown.gain > (best?.gain ?? 0) && !worthWaiting(game, trials, { wish: grown, worth })) best = grown;
  }
  return best;
}

function judged<B extends Id>(
  game: Speculation<B>,
  trials: readonly BuildTrial<B>[],
  { members, worth }: { members: readonly number[]; worth: number },
): Wish<B> | null {
  if (members.length > 1 && passShare(game.worlds, members) < passMin) return null;
  const at = minutesFor(game.view, members);
  const trial: BuildTrial<B> = { members, has: new Set(members), at, outcome: "open", build: null };
  return { trial, gain: game.value([...trials, trial]) - worth };
}

function passShare(worlds: Worlds, members: readonly number[]): number {
  const bits = worlds.passes(members);
  let count = 0;
  for (let w = 0; w < words; w++) count += ones(bits[w] as number);
  return count / worldCount;
}

/**
 * Is it better to wait for the next build's answer? The loss is the delay; the saving is a build that may turn out to
 * be for nothing. Only asked where something that finishes soon bears on the wish.
 */
function worthWaiting<B extends Id>(
  game: Speculation<B>,
  trials: readonly BuildTrial<B>[],
  { wish, worth }: { wish: Wish<B>; worth: number },
): boolean {
  const { trial, gain } = wish;
  const bears = (t: Trial): boolean =>
    t.outcome === "open" &&
    t.members.some((o) => trial.has.has(o) || trial.members.some((c) => game.view.overlap(o, c)));
  const next = Math.min(...trials.filter((t) => t.build && bears(t)).map((t) => t.at));
  if (next > soonPart * trial.at) return false;
  const later = game.value([...trials, { ...trial, at: trial.at + next }]) - worth;
  const vain = trial.members.length > 1 ? 1 - passShare(game.worlds, trial.members) : vainAlone;
  return gain - later < priceOfVain * vain;
}

interface Growing<B extends Id> {
  readonly game: Speculation<B>;
  readonly known: ReadonlySet<string>;
  readonly judge: (members: readonly number[]) => Wish<B> | null;
  readonly trials: readonly BuildTrial<B>[];
}

/** Adds members one at a time, those that no build holds yet first, as long as each is worth it. */
function grow<B extends Id>(seed: Wish<B>, { game, known, judge, trials }: Growing<B>): Wish<B> {
  let best = seed;
  let tries = 0;
  for (const c of leastTestedFirst(game.view, trials)) {
    if (tries >= growthsMax) break;
    if (best.trial.has.has(c) || game.holds.starting[c]) continue;
    tries++;
    const members = arranged(game.view, [...best.trial.members, c]);
    if (!members || known.has(groupKey(members))) continue;
    const wish = judge(members);
    if (wish && wish.gain > best.gain + 1e-9) best = wish;
  }
  return best;
}

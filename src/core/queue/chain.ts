import type { Beliefs } from "./beliefs.js";
import { arranged, groupKey } from "./groups.js";
import type { Moves, Shop } from "./moves.js";
import { ejectable } from "./settle.js";
import { minutesFor } from "./minutes.js";
import { landOrHold } from "./chain-landing.js";
import { chainOn, keepMin, relyMin, type Chain } from "./chain-state.js";
import type { Id } from "./snapshot.js";
import { suspicionOf, type Suspicion } from "./suspicion.js";
import type { BuildView } from "./view.js";

/**
 * A change is ejected when the odds that it is good after all are at most this. Where builds are weighed together the
 * odds are exact, so that they may be higher than for a single change: in the queue bench one good change in six hundred
 * is ejected so, and waiting for surer proof costs the slowest twentieth of all changes 4 % of their time.
 */
const ejectionOddsMax = 0.025;
/** A chain is made no longer than passes with this probability: more than `keepMin`, below which it would be given up. */
const startMin = 0.4;
/** A running build tells whether a doubted member is good when all others are good with this probability. */
const tellsMin = 0.6;

/**
 * Where all changes of a lane overlap, a landing makes every build stale that does not hold it. So builds form one
 * chain: each new change is tested on top of all that are relied upon, and whatever passes lands without costing the
 * others their tests. A change in doubt leaves the chain and is tested by itself, on the branch as it stands: that test
 * fails by nobody else's fault, and no landing takes away what it says.
 */
export function chain<B extends Id>({ view, beliefs, holds, free }: Shop<B>, lanes: readonly number[][]): Moves<B> {
  const suspicion = suspicionOf(view);
  const reject = ejectable(view, { beliefs: judged(beliefs, suspicion), holds });
  if (reject.length > 0) return { land: [], reject, cancel: [], start: [] };
  const chains = lanes.map((lane) => chainOn(view, { holds, suspicion, lane }));
  for (const lane of chains) {
    const land = landOrHold(lane);
    if (land) return { land: [land.open], reject: [], cancel: [], start: [] };
  }
  const plans = chains.map(extended);
  // A build may hold changes of two lanes, where what joined them has landed.
  const cancel = [...new Set([...view.useless, ...plans.flatMap((p) => p.cancel)])];
  const start = inTurns(plans.map((p) => p.start)).slice(0, Math.max(0, free + cancel.length));
  return { land: [], reject: [], cancel, start };
}

/** Ejected also where all builds together leave odds of being good that are low enough. */
function judged(beliefs: Beliefs, { good }: Suspicion): Beliefs {
  const odds = (c: number): number => (good[c] as number) / (1 - (good[c] as number));
  return { ...beliefs, needed: beliefs.needed.map((n, c) => (odds(c) <= ejectionOddsMax ? 0 : n)) };
}

interface Extension<B extends Id> {
  readonly start: readonly (readonly number[])[];
  readonly cancel: readonly B[];
}

/** Tests of what is in doubt, then the chain's next links; and what runs for nothing. */
function extended<B extends Id>(chain: Chain<B>): Extension<B> {
  const { view, holds, suspicion, lane } = chain;
  const sound = new Set(chain.sound);
  const running = view.builds.filter((b) => b.status === "running" && b.open.some((c) => lane.includes(c)));
  const telling = new Set<BuildView<B>>();
  const start: (readonly number[])[] = [];
  const doubted = lane.filter((c) => (suspicion.good[c] as number) < relyMin);
  for (const c of doubted) {
    const test = testOf(c, { chain, running });
    const alone = holds.starting[c] ? null : arranged(view, [c]);
    if (test) telling.add(test);
    else if (alone) start.push(alone);
  }
  start.push(...links(chain, new Set(doubted)));
  const cancel = running.filter(
    (b) => !sound.has(b) && !telling.has(b) && (b.stale || suspicion.passes(b.open) < keepMin),
  );
  return { start, cancel: cancel.map((b) => b.id) };
}

/** The running build that will soonest and most surely tell whether this change is good; null: none will. */
function testOf<B extends Id>(
  change: number,
  { chain, running }: { chain: Chain<B>; running: readonly BuildView<B>[] },
): BuildView<B> | null {
  const { view, suspicion } = chain;
  const othersGood = (b: BuildView<B>): number =>
    b.open.reduce((p, c) => (c === change ? p : p * (suspicion.good[c] as number)), 1);
  const whole = (b: BuildView<B>): number => minutesFor(view, b.open);
  // A build that tells nothing would have to be run again.
  const due = (b: BuildView<B>): number => b.startedAt + whole(b) + (1 - othersGood(b)) * 2 * whole(b);
  return running
    .filter((b) => b.open.includes(change) && othersGood(b) >= tellsMin)
    .reduce<BuildView<B> | null>((best, b) => (best === null || due(b) < due(best) ? b : best), null);
}

/** The chain goes on from the sound build that holds most, one change a link, in the queue's order. */
function links<B extends Id>(
  { view, holds, suspicion, lane, sound, weight }: Chain<B>,
  doubted: ReadonlySet<number>,
): (readonly number[])[] {
  const worth = (b: BuildView<B>): number => b.open.reduce((sum, c) => sum + weight(c), 0);
  const tip = sound.reduce<BuildView<B> | null>(
    (best, b) => (best === null || worth(b) > worth(best) ? b : best),
    null,
  );
  const known = new Set(view.builds.filter((b) => b.status === "running" && !b.stale).map((b) => groupKey(b.open)));
  const out: (readonly number[])[] = [];
  let end: readonly number[] = tip?.open ?? [];
  for (const c of lane) {
    if (doubted.has(c) || holds.starting[c] || end.includes(c)) continue;
    const link = arranged(view, [...end, c]);
    if (!link || suspicion.passes(link) < startMin) continue;
    if (!known.has(groupKey(link))) out.push(link);
    end = link;
  }
  return out;
}

/** One of each in turn, so that no lane takes all slots. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((l) => l.length));
  return Array.from({ length: longest }, (_, k) => lists.flatMap((l) => l.slice(k, k + 1))).flat();
}

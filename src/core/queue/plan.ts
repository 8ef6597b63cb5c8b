import { beliefsOf } from "./beliefs.js";
import { chain } from "./chain.js";
import { chainsOf } from "./chain-state.js";
import { holdsOf, type Holds } from "./controls.js";
import type { Moves, Shop } from "./moves.js";
import { reuse } from "./reuse.js";
import type { Id, PlanAnswer, PlanSnapshot } from "./snapshot.js";
import { speculate } from "./speculate.js";
import { urgentOf } from "./urgent.js";
import { viewOf, type View } from "./view.js";

/**
 * What the queue should do now: pure, deterministic, without memory of earlier snapshots. Call it again after every
 * action that it asked for has been tried, until it asks for none.
 */
export function plan<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): PlanAnswer<C, B> {
  const view = viewOf(snapshot);
  const beliefs = beliefsOf(view);
  const holds = holdsOf(view);
  const { controls, sharedCache } = snapshot;
  if (controls?.paused !== undefined && controls.paused !== false)
    return { land: [], reject: [], cancel: [], start: [] };
  const free = freeSlots(snapshot);
  const control = holds.control && free > 0;
  const urgent = urgentOf(view, { beliefs, holds });
  const admits: Holds["admits"] = (build) => holds.admits(build) && urgent.admits(build);
  const shop: Shop<B> = { view, beliefs, holds: { ...holds, admits }, free: control ? free - 1 : free };
  const lanes = chainsOf(view);
  const moves = lanes ? chain(shop, lanes) : sharedCache ? reuse(shop) : speculate(shop);
  const first = shop.free > 0 ? urgent.start : null;
  return answerOf(view, { moves: first ? hotfixFirst(moves, { view, first, room: shop.free - 1 }) : moves, control });
}

/** Slots that nobody uses; negative when others have taken more than there are. */
function freeSlots({ slots, slotsUsedElsewhere = 0, builds, trunk }: PlanSnapshot): number {
  const running = builds.filter((b) => b.status === "running").length + (trunk?.status === "running" ? 1 : 0);
  return slots - slotsUsedElsewhere - running;
}

/** What overlaps with the hotfix is thought of anew once its build is there to be built upon. */
function hotfixFirst<B extends Id>(
  moves: Moves<B>,
  { view, first, room }: { view: View; first: readonly number[]; room: number },
): Moves<B> {
  if (moves.land.length > 0 || moves.reject.length > 0) return moves;
  const touches = (c: number): boolean => first.some((f) => f === c || view.overlap(f, c));
  return { ...moves, start: [first, ...moves.start.filter((group) => !group.some(touches)).slice(0, room)] };
}

function answerOf<C extends Id, B extends Id>(
  view: View<C, B>,
  { moves, control }: { moves: Moves<B>; control: boolean },
): PlanAnswer<C, B> {
  const id = (i: number): C => (view.changes[i] as { id: C }).id;
  const starts = moves.start.slice(0, view.snapshot.controls?.startsMax ?? moves.start.length);
  return {
    land: moves.land.map((group) => group.map(id)),
    reject: moves.reject.map(id),
    cancel: moves.cancel,
    start: starts.map((group) => group.map(id)),
    ...(control && { control }),
  };
}

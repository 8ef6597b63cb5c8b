import { beliefsOf } from "./beliefs.js";
import { holdsOf } from "./controls.js";
import type { Moves } from "./moves.js";
import { reuse } from "./reuse.js";
import type { Id, PlanAnswer, PlanSnapshot } from "./snapshot.js";
import { speculate } from "./speculate.js";
import { viewOf, type View } from "./view.js";

/**
 * What the queue should do now: pure, deterministic, without memory of earlier snapshots. Call it again after every
 * action that it asked for has been tried, until it asks for none.
 */
export function plan<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): PlanAnswer<C, B> {
  const view = viewOf(snapshot);
  return answerOf(view, movesOn(view));
}

function movesOn<B extends Id>(view: View<Id, B>): Moves<B> {
  const { controls, sharedCache } = view.snapshot;
  const none: Moves<B> = { land: [], reject: [], cancel: [], start: [] };
  const beliefs = beliefsOf(view);
  const holds = holdsOf(view);
  if (controls?.paused === true) return none;
  return sharedCache ? reuse(view, beliefs, holds) : speculate(view, beliefs, holds);
}

function answerOf<C extends Id, B extends Id>(view: View<C, B>, moves: Moves<B>): PlanAnswer<C, B> {
  const id = (i: number): C => (view.changes[i] as { id: C }).id;
  const starts = moves.start.slice(0, view.snapshot.controls?.startsMax ?? moves.start.length);
  return {
    land: moves.land.map((group) => group.map(id)),
    reject: moves.reject.map(id),
    cancel: moves.cancel,
    start: starts.map((group) => group.map(id)),
  };
}

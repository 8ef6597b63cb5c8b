import type { Id, PlanAnswer, PlanSnapshot } from "./snapshot.js";
import { viewOf, type View } from "./view.js";

/**
 * What the queue should do now: pure, deterministic, without memory of earlier snapshots. Call it again after every
 * action that it asked for has been tried, until it asks for none.
 */
export function plan<C extends Id, B extends Id>(snapshot: PlanSnapshot<C, B>): PlanAnswer<C, B> {
  const view = viewOf(snapshot);
  const { land, reject } = settle(view);
  if (land.length > 0 || reject.length > 0) return answer(view, { land, reject, cancel: [], start: [] });
  return answer(view, { land, reject, ...chain(view) });
}

interface Moves<B extends Id> {
  readonly land: readonly (readonly number[])[];
  readonly reject: readonly number[];
  readonly cancel: readonly B[];
  readonly start: readonly (readonly number[])[];
}

function answer<C extends Id, B extends Id>(view: View<C, B>, moves: Moves<B>): PlanAnswer<C, B> {
  const id = (i: number): C => (view.changes[i] as { id: C }).id;
  return {
    land: moves.land.map((group) => group.map(id)),
    reject: moves.reject.map(id),
    cancel: moves.cancel,
    start: moves.start.map((group) => group.map(id)),
  };
}

function settle<C extends Id, B extends Id>(view: View<C, B>): { land: number[][]; reject: number[] } {
  const land: number[][] = [];
  const reject: number[] = [];
  for (const b of view.builds) {
    if (b.gone || b.open.length === 0) continue;
    if (b.build.status === "passed" && land.length === 0 && !b.anyStale()) land.push([...b.open]);
    if (b.build.status === "failed" && b.open.length === 1 && failsAlone(view, b.open[0] as number))
      reject.push(...b.open);
  }
  const landing = new Set(land.flat());
  return { land, reject: [...new Set(reject)].filter((c) => !landing.has(c)) };
}

/** Has it failed often enough by itself that a flake is out of the question? */
function failsAlone(view: View, change: number): boolean {
  const failures = view.builds.filter(
    (b) => !b.gone && b.build.status === "failed" && b.open.length === 1 && b.open[0] === change,
  ).length;
  return failures >= (view.snapshot.flakeProbability > 0 ? 3 : 1);
}

/** Each change on top of those before it that it overlaps with. */
function chain<C extends Id, B extends Id>(view: View<C, B>): { cancel: B[]; start: number[][] } {
  const { slots } = view.snapshot;
  const wanted = new Set<B>();
  const start: number[][] = [];
  const ahead: number[] = [];
  let free = slots;
  for (let c = 0; c < view.changes.length && free > 0; c++) {
    const members = [...ahead.filter((a) => view.overlap(a, c)), c];
    const same = view.builds.filter((b) => !b.gone && !b.anyStale() && sameMembers(b.open, members));
    const running = same.find((b) => b.build.status === "running");
    if (running) wanted.add(running.build.id);
    else if (members.length === 1 ? !same.some((b) => b.build.status === "passed") : same.length === 0)
      start.push(members);
    else continue;
    free--;
    if (!same.some((b) => b.build.status === "failed")) ahead.push(c);
  }
  const cancel = view.snapshot.builds.filter((b) => b.status === "running" && !wanted.has(b.id)).map((b) => b.id);
  return { cancel, start };
}

function sameMembers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x) => b.includes(x));
}

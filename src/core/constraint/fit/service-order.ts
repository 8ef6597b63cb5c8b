import type { Visit } from "../flow/ledger.js";
import type { WorkClass } from "./model.js";
import { workClasses } from "./model.js";

/** When work on a visit began, and in which order a station takes its work: both read off what it finished. */
export interface Stay {
  readonly entered: number;
  readonly started?: number | null;
  readonly freeSince: number | null;
  readonly left: number | null;
}

/** When work on it began: as an event says, else once it was there and its actor was free. */
export function startOf(stay: Stay): number {
  return stay.started ?? Math.max(stay.entered, stay.freeSince ?? stay.entered);
}

export function classOf(visit: Visit): WorkClass {
  return visit.change.kind === "human" && visit.change.urgent ? "urgent" : visit.change.kind;
}

/** Fewer overtakings than this show no rule. */
const overtakesNeeded = 5;
/** How much more often a class must overtake another than be passed over for it. */
const overtakesMore = 4;
/** So often each of two classes must have been taken while the other waited before they count as one. */
const turnsNeeded = 5;

/**
 * Which classes of work are served before others: `a` goes before `b` when it is taken although an older `b` waits,
 * and `b` is hardly ever taken while an `a` waits. Classes that are taken past each other both ways stand together:
 * what goes before one of them goes before all, or a class that hardly ever met the first would rank beside it. A
 * class not yet seen to wait stands with people's ordinary work. First in, first out shows no order.
 */
export function rankOf(visits: readonly Visit[]): Record<WorkClass, number> {
  const { overtook, passedOver } = meetings(visits);
  const before = (a: WorkClass, b: WorkClass) => {
    const over = overtook.get(`${a}>${b}`) ?? 0;
    return over >= overtakesNeeded && over > overtakesMore * (passedOver.get(`${a}<${b}`) ?? 0);
  };
  const turns = (a: WorkClass, b: WorkClass) =>
    Math.min(passedOver.get(`${a}<${b}`) ?? 0, passedOver.get(`${b}<${a}`) ?? 0);
  const related = (a: WorkClass) => workClasses.some((b) => before(a, b) || before(b, a) || turns(a, b) >= turnsNeeded);
  const together = (a: WorkClass, b: WorkClass) => {
    if (a === b) return true;
    if (before(a, b) || before(b, a)) return false;
    return turns(a, b) >= turnsNeeded || (b === "human" && !related(a));
  };
  const rank = { urgent: 0, human: 0, agent: 0, bot: 0 };
  for (const a of workClasses) {
    const peers = workClasses.filter((b) => together(a, b) || together(b, a));
    rank[a] = workClasses.filter((b) => !peers.includes(b) && peers.some((peer) => before(b, peer))).length;
  }
  return rank;
}

/** For each pair of classes: starts of one although an older of the other waited; starts of one while any other did. */
function meetings(visits: readonly Visit[]): { overtook: Map<string, number>; passedOver: Map<string, number> } {
  const overtook = new Map<string, number>();
  const passedOver = new Map<string, number>();
  const add = (to: Map<string, number>, key: string) => to.set(key, (to.get(key) ?? 0) + 1);
  const waiting: Record<WorkClass, Visit[]> = { urgent: [], human: [], agent: [], bot: [] };
  const arrivals = [...visits].sort((a, b) => a.entered - b.entered);
  const starts = visits.filter((v) => v.actor !== null).sort((a, b) => startOf(a) - startOf(b));
  let arrived = 0;
  for (const one of starts) {
    const at = startOf(one);
    for (; (arrivals[arrived]?.entered ?? Infinity) <= at; arrived++) {
      const visit = arrivals[arrived] as Visit;
      waiting[classOf(visit)].push(visit);
    }
    const own = classOf(one);
    for (const other of workClasses) {
      waiting[other] = waiting[other].filter((v) => v !== one && (v.actor !== null || (v.left ?? Infinity) > at));
      const oldest = waiting[other][0];
      if (!oldest || other === own) continue;
      add(passedOver, `${other}<${own}`);
      if (oldest.entered < one.entered) add(overtook, `${own}>${other}`);
    }
  }
  return { overtook, passedOver };
}

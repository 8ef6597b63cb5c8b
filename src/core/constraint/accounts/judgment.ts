import { stayOf } from "./accounts.js";
import type { Ledger } from "../flow/ledger.js";
import type { ChainModel } from "../fit/model.js";

/**
 * Both pathologies of two speeds: two-way doors that waited for people (over-review), and one-way doors that went
 * through without them (under-review). And where people's judgment went: on changes that landed, on those that
 * never will, on looking again.
 */
export interface JudgmentAccount {
  readonly overReview: { readonly changes: number; readonly waitingHours: number };
  readonly underReview: { readonly changes: number; readonly ids: readonly string[] };
  readonly reviewHours: { readonly landed: number; readonly closed: number; readonly again: number };
}

const shown = 10;

/** Of what was judged from `since` to `now`; hours of judges' open time, as far as the model knows when that is. */
export function judgmentOf(
  ledger: Ledger,
  { since, now, model }: { readonly since: number; readonly now: number; readonly model: ChainModel | null },
): JudgmentAccount {
  const hours = { landed: 0, closed: 0, again: 0 };
  const over = new Map<string, number>();
  for (const visit of ledger.visits) {
    const { left, change } = visit;
    if (visit.station !== "review" || left === null || left < since || left > now || visit.actor === null) continue;
    const { waiting, working } = stayOf(visit, model);
    const worked = working / 60;
    if (visit.nth > 1) hours.again += worked;
    else if (change.closedAt !== null) hours.closed += worked;
    else if (change.landedAt !== null) hours.landed += worked;
    if (change.reversibility !== "reversible") continue;
    const key = String(change.id);
    over.set(key, (over.get(key) ?? 0) + waiting / 60);
  }
  const landed = [...ledger.changes.values()].filter(
    (c) => c.landedAt !== null && c.landedAt >= since && c.landedAt <= now,
  );
  const under = landed.filter((c) => c.reversibility === "irreversible" && !c.judged);
  return {
    overReview: { changes: over.size, waitingHours: [...over.values()].reduce((a, b) => a + b, 0) },
    underReview: { changes: under.length, ids: under.slice(0, shown).map((c) => String(c.id)) },
    reviewHours: hours,
  };
}

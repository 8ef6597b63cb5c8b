import { decidePace } from "../constraint/pacer/pacer.js";
import { worthIn } from "../constraint/pacer/worth.js";
import type { Facts, JudgesPace } from "../facts/facts.js";
import { isPermission } from "../model/actor.js";
import type { Reversibility, Level } from "../model/classification.js";
import type { Instant, PrNumber } from "../model/ids.js";
import type { Ask } from "../model/verdict.js";
import { smallestSet } from "../governance/smallest-set.js";
import type { Policy } from "../policy/policy.js";
import type { QueueState } from "../queue/state.js";
import { batchesOf, type Batches } from "./batches.js";
import type { Decision } from "./decision.js";
import { isHeld } from "./gate.js";
import { drumOf, paceSnapshot, teamOfUnit, type Drum, type PacedUnit } from "./pace.js";
import { newUnit, type Unit } from "./unit.js";

type ListedUnit = PacedUnit & Pick<Unit, "risk">;

/** What waits for people's judgment, in the order that frees most: value for each minute of theirs, raised by age. */
export interface ReviewList extends Batches {
  readonly items: readonly ReviewItem[];
  /** The fewest people who together could answer the first `fewestOf`. */
  readonly fewest: readonly string[];
  /** What is suggested for each person, by name; no measure of anybody. */
  readonly desks: readonly Desk[];
  /** Waiting for the author, though judgment is missing too. */
  readonly withAuthors: number;
  readonly atTheGate: number;
  /** Whether the minutes are measured here, or believed. */
  readonly minutesAre: "measured" | "believed";
}

export interface ReviewItem {
  readonly number: PrNumber;
  readonly title: string;
  readonly author: string;
  readonly reversibility: Reversibility;
  readonly risk: Level;
  readonly question: string;
  /** Of those who could answer, whoever has least on their desk; empty: nobody is known by name. */
  readonly suggested: readonly string[];
  /** Who else could. */
  readonly others: readonly string[];
  /** Expected minutes of their judgment, and expected goal units for an hour of it. */
  readonly minutes: number;
  readonly valuePerHour: number;
  readonly waitsSince: Instant;
}

export interface Desk {
  readonly who: string;
  readonly changes: number;
  readonly minutes: number;
}

/** The fewest people are looked for who could answer the first of the list. */
export const fewestOf = 50;
/** Believed of a judgment where none was measured. */
const believedMinutes = 30;

export function reviewList(
  { facts, decision }: { readonly facts: Facts; readonly decision: Pick<Decision, "units" | "next"> },
  { policy, now }: { readonly policy: Policy; readonly now: Instant },
): ReviewList {
  const units = decision.units.flatMap((unit) => unitOf(unit, { facts, state: decision.next }));
  const measured = drumOf(facts)?.kind === "judgment";
  const drum: Drum = { kind: "judgment", station: "review", judges: judgesOf(units, facts) };
  const waiting = new Set(units.filter((u) => isHeld(u.state)));
  const snapshot = paceSnapshot(units, { facts, law: { policy }, now, drum, waiting });
  const worthOf = worthIn(snapshot);
  const inReview = snapshot.inFlight.filter((w) => w.team !== "" && (w.at === "review" || w.at === "ci"));
  const order = decidePace({ ...snapshot, inFlight: inReview }).order["review"] ?? [];
  const desk = new Map<string, { changes: number; minutes: number }>();
  const listed = order.flatMap((id) => {
    const unit = units.find((u) => u.pull.number === id);
    const work = inReview.find((w) => w.id === id);
    return unit && work ? [{ unit, at: work.at, ...worthOf(work) }] : [];
  });
  const items = listed.map(({ unit, value, minutes }): ReviewItem => ({
    ...itemOf(unit, { desk, minutes }),
    minutes,
    valuePerHour: (60 * value) / minutes,
  }));
  return {
    items,
    ...batchesOf(
      listed.filter((w) => w.at === "review"),
      { policy, now },
    ),
    fewest: fewestFor(
      order.slice(0, fewestOf).flatMap((id) => units.find((u) => u.pull.number === id)?.verdict.asks ?? []),
    ),
    desks: [...desk].map(([who, of]) => ({ who, ...of })).sort((a, b) => a.who.localeCompare(b.who)),
    withAuthors: snapshot.inFlight.filter((w) => w.team !== "" && w.at === "authoring").length,
    atTheGate: waiting.size,
    minutesAre: measured || (facts.lessons.pace?.judges.length ?? 0) > 0 ? "measured" : "believed",
  };
}

function unitOf(
  { number, classification, risk, verdict }: Decision["units"][number],
  { facts, state }: { facts: Facts; state: QueueState },
): ListedUnit[] {
  const pull = facts.pulls.find((p) => p.number === number);
  return pull ? [{ pull, classification, risk, verdict, state: state.units[number] ?? newUnit(pull) }] : [];
}

/** Those measured, and for teams that judged nothing yet what is believed. */
function judgesOf(units: readonly ListedUnit[], { lessons }: Facts): JudgesPace[] {
  const known = lessons.pace?.judges ?? [];
  const teams = [...new Set(units.map(teamOfUnit))].filter((t) => t !== "" && !known.some((j) => j.team === t));
  return [...known, ...teams.map((team) => ({ team, people: 1, minutes: believedMinutes, lastWeek: 0 }))];
}

function itemOf(
  { pull, verdict, classification, risk, state }: ListedUnit,
  { desk, minutes }: { desk: Map<string, { changes: number; minutes: number }>; minutes: number },
): Omit<ReviewItem, "minutes" | "valuePerHour"> {
  const suggested = new Set<string>();
  for (const ask of verdict.asks) {
    const able = named(ask).filter((who) => !suggested.has(who));
    // Whoever knows it best comes first in an ask; among equals by what is on the desk, so the order is a tie-break.
    const least = [...able].sort((a, b) => (desk.get(a)?.minutes ?? 0) - (desk.get(b)?.minutes ?? 0));
    for (const who of least.slice(0, ask.count)) suggested.add(who);
  }
  for (const who of suggested) {
    const has = desk.get(who) ?? { changes: 0, minutes: 0 };
    desk.set(who, { changes: has.changes + 1, minutes: has.minutes + minutes });
  }
  const able = [...new Set(verdict.asks.flatMap(named))];
  return {
    number: pull.number,
    title: pull.title,
    author: pull.author.login,
    reversibility: classification.reversibility,
    risk: risk.level,
    question: verdict.asks[0]?.question ?? "",
    suggested: [...suggested],
    others: able.filter((who) => !suggested.has(who)),
    waitsSince: state.gate?.released ?? state.heads.at(-1)?.at ?? pull.createdAt,
  };
}

function named(ask: Ask): readonly string[] {
  return ask.of.filter((who) => !isPermission(who) && !who.includes(" "));
}

function fewestFor(asks: readonly Ask[]): readonly string[] {
  const answerable = asks.filter((a) => named(a).length > 0);
  const people = [...new Set(answerable.flatMap(named))];
  const missing = (chosen: readonly string[]) =>
    answerable.reduce((sum, a) => {
      const able = named(a);
      const wanted = Math.min(a.count, able.length);
      return sum + Math.max(0, wanted - able.filter((who) => chosen.includes(who)).length);
    }, 0);
  return smallestSet(people, missing);
}

import { matureMs, type ChangeClass, type ClassOutcomes } from "../core/memory/autonomy.js";
import type { Instant } from "../core/model/ids.js";
import type { FlowRecord } from "./ports.js";

/** Landings remembered by number, landings and bad outcomes remembered of one class: the latest. */
const landingsKept = 20_000;
const landedKept = 5_000;
const harmedKept = 1_000;
const harmedTold = 10;

/** What became of each class of change. */
export interface ClassRecord {
  /** By number, the class that it landed as. */
  readonly of: Map<number, ChangeClass>;
  readonly outcomes: Map<ChangeClass, { landedAt: Instant[]; harmed: Map<number, Instant> }>;
}

export function takeClass(
  { at, number, event, data }: FlowRecord,
  { harmed: wentWrong, classes: { of, outcomes } }: { harmed: boolean; classes: ClassRecord },
): void {
  if (number === null) return;
  const landedAs = data["class"];
  if (event === "landed" && typeof landedAs === "string") {
    of.set(number, landedAs);
    const [oldest] = of.keys();
    if (of.size > landingsKept && oldest !== undefined) of.delete(oldest);
    const known = outcomes.get(landedAs) ?? { landedAt: [], harmed: new Map<number, Instant>() };
    known.landedAt.push(at);
    if (known.landedAt.length > landedKept) known.landedAt.shift();
    outcomes.set(landedAs, known);
  }
  if (!wentWrong) return;
  const harmed = outcomes.get(of.get(number) ?? "")?.harmed;
  if (harmed && !harmed.has(number) && harmed.size < harmedKept) harmed.set(number, at);
}

export function classOutcomes({ outcomes }: ClassRecord, now: Instant): Readonly<Record<ChangeClass, ClassOutcomes>> {
  return Object.fromEntries(
    [...outcomes].map(([of, { landedAt, harmed }]) => [
      of,
      {
        landed: landedAt.filter((at) => now - at >= matureMs).length,
        harmed: harmed.size,
        harmedAt: [...harmed.values()].slice(-harmedTold),
      },
    ]),
  );
}

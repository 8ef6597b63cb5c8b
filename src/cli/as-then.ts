import type { UnitDecision } from "../core/line/decision.js";
import type { Reason } from "../core/model/reason.js";

/**
 * What a reason has always given since some version, and did not give before: a record of it without that is older.
 * Nothing that may be left out belongs here, for then its absence says something.
 */
const addedLater: Partial<Record<Reason["code"], readonly string[]>> = { "window-closed": ["until"] };

/** What was decided anew, without what the version that recorded it did not give yet. */
export function asThen(units: readonly UnitDecision[], recorded: readonly UnitDecision[]): UnitDecision[] {
  const then = new Map(recorded.map((unit) => [unit.number, unit.reasons]));
  return units.map((unit) => {
    const before = then.get(unit.number) ?? [];
    return { ...unit, reasons: unit.reasons.map((reason, i) => reasonThen(reason, before[i])) };
  });
}

function reasonThen(reason: Reason, recorded: Reason | undefined): Reason {
  if (recorded?.code !== reason.code) return reason;
  const missing = (addedLater[reason.code] ?? []).filter((field) => !(field in recorded));
  if (missing.length === 0) return reason;
  return Object.fromEntries(Object.entries(reason).filter(([field]) => !missing.includes(field))) as Reason;
}

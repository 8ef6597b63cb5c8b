import { isZone, within, type TimeSpan } from "../policy/calendar.js";
import type { Freeze, Id, QueuedChange, Scope } from "./snapshot.js";

const msPerMinute = 60_000;

/** Does a control speak about this change? What nobody classified counts as reversible. */
export function inScope(scope: Scope, change: Scope): boolean {
  if (scope.lane !== undefined && scope.lane !== change.lane) return false;
  return scope.reversibility === undefined || scope.reversibility === (change.reversibility ?? "reversible");
}

export function holdsBack<C extends Id>(freeze: Freeze<C>, change: QueuedChange<C>): boolean {
  if (freeze.except?.includes(change.id) === true) return false;
  if (change.hotfix === true && freeze.hotfixPasses !== false) return false;
  return inScope(freeze, change);
}

/** Is it so now (minutes since 1970 UTC)? A place whose clock nobody knows gets the answer that lets nothing through. */
export function holdsNow(span: TimeSpan, { now, unknownZone }: { now: number; unknownZone: "yes" | "no" }): boolean {
  return isZone(span.zone) ? within(span, now * msPerMinute) : unknownZone === "yes";
}

import type { Constraint } from "../../model/station.js";
import { dayMinutes, dayOf } from "../flow/event.js";
import type { Served } from "../flow/event.js";
import { worksOn } from "../flow/calendar.js";
import type { FlowAccounts } from "./accounts.js";
import type { Ledger, Visit } from "../flow/ledger.js";
import type { ChainModel, PoolModel } from "../fit/model.js";
import { startOf } from "../fit/service-order.js";

/** What came to the constraint in a window of time and what left it, what waiting there cost, and whether it stood idle. */
export interface ConstraintWeek {
  readonly station: Served;
  readonly came: number;
  /** Of those, machines' changes. */
  readonly cameOfMachines: number;
  readonly left: number;
  /** Hours that the changes waited whose stay there ended. */
  readonly waitingHours: number;
  /** Open hours of everybody at work there while something waited, and how many of these they spent on nothing there. */
  readonly neededHours: number;
  readonly idleHours: number;
}

const served: readonly Constraint[] = ["ci", "review", "approval", "queue"] satisfies Served[];
/** The station is looked at this often. */
const tickMinutes = 15;

/**
 * Null where the constraint is no station that serves visits. Idle is a lower bound: when work began is not in every
 * event, and is taken to be as soon as its actor was free (`startOf`).
 */
export function constraintWeekOf(
  ledger: Ledger,
  of: {
    readonly constraint: Constraint;
    readonly model: ChainModel | null;
    readonly accounts: FlowAccounts;
    readonly since: number;
    readonly now: number;
  },
): ConstraintWeek | null {
  const { constraint, model, accounts, since, now } = of;
  if (!isServed(constraint)) return null;
  const visits = ledger.visits.filter((v) => v.station === constraint && (v.left === null || v.left >= since));
  const came = visits.filter((v) => v.entered >= since && v.entered <= now);
  const row = accounts.stations.find((s) => s.station === constraint);
  const pools = (model?.pools ?? []).filter((p) => p.station === constraint);
  const hours = pools.map((pool) => idleAt(pool, { visits, since, now }));
  const sum = (key: "needed" | "idle") => hours.reduce((total, h) => total + h[key], 0) / 60;
  return {
    station: constraint,
    came: came.length,
    cameOfMachines: came.filter((v) => v.change.kind !== "human").length,
    left: row?.stays ?? 0,
    waitingHours: ((row?.stays ?? 0) * (row?.waitingMinutesMean ?? 0)) / 60,
    neededHours: sum("needed"),
    idleHours: sum("idle"),
  };
}

function isServed(constraint: Constraint): constraint is Served {
  return served.includes(constraint);
}

/** Minutes of all servers while something waited, and those in which they were at nothing. */
function idleAt(
  { team, servers, calendar }: PoolModel,
  { visits, since, now }: { visits: readonly Visit[]; since: number; now: number },
): { needed: number; idle: number } {
  const own = visits.filter((v) => v.team === team);
  let needed = 0;
  let idle = 0;
  for (let at = since; at < now; at += tickMinutes) {
    const minute = at - dayOf(at) * dayMinutes;
    if (!worksOn(calendar, dayOf(at)) || minute < calendar.from || minute >= calendar.to) continue;
    const here = own.filter((v) => v.entered <= at && (v.left === null || v.left > at));
    const served = here.filter((v) => v.actor !== null && startOf(v) <= at).length;
    if (served >= here.length) continue;
    needed += servers * tickMinutes;
    idle += Math.max(0, servers - served) * tickMinutes;
  }
  return { needed, idle };
}

import type { Constraint } from "../../model/station.js";
import type { Instant } from "../../model/ids.js";
import { utcTime } from "../../policy/calendar.js";
import type { FlowAccounts, InventoryRow } from "../accounts/accounts.js";
import type { ConstraintWeek } from "../accounts/constraint-week.js";
import { dayMinutes, dayOf, instantOf } from "../flow/event.js";
import type { Finding } from "../finder/finder.js";
import type { Metric } from "../accounts/metric.js";

/** The brief's sentences on what the constraint cost and what changed; the figures are those of its tables. */

const daysShown = 7;
/** A figure that moved by less is told in the table only. */
const worthTelling = { share: 0.1, least: 0.5 };

/** A day's name: its date where that is known. */
export function dayNamer(origin: Instant | null): (day: number) => string {
  return (day) => (origin === null ? `day ${day}` : utcTime(origin + day * dayMinutes * 60_000).slice(0, 10));
}

/** A moment's name, likewise: without dates the day and its time. */
export function momentNamer(origin: Instant | null): (at: Instant) => string {
  if (origin !== null) return utcTime;
  return (at) => `day ${dayOf((at - instantOf(0)) / 60_000)}, ${utcTime(at).slice(11, 16)}`;
}

/** What the constraint cost in the week. */
export function costLines(of: {
  readonly finding: Pick<Finding, "constraint" | "gains">;
  readonly atConstraint: ConstraintWeek | null;
  readonly thisWeek: FlowAccounts;
  readonly inventory: readonly InventoryRow[];
}): string[] {
  const { finding, atConstraint, thisWeek, inventory } = of;
  const { constraint, gains } = finding;
  // While the line keeps up, or nobody knows what limits it, there is nobody to send the bill to.
  if (constraint === "demand" || constraint === "unknown") return [];
  const weekly = 7 * thisWeek.lead.valuePerDay;
  const lost = gains[constraint] * weekly;
  const here = inventory.find((row) => row.station === constraint);
  const waited = atConstraint && atConstraint.left > 0 ? atConstraint : null;
  return [
    ...(lost >= 0.05
      ? [
          `A fifth more of it would have delivered about ${lost.toFixed(1)} goal units more than the week's ${weekly.toFixed(1)}.`,
        ]
      : []),
    ...(waited
      ? [`${waited.left} changes left ${waited.station}; together they had waited ${days(waited.waitingHours)} there.`]
      : []),
    ...(here
      ? [
          `${here.count} changes stood there at the end of it, worth ${here.value.toFixed(1)} goal units that nobody had yet.`,
        ]
      : []),
  ];
}

/** Figures told; the others are in the table. */
const mostTold = 3;

/** What changed since the week before: the constraint, and the figures that moved most, by a tenth or more. */
export function changedLines(of: {
  readonly history: readonly { readonly day: number; readonly constraint: Constraint }[];
  readonly metrics: readonly Metric[];
}): string[] {
  const { history, metrics } = of;
  const now = history.at(-1);
  const then = history.at(-1 - daysShown);
  const moved =
    now && then && then.constraint !== now.constraint
      ? [`The constraint was ${then.constraint} a week ago and is ${now.constraint} now.`]
      : [];
  const figures = metrics
    .flatMap(({ name, value, before, unit }) => {
      if (before === null) return [];
      const change = Math.abs(value - before);
      const by = change / Math.max(Math.abs(before), worthTelling.least);
      return by < worthTelling.share || change < worthTelling.least
        ? []
        : [{ by, told: `${capital(name)}: ${value.toFixed(1)} ${unit}; the week before ${before.toFixed(1)}.` }];
    })
    .sort((a, b) => b.by - a.by);
  return [...moved, ...figures.slice(0, mostTold).map((f) => f.told)];
}

function days(hours: number): string {
  return hours < 48 ? `${hours.toFixed(0)} hours` : `${(hours / 24).toFixed(0)} days`;
}

const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;

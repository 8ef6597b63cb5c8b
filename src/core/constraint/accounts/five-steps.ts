import type { Constraint } from "../../model/station.js";
import { stations } from "../../model/station.js";
import type { FlowAccounts, InventoryRow } from "./accounts.js";
import { sizeWords } from "./buffer-words.js";
import type { ChainBuffer } from "./chain-buffers.js";
import type { ConstraintWeek } from "./constraint-week.js";
import type { Elevation } from "../finder/elevate.js";
import { evidenceOf } from "./evidence.js";
import type { Finding } from "../finder/finder.js";
import type { JudgmentAccount } from "./judgment.js";

/** The five focusing steps (Goldratt & Cox, *The Goal*, 2nd ed. 1986), as they stand. */
export interface FiveSteps {
  readonly identify: string;
  readonly exploit: readonly string[];
  readonly subordinate: readonly string[];
  readonly elevate: readonly string[];
  readonly repeat: string;
  /** The one thing to do this week. */
  readonly next: string;
}

export interface StepsQuestion {
  readonly finding: Finding;
  readonly accounts: FlowAccounts;
  readonly inventory: readonly InventoryRow[];
  readonly judgment: JudgmentAccount;
  readonly elevations: readonly Elevation[];
  readonly atConstraint: ConstraintWeek | null;
  readonly buffers: readonly ChainBuffer[];
  readonly dayName: (day: number) => string;
  readonly moves: readonly { readonly day: number; readonly from: Constraint; readonly to: Constraint }[];
}

export function fiveStepsOf(question: StepsQuestion): FiveSteps {
  const { finding, moves } = question;
  const { constraint } = finding;
  const exploit = exploitOf(question);
  const subordinate = subordinateOf(question);
  const elevate = elevateOf(question);
  const moved = moves.at(-1);
  return {
    identify: `${titleOf(constraint)}. ${evidenceOf(finding).summary}`,
    exploit,
    subordinate,
    elevate,
    repeat: moved
      ? `Moved from ${moved.from} to ${moved.to} on ${question.dayName(moved.day)}.`
      : `Has stayed ${constraint} on every day looked at.`,
    next: exploit[0] ?? subordinate[0] ?? elevate[0] ?? "Nothing here limits you: start what is most worth doing.",
  };
}

function titleOf(constraint: Constraint): string {
  if (constraint === "demand") return "Demand: the line keeps up with all that is asked of it";
  if (constraint === "unknown") return "None of the stations that events show";
  return `${constraint[0]?.toUpperCase() ?? ""}${constraint.slice(1)} is the constraint`;
}

/** Getting more from the constraint as it is: none of its time to what does not count. */
function exploitOf({ finding, accounts, judgment, atConstraint }: StepsQuestion): string[] {
  const { constraint } = finding;
  const found: string[] = [];
  const { overReview, reviewHours } = judgment;
  found.push(...idleLines(atConstraint));
  if (constraint === "review") {
    if (overReview.changes > 0) {
      found.push(
        `Let reversible changes move on evidence alone: ${overReview.changes} of them were reviewed this week and ` +
          `waited ${overReview.waitingHours.toFixed(0)} h for it.`,
      );
    }
    if (reviewHours.closed > 0.05 * (reviewHours.landed + reviewHours.again)) {
      found.push(`Refuse sooner: ${reviewHours.closed.toFixed(0)} h of review went to changes that were then closed.`);
    }
  }
  const row = accounts.stations.find((s) => s.station === constraint);
  if (row && row.sentBack > 0.1) {
    found.push(
      "Let the author and machines check first what they can: " +
        `${percent(row.sentBack)} of stays at ${constraint} sent the change back to its author.`,
    );
  }
  if (constraint === "ci" || constraint === "queue") {
    found.push("Test likely changes together in larger groups, and rerun nothing that cannot change.");
  }
  if (constraint === "approval" || constraint === "deploy") {
    found.push("Have evidence ready before the window opens, and put what is worth most first.");
  }
  if (constraint === "authoring") found.push("Keep authors off rework and off waiting: one change at a time, small.");
  if (constraint === "unknown" && accounts.lead.dark > 0) {
    found.push(`Find out what it waits for: ${percent(accounts.lead.dark)} of lead time shows in no event.`);
  }
  return found;
}

/** Less of its time spent idle is told in the table only. */
const idleWorthTelling = 0.05;

/** Is it ever idle while work waits? */
function idleLines(week: ConstraintWeek | null): string[] {
  if (!week || week.idleHours < 1 || week.idleHours < idleWorthTelling * week.neededHours) return [];
  const of = `${week.idleHours.toFixed(0)} of ${week.neededHours.toFixed(0)} h`;
  return [
    "Have the next change ready for whoever finishes one: while work waited there, " +
      `${week.station} was at work on nothing for ${of} that it was open.`,
  ];
}

/** What stands before the constraint and goes faster than it does no good: it only becomes inventory. */
function subordinateOf({ finding, inventory, atConstraint, buffers }: StepsQuestion): string[] {
  const at = stations.findIndex((s) => s === finding.constraint);
  if (at < 0) return [];
  const rope = "Hold new work of bots and agents at the gate meanwhile (pace: { rope: on } in the policy does it)";
  const upstream = inventory.filter((row) => stations.indexOf(row.station) <= at && row.ages.older > 0);
  const drum = "Land no more than the next deployment takes (pace: { drum: on } in the policy does it).";
  return [
    ...faster(atConstraint),
    ...buffers.filter((b) => b.station === finding.constraint).map(stocked),
    ...(finding.constraint === "deploy" ? [drum] : []),
    ...upstream.map(
      (row) => `${rope}: ${row.count} changes stand at ${row.station}, ${row.ages.older} of them for more than a week.`,
    ),
  ];
}

/** How much ready work is enough, and why. */
function stocked({ station, team, size }: ChainBuffer): string {
  const whose = team === station ? "" : ` (${team})`;
  return `Keep so much ready before ${station}${whose}, and no more: ${sizeWords(size, station)}.`;
}

/** What is upstream doing too fast? */
function faster(week: ConstraintWeek | null): string[] {
  if (!week || week.came <= week.left) return [];
  const machines = week.cameOfMachines > 0 ? `, ${week.cameOfMachines} of them machines'` : "";
  return [`Begin less: ${week.came} changes came to ${week.station} this week${machines}, and ${week.left} left it.`];
}

function elevateOf({ elevations }: StepsQuestion): string[] {
  return elevations
    .filter((e) => e.perWeek.median > 0 && e.perWeek.low >= 0)
    .slice(0, 3)
    .map(
      (e) =>
        `${e.addition}: +${round(e.perWeek.median)} goal units a week (${round(e.perWeek.low)} to ${round(e.perWeek.high)})`,
    );
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const round = (x: number): string => x.toFixed(1);

import type { Brief } from "./brief.js";
import { dayNamer, momentNamer } from "./brief-lines.js";
import { drumLines } from "../accounts/drum-account.js";
import type { Metric } from "../accounts/metric.js";
import { removalLines } from "../accounts/rule-account.js";

/** The brief as text on one page, for a terminal or an issue. No figure is computed here. */
export function briefText(brief: Brief): string {
  const { steps, thisWeek } = brief;
  const dayName = dayNamer(brief.origin ?? null);
  return [
    `WEEK TO ${dayName(brief.day).toUpperCase()}: ${steps.identify}`,
    `Confidence ${(100 * brief.confidence).toFixed(0)} %. It would change its mind on: ${brief.evidence.changesItsMind}`,
    "",
    `Do this: ${steps.next}`,
    "",
    ...(brief.cost.length > 0 ? [`It cost this week: ${brief.cost.join(" ")}`, ""] : []),
    ...section("Since the week before", brief.changed),
    ...section("Exploit it", steps.exploit),
    ...section("Subordinate the rest", steps.subordinate),
    ...section("Elevate it", steps.elevate),
    steps.repeat,
    "",
    "Where the time goes (hours, mean of the week's stays)",
    ...stayTable(brief).map(row),
    `Of all lead time ${percent(thisWeek.lead.working)} was work, ${percent(thisWeek.lead.waiting)} waiting, ${percent(thisWeek.lead.dark)} shows in no event.`,
    "",
    "Inventory at the end of it",
    ...inventoryTable(brief).map(row),
    "",
    "Figures, each with how it could be gamed and what to watch beside it",
    ...brief.metrics.map(metricLine),
    "",
    ...section("Known to one person only (what happens when they are away?)", knowledgeLines(brief)),
    ...section(drumTitle, brief.drum ? drumLines(brief.drum, momentNamer(brief.origin ?? null)) : []),
    ...section(rulesTitle, removalLines(brief.rules)),
    ...section("Judgment", judgmentLines(brief)),
  ].join("\n");
}

/** Both pathologies of two speeds. */
export function judgmentLines({ judgment: { overReview, underReview } }: Brief): string[] {
  const which = underReview.ids.length === 0 ? "" : ` (${underReview.ids.map((id) => `#${id}`).join(", ")})`;
  return [
    `Over-review: ${overReview.changes} two-way doors waited ${overReview.waitingHours.toFixed(1)} h for people`,
    `Under-review: ${underReview.changes} one-way doors landed that nobody judged${which}`,
  ];
}

export const drumTitle = "The drum: what production absorbs";
export const rulesTitle = "Rules and approvals that changed no outcome (remove them?)";

/** A table's head, then its rows. */
export type Table = readonly (readonly string[])[];

/** Where the time goes: hours a stay, by station. */
export function stayTable({ thisWeek }: Brief): Table {
  return [
    ["station", "stays", "waiting", "9 in 10 under", "working", "sent back"],
    ...thisWeek.stations.map((s) => [
      s.station,
      String(s.stays),
      hours(s.waitingMinutesMean),
      hours(s.waitingMinutesP90),
      hours(s.workingMinutesMean),
      percent(s.sentBack),
    ]),
  ];
}

/** What lies where, and for how long. */
export function inventoryTable({ inventory }: Brief): Table {
  return [
    ["station", "changes", "worth", "under a day", "a week", "older"],
    ...inventory.map((i) => [
      i.station,
      String(i.count),
      i.value.toFixed(1),
      String(i.ages.day),
      String(i.ages.week),
      String(i.ages.older),
    ]),
  ];
}

/** What only one person has judged; no more than a page wants. */
export function knowledgeLines({ knowledge }: Brief): string[] {
  return knowledge.slice(0, mostKnown).map((k) => `${k.scope}: ${k.judge}, ${k.changes} changes, ${k.waiting} waiting`);
}

const mostKnown = 5;

export function metricLine(metric: Metric): string {
  const before = metric.before === null ? "" : ` (${metric.before.toFixed(1)} the week before)`;
  return `  ${metric.name}: ${metric.value.toFixed(1)} ${metric.unit}${before}. Gamed by ${metric.gaming}; watch ${metric.counter}.`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`), ""];
}

const widths = [12, 9, 9, 14, 9, 10];

function row(cells: readonly string[]): string {
  return `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 10)).join("")}`.trimEnd();
}

const hours = (minutes: number): string => (minutes / 60).toFixed(1);
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

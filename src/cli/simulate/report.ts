import Table from "cli-table3";
import { paths, type Path } from "../../core/model/verdict.js";
import { quantile, type Outcome } from "../../core/queue/simulation/run.js";
import type { Played, Run, Setting } from "./play.js";

/** One setting's figures, medians over the seeds it was played with. */
export interface Row {
  readonly setting: string;
  readonly strategy: string;
  readonly slots: number;
  /** Null: as the planner finds best. */
  readonly groupSize: number | null;
  /** Null: played without a policy. */
  readonly policy: string | null;
  readonly changes: number;
  readonly landed: number;
  readonly landedPerHour: number;
  /** From entering the queue to the decision. */
  readonly p50Minutes: number;
  readonly p95Minutes: number;
  readonly p99Minutes: number;
  readonly buildsPerLanded: number;
  readonly ciMinutesPerLanded: number;
  readonly wronglyEjected: number;
  /** Landed although it clashed with what landed: what lanes risk. */
  readonly broken: number;
  readonly undecided: number;
  /** From proposal to landing, judgment included; null: the load has no proposals. */
  readonly leadP50Minutes: number | null;
  readonly leadP95Minutes: number | null;
  /** By path, changes that the policy sent there, and answers that people were asked for; null: nothing was judged. */
  readonly paths: Readonly<Record<Path, number>> | null;
  readonly judgments: number | null;
}

export function rowOf({ setting, runs }: Played): Row {
  const middle = (figure: (run: Run) => number): number =>
    runs.map(figure).sort((a, b) => a - b)[runs.length >> 1] ?? 0;
  const of = (figure: (o: Outcome) => number) => middle((run) => figure(run.outcome));
  const told = runs.some((run) => run.leadMinutes.length > 0);
  return {
    setting: nameOf(setting),
    strategy: setting.strategy,
    slots: setting.slots,
    groupSize: setting.groupSize,
    policy: setting.policy?.name ?? null,
    changes: of((o) => o.changes),
    landed: of((o) => o.landed),
    landedPerHour: of(steadyRate),
    p50Minutes: of((o) => quantile(o.turnaround, 0.5)),
    p95Minutes: of((o) => quantile(o.turnaround, 0.95)),
    p99Minutes: of((o) => quantile(o.turnaround, 0.99)),
    buildsPerLanded: of((o) => o.builds / Math.max(1, o.landed)),
    ciMinutesPerLanded: of((o) => o.ciMinutes / Math.max(1, o.landed)),
    wronglyEjected: of((o) => o.wronglyEjected),
    broken: of((o) => o.broken),
    undecided: of((o) => o.undecided),
    leadP50Minutes: told ? middle((run) => quantile(run.leadMinutes, 0.5)) : null,
    leadP95Minutes: told ? middle((run) => quantile(run.leadMinutes, 0.95)) : null,
    paths: runs[0]?.paths ?? null,
    judgments: runs[0]?.judgments ?? null,
  };
}

/** Landings an hour between the first twentieth and the last: a straggler says nothing about throughput. */
function steadyRate({ landedIds, decidedAt }: Outcome): number {
  const times = landedIds.map((id) => decidedAt.get(id) ?? 0).sort((a, b) => a - b);
  const [first, last] = [quantile(times, 0.05), quantile(times, 0.95)];
  return (60 * 0.9 * times.length) / Math.max(1, last - first);
}

/** `today: drumline, 12 slots, groups of 8`. */
export function nameOf({ strategy, slots, groupSize, policy }: Setting): string {
  const how = [strategy, `${slots} slots`, ...(groupSize === null ? [] : [`groups of ${groupSize}`])].join(", ");
  return policy ? `${policy.name}: ${how}` : how;
}

/** Columns for people: heading, figure, digits. */
const queueColumns: readonly Column[] = [
  ["landed/h", (r) => r.landedPerHour, 1],
  ["P50 min", (r) => r.p50Minutes, 0],
  ["P95 min", (r) => r.p95Minutes, 0],
  ["P99 min", (r) => r.p99Minutes, 0],
  ["builds/landed", (r) => r.buildsPerLanded, 2],
  ["CI min/landed", (r) => r.ciMinutesPerLanded, 0],
  ["wrongly ejected", (r) => r.wronglyEjected, 0],
  ["undecided", (r) => r.undecided, 0],
];
const brokenColumn: Column = ["broken", (r) => r.broken, 0];
const leadColumns: readonly Column[] = [
  ["lead P50 h", (r) => (r.leadP50Minutes ?? 0) / 60, 1],
  ["lead P95 h", (r) => (r.leadP95Minutes ?? 0) / 60, 1],
];
const policyColumns: readonly Column[] = [
  ...paths.map((path): Column => [path, (r) => r.paths?.[path] ?? 0, 0]),
  ["judgments", (r) => r.judgments ?? 0, 0],
];

type Column = readonly [heading: string, figure: (row: Row) => number, digits: number];

/** What a reader is shown, a table a question. What nothing is known of is left out. */
export function tablesFor(
  rows: readonly Row[],
): readonly { readonly title: string; readonly columns: readonly Column[] }[] {
  const judged = rows.some((r) => r.paths !== null);
  return [
    { title: "The queue", columns: rows.some((r) => r.broken > 0) ? [...queueColumns, brokenColumn] : queueColumns },
    ...(judged ? [{ title: "People", columns: [...leadColumns, ...policyColumns] }] : []),
  ];
}

export function textOf(rows: readonly Row[]): string {
  return tablesFor(rows)
    .map(({ columns }) => {
      const table = new Table({ head: ["setting", ...columns.map(([name]) => name)], style: { head: [], border: [] } });
      for (const row of rows) table.push([row.setting, ...columns.map(([, figure, n]) => figure(row).toFixed(n))]);
      return table.toString();
    })
    .join("\n");
}

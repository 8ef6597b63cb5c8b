import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { quantile, type Outcome } from "../../core/queue/simulation/run.js";

/** One setting's figures, medians over the seeds it was played with. */
export interface Row {
  readonly setting: string;
  readonly changes: number;
  readonly landedPerHour: number;
  readonly p50Minutes: number;
  readonly p95Minutes: number;
  readonly p99Minutes: number;
  readonly buildsPerLanded: number;
  readonly ciMinutesPerLanded: number;
  readonly wronglyEjected: number;
  readonly undecided: number;
}

export function rowOf(setting: string, outcomes: readonly Outcome[]): Row {
  const middle = (figure: (o: Outcome) => number): number =>
    outcomes.map(figure).sort((a, b) => a - b)[outcomes.length >> 1] ?? 0;
  return {
    setting,
    changes: middle((o) => o.changes),
    landedPerHour: middle((o) => (60 * o.landed) / Math.max(1, o.minutes)),
    p50Minutes: middle((o) => quantile(o.turnaround, 0.5)),
    p95Minutes: middle((o) => quantile(o.turnaround, 0.95)),
    p99Minutes: middle((o) => quantile(o.turnaround, 0.99)),
    buildsPerLanded: middle((o) => o.builds / Math.max(1, o.landed)),
    ciMinutesPerLanded: middle((o) => o.ciMinutes / Math.max(1, o.landed)),
    wronglyEjected: middle((o) => o.wronglyEjected),
    undecided: middle((o) => o.undecided),
  };
}

/** Columns for people: heading, figure, digits. */
export const columns: readonly (readonly [string, (row: Row) => number, number])[] = [
  ["landed/h", (r) => r.landedPerHour, 1],
  ["P50 min", (r) => r.p50Minutes, 0],
  ["P95 min", (r) => r.p95Minutes, 0],
  ["P99 min", (r) => r.p99Minutes, 0],
  ["builds/landed", (r) => r.buildsPerLanded, 2],
  ["CI min/landed", (r) => r.ciMinutesPerLanded, 0],
  ["wrongly ejected", (r) => r.wronglyEjected, 0],
  ["undecided", (r) => r.undecided, 0],
];

/** Shares of changes for which the plot shows the turnaround. */
const parts = Array.from({ length: 100 }, (_, i) => i / 100);

export interface Played {
  readonly row: Row;
  readonly outcomes: readonly Outcome[];
}

/** A page that needs nothing beside itself: the table, and how long which share of changes took. */
export function htmlReport(title: string, played: readonly Played[]): string {
  const require = createRequire(import.meta.url);
  const script = readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8");
  const style = readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8");
  const curves = played.map((p) => parts.map((part) => quantile(p.outcomes[0]?.turnaround ?? [], part)));
  const data = JSON.stringify([parts.map((p) => 100 * p), ...curves]);
  const names = JSON.stringify(played.map((p) => p.row.setting)).replaceAll("<", "\\u003c");
  const head = ["setting", ...columns.map(([name]) => name)].map((h) => `<th>${escape(h)}</th>`).join("");
  const rows = played
    .map(({ row }) => {
      const cells = columns.map(([, figure, digits]) => `<td>${figure(row).toFixed(digits)}</td>`).join("");
      return `<tr><th scope="row">${escape(row.setting)}</th>${cells}</tr>`;
    })
    .join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>
<style>${style}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem}
table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:right;border-bottom:1px solid #ccc}th:first-child{text-align:left}
</style></head><body>
<h1>${escape(title)}</h1>
<table><thead><tr>${head}</tr></thead><tbody>
${rows}
</tbody></table>
<h2>Minutes from entering the queue to the decision, by share of changes</h2>
<div id="plot"></div>
<script>${script}</script>
<script>
const names=${names}, colours=["#0b6","#c40","#06c","#a0a","#880","#088","#555"];
new uPlot({width:960,height:420,scales:{x:{time:false}},axes:[{label:"% of changes"},{label:"minutes"}],
series:[{label:"%"},...names.map((label,i)=>({label,stroke:colours[i%colours.length],width:2}))]},${data},document.getElementById("plot"));
</script></body></html>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

import { quantile } from "../../core/queue/simulation/run.js";
import { escaped, inScript, uplotFile } from "../page.js";
import type { Played } from "./play.js";
import { rowOf, tablesFor, type Row } from "./report.js";

/** Points of each curve. */
const points = 100;

/** A page that needs nothing beside itself: tables, how long which share of changes took, what landed when, what it cost. */
export function htmlReport(
  title: string,
  { played, assumed }: { played: readonly Played[]; assumed: readonly string[] },
) {
  const rows = played.map(rowOf);
  const plots = { names: rows.map((r) => r.setting), turnaround: turnaround(played), landed: landedByHour(played) };
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title>
<style>${uplotFile("uPlot.min.css")}${styles}</style></head><body>
<h1>${escaped(title)}</h1>
${assumed.map((sentence) => `<p class="quiet">${escaped(sentence)}</p>`).join("\n")}
${tables(rows)}
<h2>Minutes from entering the queue to the decision, by share of changes</h2><div id="turnaround"></div>
<h2>Landed by the hour</h2><div id="landed"></div>
<h2>CI minutes per landed change</h2>${bars(rows, (r) => r.ciMinutesPerLanded)}
<h2>Minutes in the queue, 95 in 100 under</h2>${bars(rows, (r) => r.p95Minutes)}
<script>${uplotFile("uPlot.iife.min.js")}</script>
<script>const data = ${inScript(plots)};
${plotScript}</script>
</body></html>
`;
}

function tables(rows: readonly Row[]): string {
  return tablesFor(rows)
    .map(({ title, columns }) => {
      const head = ["setting", ...columns.map(([name]) => name)].map((h) => `<th>${escaped(h)}</th>`).join("");
      const body = rows.map((row) => {
        const cells = columns.map(([, figure, digits]) => `<td>${figure(row).toFixed(digits)}</td>`).join("");
        return `<tr><th scope="row">${escaped(row.setting)}</th>${cells}</tr>`;
      });
      return `<h2>${title}</h2><table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table>`;
    })
    .join("\n");
}

/** For each share of the changes the minutes under which it stayed, in the first run of each setting. */
function turnaround(played: readonly Played[]): number[][] {
  const shares = Array.from({ length: points }, (_, i) => i / points);
  return [
    shares.map((share) => 100 * share),
    ...played.map(({ runs }) => shares.map((share) => quantile(runs[0]?.outcome.turnaround ?? [], share))),
  ];
}

/** How many had landed by each hour, in the first run of each setting. */
function landedByHour(played: readonly Played[]): number[][] {
  const times = played.map(({ runs }) => {
    const { landedIds = [], decidedAt } = runs[0]?.outcome ?? {};
    return landedIds.map((id) => decidedAt?.get(id) ?? 0).sort((a, b) => a - b);
  });
  const end = Math.max(1, ...times.map((t) => t.at(-1) ?? 0));
  const hours = Array.from({ length: points + 1 }, (_, i) => ((i / points) * end) / 60);
  return [hours, ...times.map((t) => hours.map((hour) => t.filter((at) => at <= hour * 60).length))];
}

function bars(rows: readonly Row[], figure: (row: Row) => number): string {
  const most = Math.max(1e-9, ...rows.map(figure));
  return rows
    .map((row) => {
      const share = ((100 * figure(row)) / most).toFixed(1);
      return `<div class="bar"><span>${escaped(row.setting)}</span><b style="width:${share}%"></b><i>${figure(row).toFixed(0)}</i></div>`;
    })
    .join("\n");
}

const styles = `
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1c2430}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #ccc}
th:first-child{text-align:left}.quiet{color:#667}
.bar{display:grid;grid-template-columns:18rem 1fr 5rem;gap:.6rem;align-items:center;margin:.15rem 0}
.bar b{background:#2563eb;height:1rem;display:block}.bar i{font-style:normal;text-align:right}`;

const plotScript = `
const colour = (i) => "hsl(" + Math.round((i * 137.5) % 360) + " 70% 40%)";
const plot = (id, values, x, y) => new uPlot({
  width: Math.min(1100, document.body.clientWidth), height: 360, scales: { x: { time: false } },
  axes: [{ label: x }, { label: y }],
  series: [{ label: x }, ...data.names.map((label, i) => ({ label, stroke: colour(i), width: 2 }))],
}, values, document.getElementById(id));
plot("turnaround", data.turnaround, "% of changes", "minutes");
plot("landed", data.landed, "hours", "changes landed");`;

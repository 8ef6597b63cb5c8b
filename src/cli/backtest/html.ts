import { escaped, inScript, uplotFile } from "../page.js";
import { paths } from "../../core/model/verdict.js";
import type { Replayed } from "./replay.js";
import type { Summary } from "./summary.js";
import { summaryText } from "./text.js";

/** One file that opens anywhere: figures, plots and the riskiest changes; nothing is loaded from elsewhere. */
export function reportHtml(summary: Summary, judged: readonly Replayed[]): string {
  const plots = {
    catch: catchCurves(judged),
    hours: hourCurves(judged),
    calibration: summary.calibration?.bins ?? [],
    quarters: summary.quarters,
  };
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Backtest of ${escaped(summary.repository)}</title>
<style>${uplotFile("uPlot.min.css")}</style>
<style>${styles}</style></head><body>
<h1>Backtest of ${escaped(summary.repository)}</h1>
<p>Each change was scored with what was known when it landed; outcomes were revealed when they happened.</p>
<h2>Caught by reading the riskiest first</h2><div id="catch"></div>
<h2>Caught per hour of reading</h2><div id="hours"></div>
<h2>Does 4 % mean 4 %?</h2><div id="calibration"></div>
<h2>Learning and drift, by quarter</h2><div id="quarters"></div>
${packsSection(summary)}
<h2>Figures</h2><pre>${escaped(summaryText(summary))}</pre>
<h2>What came to harm, and what risk had said</h2>${harmedTable(judged)}
<script>${uplotFile("uPlot.iife.min.js")}</script>
<script>const data = ${inScript(plots)};
${plotScript}</script>
</body></html>
`;
}

/** Share of bad changes met after reading each hundredth of the changes, by risk and by size. */
function catchCurves(judged: readonly Replayed[]): { read: number[]; risk: number[]; size: number[] } {
  const steps = Array.from({ length: 101 }, (_, i) => i / 100);
  const curve = (of: (r: Replayed) => number) => {
    const sorted = [...judged].sort((a, b) => of(b) - of(a));
    const met = [0];
    for (const r of sorted) met.push((met.at(-1) ?? 0) + Number(r.bad));
    const all = Math.max(1, met.at(-1) ?? 1);
    return steps.map((step) => (met[Math.round(step * sorted.length)] ?? 0) / all);
  };
  return { read: steps, risk: curve((r) => r.score), size: curve((r) => r.size) };
}

/** The same over the hours that reading so far would have taken: what is long costs more than what is short. */
function hourCurves(judged: readonly Replayed[]): { hours: number[]; risk: number[]; size: number[] } {
  const all = judged.reduce((sum, r) => sum + r.minutes, 0) / 60;
  const bad = Math.max(1, judged.filter((r) => r.bad).length);
  const steps = Array.from({ length: 101 }, (_, i) => (i / 100) * all);
  const curve = (of: (r: Replayed) => number) => {
    const sorted = [...judged].sort((a, b) => of(b) - of(a));
    let [next, met, hours] = [0, 0, 0];
    return steps.map((step) => {
      for (let r = sorted[next]; r && hours + r.minutes / 60 <= step + 1e-6; r = sorted[++next]) {
        hours += r.minutes / 60;
        met += Number(r.bad);
      }
      return met / bad;
    });
  };
  return { hours: steps, risk: curve((r) => r.score), size: curve((r) => r.size) };
}

function packsSection({ packs }: Summary): string {
  if (packs.length === 0) return "";
  const cell = ({ changes, harmed }: { changes: number; harmed: number }) => `<td>${changes} (${harmed})</td>`;
  const rows = packs.map(
    ({ pack, paths: counts }) =>
      `<tr><td>${escaped(pack)}</td>${paths.map((path) => cell(counts[path])).join("")}</tr>`,
  );
  const heads = ["pack", ...paths].map((head) => `<th>${head}</th>`).join("");
  return `<h2>What each shipped pack would have done</h2>
<p>Changes by the path that they would have been on before any approval, and how many of them were later taken out.</p>
<table><thead><tr>${heads}</tr></thead><tbody>${rows.join("\n")}</tbody></table>`;
}

const harmedRowsMax = 200;

function harmedTable(judged: readonly Replayed[]): string {
  const byScore = [...judged].sort((a, b) => b.score - a.score);
  const rank = new Map(byScore.map((r, i) => [r, (i + 1) / byScore.length]));
  const harmed = judged.filter((r) => r.bad).slice(-harmedRowsMax);
  const rows = harmed.map((r) => {
    const top = Math.ceil((rank.get(r) ?? 1) * 100);
    return `<tr><td>${new Date(r.at).toISOString().slice(0, 10)}</td><td><code>${escaped(r.change.id.slice(0, 10))}</code></td>
<td>${escaped(r.change.title)}</td><td>${(r.score * 100).toFixed(1)} %</td><td>top ${top} %</td><td>${r.risk.why.map(escaped).join("<br>")}</td></tr>`;
  });
  return `<p>The latest ${rows.length}.</p><table><thead><tr><th>landed</th><th>commit</th><th>title</th><th>risk</th><th>rank</th><th>why</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
}

const styles = `
body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2rem auto;padding:0 1rem;color:#1c2430}
pre{overflow-x:auto;background:#f5f6f8;padding:1rem;font-size:12px;line-height:1.3}
table{border-collapse:collapse;font-size:13px}td,th{border-bottom:1px solid #ddd;padding:.3rem .5rem;text-align:left;vertical-align:top}
td:nth-child(1),td:nth-child(4),td:nth-child(5){white-space:nowrap}`;

const plotScript = `
const percent = (u, values) => values.map((v) => v == null ? "" : Math.round(v * 1000) / 10 + " %");
const plot = (id, series, values, x) => new uPlot({
  width: Math.min(900, document.body.clientWidth), height: 320, scales: { x: { time: false } },
  axes: [{ label: x, values: x.includes("quarter") || x.includes("hours") ? undefined : percent }, { values: percent }],
  series: [{ label: x }, ...series],
}, values, document.getElementById(id));
const c = data.catch;
plot("catch", [{ label: "by risk", stroke: "#c2410c", width: 2 }, { label: "by size only", stroke: "#2563eb" }, { label: "by chance", stroke: "#999", dash: [4, 4] }],
  [c.read, c.risk, c.size, c.read], "share of changes read");
const h = data.hours;
plot("hours", [{ label: "by risk", stroke: "#c2410c", width: 2 }, { label: "by size only", stroke: "#2563eb" }],
  [h.hours, h.risk, h.size], "hours of reading");
const bins = data.calibration;
plot("calibration", [{ label: "happened", stroke: "#c2410c", width: 2, points: { size: 8 } }, { label: "as said", stroke: "#999", dash: [4, 4] }],
  [bins.map((b) => b.predicted), bins.map((b) => b.happened), bins.map((b) => b.predicted)], "risk said");
const q = data.quarters;
plot("quarters", [{ label: "base rate", stroke: "#c2410c", width: 2 }, { label: "risk said, mean", stroke: "#2563eb" }],
  [q.map((_, i) => i + 1), q.map((x) => x.baseRate), q.map((x) => x.meanScore)], "quarter");`;

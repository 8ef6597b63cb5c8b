import type { Brief } from "./brief.js";
import { nameOf } from "../accounts/evidence.js";
import type { Lever } from "../fit/model.js";
import type { Constraint } from "../../model/station.js";
import type { Table } from "./brief-words.js";
import { drumTitle, inventoryTable, judgmentLines, knowledgeLines, rulesTitle, stayTable } from "./brief-words.js";
import { dayNamer, momentNamer } from "./brief-lines.js";
import { drumLines } from "../accounts/drum-account.js";
import { removalLines } from "../accounts/rule-account.js";

/**
 * The weekly brief as one page that needs nothing else: no script, no font, no request.
 *
 * @param back where a reader came from, as a link; left out: the page is a file
 */
export function briefHtml(brief: Brief, back?: { readonly href: string; readonly words: string }): string {
  const { steps } = brief;
  const dayName = dayNamer(brief.origin ?? null);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Drumline: week to ${dayName(brief.day)}</title><style>${style}</style></head><body>
${back ? `<p class="quiet"><a href="${escape(back.href)}">${escape(back.words)}</a></p>` : ""}
<h1>${escape(steps.identify)}</h1>
<p class="quiet">The week to the end of ${dayName(brief.day)}, and how things stood then.</p>
<p class="quiet">Confidence ${(100 * brief.confidence).toFixed(0)} %. It would change its mind on: ${escape(brief.evidence.changesItsMind)}</p>
<p class="next"><b>Do this:</b> ${escape(steps.next)}</p>
${list("What it cost this week", brief.cost)}${list("Since the week before", brief.changed)}
<h2>What a fifth more would add, % of value delivered</h2>
${bars(Object.entries(brief.evidence.gainsPercent).map(([lever, value]) => ({ label: nameOf(lever as Lever), value, text: `${value.toFixed(1)} %` })))}
<h2>What one more would add, goal units a week</h2>
${bars(brief.elevations.slice(0, 6).map((e) => ({ label: e.addition, value: e.perWeek.median, text: `${e.perWeek.median.toFixed(1)} (${e.perWeek.low.toFixed(1)} to ${e.perWeek.high.toFixed(1)})` })))}
<h2>The constraint, day by day</h2>
<p class="days">${stretches(brief.history)
    .map(({ from, to, constraint }) => {
      const days = from === to ? dayName(from) : `${dayName(from)} to ${dayName(to)}`;
      return `<span><b>${escape(constraint)}</b> ${days}</span>`;
    })
    .join(" ")}</p>
<p>${escape(steps.repeat)}</p>
<h2>Where the time goes, hours a stay</h2>
${table(stayTable(brief))}
<h2>Inventory at its end</h2>
${table(inventoryTable(brief))}
<h2>Figures</h2>
<div class="long">${table([
    ["figure", "this week", "before", "gamed by", "watch beside it"],
    ...brief.metrics.map((m) => [
      m.name,
      `${m.value.toFixed(1)} ${m.unit}`,
      m.before === null ? "" : m.before.toFixed(1),
      m.gaming,
      m.counter,
    ]),
  ])}</div>
${list("Exploit it", steps.exploit)}${list("Subordinate the rest", steps.subordinate)}${list("Elevate it", steps.elevate)}
${list("Judgment", judgmentLines(brief))}
${list("Known to one person only", knowledgeLines(brief))}
${list(drumTitle, brief.drum ? drumLines(brief.drum, momentNamer(brief.origin ?? null)) : [])}
${list(rulesTitle, removalLines(brief.rules))}
</body></html>
`;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly constraint: Constraint;
}

/** Days on end with one constraint. */
function stretches(history: Brief["history"]): Stretch[] {
  const found: Stretch[] = [];
  for (const { day, constraint } of history) {
    const last = found.at(-1);
    if (last?.constraint === constraint) found[found.length - 1] = { ...last, to: day };
    else found.push({ from: day, to: day, constraint });
  }
  return found;
}

interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

function bars(rows: readonly Bar[]): string {
  const most = Math.max(1e-9, ...rows.map((r) => r.value));
  const drawn = rows.map((r) => {
    const width = (100 * Math.max(0, r.value)) / most;
    return `<tr><th>${escape(r.label)}</th><td><i style="width:${width.toFixed(1)}%"></i></td><td>${escape(r.text)}</td></tr>`;
  });
  return rows.length === 0 ? "<p>Nothing.</p>" : `<table class="bars">${drawn.join("")}</table>`;
}

function table([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="wide"><table>${line(head, "th")}${rows.map((row) => line(row, "td")).join("")}</table></div>`;
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `<h2>${escape(title)}</h2><ul>${lines.map((line) => `<li>${escape(line)}</li>`).join("")}</ul>`;
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (c) => entities[c] ?? c);
}

const style =
  ":root{color-scheme:light dark;--ink:#1c1c1c;--quiet:#595959;--paper:#fff;--soft:#fff6d6;--line:#ccc;--bar:#3b6ea8}" +
  "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9198a1;--paper:#0d1117;--soft:#2d2a14;--line:#3d444d;--bar:#4493f8}}" +
  "body{font:15px/1.45 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:var(--paper)}" +
  "a{color:var(--bar)}.wide{overflow-x:auto}" +
  "h1{font-size:1.35rem}h2{font-size:1rem;margin:1.4rem 0 .3rem}.quiet{color:var(--quiet)}.next{background:var(--soft);padding:.6rem}" +
  "table{border-collapse:collapse}td,th{text-align:left;padding:.15rem .9rem .15rem 0;vertical-align:top;font-weight:400}" +
  ".wide th{color:var(--quiet)}.bars td:nth-child(2){width:20rem}.bars i{display:block;height:.8rem;background:var(--bar)}" +
  ".days span{display:inline-block;border:1px solid var(--line);padding:0 .3rem;margin:.1rem 0}" +
  "@media(max-width:45rem){td,th{padding-right:.5rem}.long td{min-width:7rem}.bars td:nth-child(2){width:7rem}}";

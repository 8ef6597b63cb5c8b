import { html } from "hono/html";
import type { Html } from "./layout.js";

/** Plots drawn on the server: pages run no script. Every figure that a plot shows is in its text, too. */

export interface BarRow {
  readonly label: string;
  /** What the row says at its end, with its unit. */
  readonly text: string;
  readonly parts: readonly { readonly value: number; readonly fill: string; readonly means: string }[];
}

const width = 760;
const rowHeight = 28;
const textWidth = 230;
/** Room for a letter of the plots' 13 px, on the safe side, and for the gap behind a label. */
const letterWidth = 7.2;
const gap = 10;
const labelWidthMin = 110;

/** Horizontal bars, stacked; the longest row fills the room. */
export function bars(rows: readonly BarRow[], { title }: { title: string }): Html {
  const sum = (row: BarRow) => row.parts.reduce((total, part) => total + Math.max(0, part.value), 0);
  const longest = Math.max(1e-9, ...rows.map(sum));
  const labelWidth = Math.max(labelWidthMin, gap + letterWidth * Math.max(...rows.map((r) => r.label.length)));
  // An image's texts are not read aloud: its name says them.
  const told = rows.map((r) => `${r.label} ${r.text}`).join("; ");
  const scale = (width - labelWidth - textWidth) / longest;
  return html`<div class="plots">
    <svg class="plot" viewBox="0 0 ${width} ${rows.length * rowHeight}" role="img" aria-label="${title}: ${told}">
      ${rows.map((row, i) => {
        const y = i * rowHeight;
        let x = labelWidth;
        return html`<text x="${(labelWidth - gap).toFixed(1)}" y="${y + 18}" text-anchor="end">${row.label}</text>
          ${row.parts.map((part) => {
            const w = Math.max(0, part.value) * scale;
            const from = x;
            x += w;
            return html`<rect
              x="${from.toFixed(1)}"
              y="${y + 5}"
              width="${w.toFixed(1)}"
              height="18"
              style="fill:var(${part.fill})"
            >
              <title>${part.means}</title>
            </rect>`;
          })}
          <text class="figure" x="${(x + 8).toFixed(1)}" y="${y + 18}">${row.text}</text>`;
      })}
    </svg>
  </div>`;
}

export function legend(entries: readonly { readonly fill: string; readonly means: string }[]): Html {
  return html`<p class="legend">
    ${entries.map((e) => html`<span><i style="background:var(${e.fill})"></i>${e.means}</span>`)}
  </p>`;
}

/** One cell a day, with the word in it as soon as it changes. */
export function dayStrip(days: readonly { readonly label: string; readonly word: string }[]): Html {
  return html`<div class="strip">
    ${days.map(
      (day, i) =>
        html`<span
          class="s-${day.word}${days[i - 1]?.word === day.word ? " same" : ""}"
          title="${day.label}: ${day.word}"
          ><b>${day.word}</b><small>${day.label}</small></span
        >`,
    )}
  </div>`;
}

import { html } from "hono/html";
import { driftThresholds, type DriftWindow } from "../core/risk/drift.js";
import type { RiskWatch } from "../engine/ports.js";
import { list, page, queueHref, type Html } from "./layout.js";

type Queue = { readonly repo: string; readonly base: string };

export function riskHref(queue: Queue): string {
  return queueHref(queue).replace(/^\/queues\//, "/risk/");
}

/** How far risk can be believed here: what it said beside what happened, and what audits say of what moved by itself. */
export function riskPage(queue: Queue, { drift, audits }: RiskWatch): Html {
  const { recentDays, beforeDays, ratio, aucLoss } = driftThresholds;
  return page(
    { title: "Risk" },
    html`<p class="crumb">
        <a href="${queueHref(queue)}">${queue.repo} <span class="dim">${queue.base}</span></a>
      </p>
      <h1>${headlines[drift.state]}</h1>
      ${drift.why.length > 0 ? html`<div class="stop">${list(drift.why, "")}</div>` : ""}
      <table>
        <tr>
          <th>Landed</th>
          <th>Changes by people</th>
          <th>Came to harm</th>
          <th>Risk had said</th>
          <th>AUC</th>
        </tr>
        ${row(`the last ${recentDays} matured days`, drift.recent)}
        ${row(`the ${beforeDays} days before`, drift.before)}
      </table>
      <p class="dim">
        Drift is called when harm leaves what was said by a factor of ${ratio}, further than chance goes, or when the
        AUC falls by more than ${aucLoss}. A change is judged 14 days after it landed.
      </p>
      <h2>What moved by itself</h2>
      <div class="tiles">
        ${tile(String(audits.landed), "landed by themselves, and are 14 days old")}
        ${tile(String(audits.harmed), "of those were taken out again")}
        ${tile(`${audits.answered} of ${audits.drawn}`, "audits answered")}
        ${tile(String(audits.found), "of those found harm")}
      </div>
      <p>
        ${
          audits.rate
            ? html`By the audits <strong class="num">${percent(audits.rate.rate)}</strong> of what moves by itself is
                harm (95 %: ${percent(audits.rate.low)} to ${percent(audits.rate.high)}).`
            : "No audit has been answered yet, so reverts are all that is known of what moves by itself."
        }
        <span class="dim">Audits are drawn by chance, whatever risk says, so no choice of ours biases them.</span>
      </p>`,
  );
}

const headlines = {
  steady: "Risk means here what it says",
  drifted: "Risk has drifted from what happens here",
  "too-few": "Too few changes have matured to say how far risk can be believed",
} as const;

function row(when: string, { changes, harmed, expected, auc }: DriftWindow): Html {
  return html`<tr>
    <td>${when}</td>
    <td class="num">${changes}</td>
    <td class="num">${harmed}</td>
    <td class="num">${expected.toFixed(1)}</td>
    <td class="num">${auc === null ? `needs ${driftThresholds.harmedMin} harmed` : auc.toFixed(2)}</td>
  </tr>`;
}

function tile(figure: string, what: string): Html {
  return html`<div class="tile"><b class="num">${figure}</b>${what}</div>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

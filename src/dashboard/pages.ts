import { html } from "hono/html";
import { percent, words } from "../core/explain/words.js";
import type { VerdictNode } from "../core/model/verdict.js";
import type { DecisionRow, ProposalView, QueueView, UnitRow, UnitView } from "./views.js";
import { constraintHref } from "./constraint-page.js";
import { reviewsHref } from "./review-page.js";
import { riskHref } from "./risk-page.js";
import { codeHtml, moment, page, queueHref, reasonHtml, tag, type Html } from "./layout.js";

const watchSeconds = 5;

export function overviewPage(queues: readonly QueueView[], now: number): Html {
  if (queues.length === 0) {
    return page(
      { title: "Queues", fresh: watchSeconds },
      html`<h1>No queue yet</h1>
        <p>
          Install the app on a repository and open a pull request against its default branch; its queue shows here.
        </p>`,
    );
  }
  return page(
    { title: "Queues", fresh: watchSeconds },
    html`<h1>Queues</h1>
      <table>
        <tr>
          <th>Queue</th>
          <th>In the queue</th>
          <th>Waits for people</th>
          <th>Landed</th>
          <th class="wide">Last decision</th>
        </tr>
        ${queues.map(
          (q) =>
            html`<tr>
              <td>
                <a href="${queueHref(q)}">${q.repo}</a>
                <span class="dim">${q.base}</span> ${q.stopped ? tag("failed") : ""}
              </td>
              <td class="num">${q.units.filter((u) => u.place === "queued").length}</td>
              <td class="num">${q.units.filter((u) => u.place === "proposed").length}</td>
              <td class="num">${q.landedCount}</td>
              <td class="wide">${moment(q.decidedAt, now)}</td>
            </tr>`,
        )}
      </table>`,
  );
}

export function queuePage(
  view: QueueView,
  { decisions, now }: { decisions: readonly DecisionRow[]; now: number },
): Html {
  const queued = view.units.filter((u) => u.place === "queued");
  const proposed = view.units.filter((u) => u.place === "proposed" || u.place === "ejected");
  const gated = proposed.filter(isGated);
  const waiting = proposed.filter((u) => !isGated(u));
  return page(
    { title: `${view.repo} · ${view.base}`, fresh: watchSeconds },
    html`<h1>${view.repo} <span class="dim">${view.base}</span></h1>
      <p>
        <a href="${constraintHref(view)}">The constraint of this line</a> ·
        <a href="${reviewsHref(view)}">What waits for judgment</a> ·
        <a href="${riskHref(view)}">How far risk can be believed</a>
      </p>
      ${view.stopped ? html`<div class="stop"><strong>The line is stopped.</strong> ${view.stopped.why} A maintainer resumes it with <code>@drumline resume</code>.</div>` : ""}
      ${view.paused ? html`<div class="stop"><strong>Paused by ${view.paused.by}.</strong> ${view.paused.why}</div>` : ""}
      ${view.baseRed ? html`<div class="stop"><strong>The base itself fails</strong> at <code>${view.baseRed.sha.slice(0, 12)}</code>, without any change on it. Nobody is ejected; only what mends it lands.</div>` : ""}
      <div class="tiles">
        ${tile(queued.length, "in the queue")}
        ${tile(view.groups.filter((g) => g.phase === "testing" || g.phase === "building").length, "groups being tested")}
        ${tile(waiting.length, "wait for people")} ${tile(view.landedCount, "landed")}
        ${view.forecasts.told === 0 ? "" : tile(`${view.forecasts.held} of ${view.forecasts.told}`, "landed in the time forecast (4 of 5 should)")}
      </div>
      <h2>Being tested</h2>
      ${groups(view)}
      <h2>In the queue</h2>
      ${units(queued, { view, none: "Nothing is in the queue.", now })}
      <h2>Waiting for people</h2>
      ${units(waiting, { view, none: "Nothing waits for anybody.", now })}
      ${
        gated.length === 0
          ? ""
          : html`<h2>At the gate</h2>
              <p class="dim">Machines' new work, let through as the constraint has room for it.</p>
              ${units(gated, { view, none: "", now })}`
      }
      <h2>Landed lately</h2>
      ${
        view.landed.length === 0
          ? html`<p class="empty">Nothing has landed yet.</p>`
          : html`<table>
              ${view.landed.map(
                (l) =>
                  html`<tr>
                    <td><a href="/units/${view.repo}/${l.number}">#${l.number}</a></td>
                    <td><code>${l.sha.slice(0, 12)}</code></td>
                    <td class="dim">group ${l.group}</td>
                    <td>${moment(l.at, now)}</td>
                  </tr>`,
              )}
            </table>`
      }
      <h2>Last decisions</h2>
      <table>
        <tr>
          <th>Decision</th>
          <th>When</th>
          <th>Units</th>
          <th>Asked for</th>
          <th class="wide">Policy</th>
        </tr>
        ${decisions.map(
          (d) =>
            html`<tr>
              <td><a href="/api/v1/decisions/${d.id}">${d.id}</a></td>
              <td>${moment(d.at, now)}</td>
              <td class="num">${d.units}</td>
              <td>
                ${
                  Object.entries(d.effects)
                    .map(([kind, n]) => (n === 1 ? kind : `${kind} × ${n}`))
                    .join(", ") || "nothing"
                }
              </td>
              <td class="wide"><code>${d.policyDigest.slice(0, 12)}</code></td>
            </tr>`,
        )}
      </table>`,
  );
}

/** Held, and not only said to be. */
function isGated(unit: UnitRow): boolean {
  return unit.reasons[0]?.code === "gated";
}

function tile(n: number | string, what: string): Html {
  return html`<div class="tile"><b class="num">${n}</b>${what}</div>`;
}

function groups(view: QueueView): Html {
  const shown = view.groups.filter((g) => g.phase !== "failed");
  if (shown.length === 0) return html`<p class="empty">No group is being tested.</p>`;
  return html`<div class="lanes">
    ${shown.map(
      (g) =>
        html`<div class="group">
          <strong>${g.id}</strong> ${tag(g.phase)}
          ${g.members.map((n) => html`<a href="/units/${view.repo}/${n}">#${n}</a>`)}
          ${g.attempt > 1 ? html`<span class="dim">attempt ${g.attempt}</span>` : ""}
          <span class="dim"><code>${g.branch}</code></span>
        </div>`,
    )}
  </div>`;
}

function units(rows: readonly UnitRow[], { view, none, now }: { view: QueueView; none: string; now: number }): Html {
  if (rows.length === 0) return html`<p class="empty">${none}</p>`;
  return html`<table class="stack">
    <tr>
      <th>Change</th>
      <th>Door</th>
      <th class="wide">Risk</th>
      <th>Why it is where it is</th>
      <th>Next</th>
    </tr>
    ${rows.map(
      (u) =>
        html`<tr>
          <td>
            <a href="/units/${view.repo}/${u.number}">#${u.number}</a> ${u.title}<br /><span class="dim"
              >${u.author}</span
            >
          </td>
          <td>${tag(u.reversibility)}</td>
          <td class="wide">${tag(u.risk.level)}</td>
          <td>${u.reasons[0] ? reasonHtml(u.reasons[0].words) : ""}</td>
          <td>${u.next.join(", ")}${landsIn(u, now)}</td>
        </tr>`,
    )}
  </table>`;
}

/** When it is likely to land, as a range: four of five do. */
function landsIn({ expected }: Pick<UnitRow, "expected">, now: number): Html {
  if (!expected) return html``;
  const minutes = (at: number) => Math.max(0, (at - now) / 60_000);
  const [from, to] = [minutes(expected.from), minutes(expected.to)];
  if (to === 0) return html`<br /><span class="dim">takes longer than was forecast</span>`;
  const hours = to > 120 ? `in ${Math.floor(from / 60)} to ${Math.ceil(to / 60)} h` : null;
  const range = to < 1 ? "within a minute" : (hours ?? `in ${Math.floor(from)} to ${Math.ceil(to)} min`);
  return html`<br /><span class="dim num" title="four of five land in this time">lands ${range}</span>`;
}

export function unitPage(view: UnitView, { repo, now }: { repo: string; now: number }): Html {
  return page(
    { title: `${repo}#${view.number}` },
    html`<h1>#${view.number} ${view.title}</h1>
      <p>
        ${tag(view.reversibility)} ${tag(view.risk.level)}
        <span class="dim">risk ${percent(view.risk.score)}</span> ${tag(view.place)} ${tag(view.path)}
        <span class="dim"
          >by ${view.author}, head <code>${view.headSha.slice(0, 12)}</code>, decided ${moment(view.decidedAt, now)} (<a
            href="/api/v1/decisions/${view.decision}"
            >decision ${view.decision}</a
          >)</span
        >
      </p>
      <h2>Where it stands, and why</h2>
      <ul>
        ${view.reasons.map((r) => html`<li>${reasonHtml(r.words)}</li>`)}
      </ul>
      <p><strong>Next:</strong> ${view.next.join(", ") || "nobody"}${landsIn(view, now)}</p>
      ${view.autonomy === null ? "" : html`<p><strong>Autonomy:</strong> ${view.autonomy}</p>`}
      ${
        view.asks.length === 0
          ? ""
          : html`<h2>Asked</h2>
              <ul>
                ${view.asks.map((a) => html`<li>${a.of.join(", ")}: ${codeHtml(a.question)}</li>`)}
              </ul>`
      }
      ${
        view.findings.length === 0
          ? ""
          : html`<h2>What was found</h2>
              <table>
                <tr>
                  <th>Where</th>
                  <th>Door</th>
                  <th>What and why</th>
                  <th class="wide">To make it two-way</th>
                </tr>
                ${view.findings.map(
                  (f) =>
                    html`<tr>
                      <td><code>${f.path}${f.line === undefined ? "" : `:${f.line}`}</code></td>
                      <td>${tag(f.reversibility)}</td>
                      <td>${codeHtml(f.why)}<br /><span class="dim">${f.detector} · ${f.source}</span></td>
                      <td class="wide">${codeHtml(f.remedy)}</td>
                    </tr>`,
                )}
              </table>`
      }
      ${view.proposal ? proposed(view.proposal, repo) : ""}
      <h2>The verdict</h2>
      ${tree(view.verdict.tree)}
      <h2>History</h2>
      <table>
        ${view.history.map(
          (h) =>
            html`<tr>
              <td>${moment(h.at, now)}</td>
              <td>${h.kind}</td>
              <td class="dim"><code>${JSON.stringify(h.body).slice(0, 200)}</code></td>
            </tr>`,
        )}
      </table>`,
  );
}

/** The policy that it would bring about, tried on what was recorded: which changes, the outcome then and with it. */
function proposed({ says, different, more }: ProposalView, repo: string): Html {
  return html`<h2>The policy that it proposes</h2>
    <ul>
      ${says.map((sentence) => html`<li>${reasonHtml(sentence)}</li>`)}
    </ul>
    ${
      different.length === 0
        ? ""
        : html`<table>
            <tr>
              <th>Change</th>
              <th>Now</th>
              <th>Proposed</th>
            </tr>
            ${different.map(
              (d) =>
                html`<tr>
                  <td><a href="/units/${repo}/${d.number}">#${d.number}</a> ${d.title}</td>
                  <td>${d.was}</td>
                  <td>${d.is}</td>
                </tr>`,
            )}
          </table>`
    }
    ${more > 0 ? html`<p class="dim">and ${more} more</p>` : ""}`;
}

function tree(node: VerdictNode): Html {
  return html`<div class="n-${node.truth}">
    ${tag(node.truth)} ${node.name} ${node.reasons.map((r) => html`<div class="dim">${reasonHtml(words(r))}</div>`)}
    ${
      node.children.length === 0
        ? ""
        : html`<ul class="tree">
            ${node.children.map((child) => html`<li>${tree(child)}</li>`)}
          </ul>`
    }
  </div>`;
}

export function notFoundPage(what: string): Html {
  return page(
    { title: "Not found" },
    html`<h1>Not found</h1>
      <p>${what}</p>
      <p><a href="/">All queues</a></p>`,
  );
}

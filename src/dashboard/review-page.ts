import { utcTime } from "../core/policy/calendar.js";
import { html } from "hono/html";
import { fewestOf } from "../core/line/review-list.js";
import { constraintHref } from "./constraint-page.js";
import { moment, page, queueHref, tag, type Html } from "./layout.js";
import type { ReviewView } from "./review-view.js";

const watchSeconds = 30;
const shown = 100;

/** What waits for judgment, in the order that frees most. */
export function reviewPage(view: ReviewView, now: number): Html {
  const { items, atTheGate, withAuthors, minutesAre } = view;
  const minutes = items.reduce((sum, i) => sum + i.minutes, 0);
  return page(
    { title: "Waiting for judgment", fresh: watchSeconds },
    html`<p class="crumb">
        <a href="${queueHref(view)}">${view.repo} <span class="dim">${view.base}</span></a> ·
        <a href="${constraintHref(view)}">its constraint</a>
      </p>
      <h1>
        ${items.length === 0 ? "Nothing waits for anybody's judgment" : `${changes(items.length)} ${items.length === 1 ? "waits" : "wait"} for judgment`}
      </h1>
      <p>
        ${
          items.length === 0
            ? ""
            : html`In the order that frees most: people's urgent work first, then what is worth most for each minute
              that it takes, raised slowly by age. ${hours(minutes)} of judgment in
              all${minutesAre === "measured" ? "" : " (believed: none was measured yet)"}.`
        }
        ${atTheGate === 0 ? "" : `${changes(atTheGate)} of machines wait at the gate and are not asked about yet.`}
        ${withAuthors === 0 ? "" : `${changes(withAuthors)} are back with their authors.`}
      </p>
      ${items.length === 0 ? "" : list(view, now)} ${batches(view)} ${desks(view)}
      <h2>Judgment not needed</h2>
      <p>${savedWords(view)}</p>
      <p class="dim"><a href="/api/v1${reviewsHref(view)}">The same as JSON</a>.</p>`,
  );
}

function list({ items, repo }: ReviewView, now: number): Html {
  return html`<table class="stack">
    <tr>
      <th>Change</th>
      <th>Kind</th>
      <th>The question</th>
      <th>Suggested</th>
      <th>Takes</th>
      <th>Value an hour</th>
      <th>Waits</th>
    </tr>
    ${items.slice(0, shown).map(
      (i) =>
        html`<tr>
          <td><a href="/units/${repo}/${i.number}">#${i.number}</a> ${i.title} <span class="dim">${i.author}</span></td>
          <td>${tag(i.reversibility)} ${tag(i.risk)}</td>
          <td>${i.question}</td>
          <td data-label="suggested">
            ${i.suggested.join(", ") || "anybody who may"}
            ${i.others.length === 0 ? "" : html`<span class="dim">or ${i.others.slice(0, 3).join(", ")}</span>`}
          </td>
          <td class="num" data-label="takes">${Math.round(i.minutes)} min</td>
          <td class="num" data-label="value an hour">${i.valuePerHour.toFixed(1)}</td>
          <td data-label="waits since">${moment(i.waitsSince, now)}</td>
        </tr>`,
    )}
  </table>`;
}

/** What one sitting can answer: of one class, asked of the same people, with all evidence there. */
function batches({ batches: rows, unprepared, repo }: ReviewView): Html {
  const numbers = (of: readonly number[]) =>
    of.map((n, i) => html`${i > 0 ? ", " : ""}<a href="/units/${repo}/${n}">#${n}</a>`);
  const first = unprepared.slice(0, shown);
  return html`${
    rows.length === 0
      ? ""
      : html`<h2>To answer in one sitting</h2>
          <p class="dim">
            Changes of one class that wait for the same judgment and for nothing else: their evidence is complete.
          </p>
          <table class="stack">
            <tr>
              <th>Changes</th>
              <th>Class</th>
              <th>Who could answer</th>
              <th>Takes</th>
              <th>Can land from</th>
            </tr>
            ${rows.map(
              (b) =>
                html`<tr>
                  <td>${numbers(b.numbers)}</td>
                  <td>${tag(b.reversibility)}</td>
                  <td data-label="who">${b.of.slice(0, 3).join(", ") || "anybody who may"}</td>
                  <td class="num" data-label="takes">${hours(b.minutes)}</td>
                  <td data-label="can land from">${b.opens === null ? "now on" : utcTime(b.opens)}</td>
                </tr>`,
            )}
          </table>`
  }
  ${
    unprepared.length === 0
      ? ""
      : html`<p>
          Not ready to be judged, because evidence is missing or an answer is open: ${numbers(first)}. Whoever prepares
          ${unprepared.length === 1 ? "it" : "them"} now saves the judges a second look.
        </p>`
  }`;
}

function desks({ desks: rows, fewest, items }: ReviewView): Html {
  if (rows.length === 0) return html``;
  const of = items.length > fewestOf ? `the first ${fewestOf}` : "all of it";
  return html`<h2>Who is asked</h2>
    <p>
      ${fewest.length === 1 ? `${fewest[0] ?? ""} alone could answer ${of}.` : `${fewest.join(" and ")} together could answer ${of}; no smaller group could.`}
      The suggestions spread it instead: each goes to whoever may judge it and has least on their desk. By name, and no
      measure of anybody.
    </p>
    <table>
      <tr>
        <th>Person</th>
        <th>Suggested</th>
        <th>Takes</th>
      </tr>
      ${rows.map(
        (d) =>
          html`<tr>
            <td>${d.who}</td>
            <td class="num">${changes(d.changes)}</td>
            <td class="num">${hours(d.minutes)}</td>
          </tr>`,
      )}
    </table>`;
}

export function savedWords({ saved }: Pick<ReviewView, "saved">): string {
  const { changes: count, days, minutes, minutesEach } = saved;
  if (count === 0) return `No change moved by itself in the last ${days} days, so no judgment was saved.`;
  return `${changes(count)} moved by ${count === 1 ? "itself" : "themselves"} in the last ${days} days, by policy and on evidence: about ${hours(minutes)} of judgment that nobody had to give, at ${Math.round(minutesEach)} minutes each. It could be gamed by splitting such changes; watch what was reverted of them.`;
}

export function reviewsHref(q: { readonly repo: string; readonly base: string }): string {
  return queueHref(q).replace("/queues/", "/reviews/");
}

const changes = (n: number): string => `${n} change${n === 1 ? "" : "s"}`;
const hours = (minutes: number): string =>
  minutes < 90 ? `${Math.round(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;

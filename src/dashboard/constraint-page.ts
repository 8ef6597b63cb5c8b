import { html } from "hono/html";
import { nameOf } from "../core/constraint/accounts/evidence.js";
import type { Brief } from "../core/constraint/brief/brief.js";
import { drumTitle, rulesTitle } from "../core/constraint/brief/brief-words.js";
import { drumLines } from "../core/constraint/accounts/drum-account.js";
import { removalLines } from "../core/constraint/accounts/rule-account.js";
import { dayMinutes } from "../core/constraint/flow/event.js";
import type { Lever } from "../core/constraint/fit/model.js";
import { windowsNeeded } from "../core/memory/absorption.js";
import type { Constraint } from "../core/model/station.js";
import type { ConstraintView } from "./constraint-view.js";
import { list, page, tag, queueHref, type Html } from "./layout.js";
import { classesOf, count, reading } from "./past-words.js";
import { bars, dayStrip, legend } from "./plots.js";

const watchSeconds = 60;
const workingSeconds = 5;

/** The constraint of one queue's delivery chain: named with its evidence, what it costs, and the one thing to do. */
export function constraintPage(view: ConstraintView): Html {
  const { brief, history } = view;
  return page(
    {
      title: "Constraint",
      fresh:
        history.daysToWorkOut > 0 || (history.past && history.past.phase !== "done") ? workingSeconds : watchSeconds,
    },
    html`<p class="crumb">
        <a href="${queueHref(view)}">${view.repo} <span class="dim">${view.base}</span></a>
        ${view.history.enough ? html`· <a href="${queueHref(view).replace("/queues/", "/brief/")}">The weekly brief on one page</a>` : ""}
      </p>
      ${reading(view.history.past)} ${headline(view)} ${brief && history.enough ? next(brief) : ""}
      ${brief && history.enough ? cost(brief) : ""} ${brief ? verdict(view, brief) : ""}
      <h2>Where the time goes</h2>
      ${timePlot(view)}
      <h2>Inventory now</h2>
      ${inventoryPlot(view)} ${buffers(view)} ${drum(view)} ${brief ? steps(view, brief) : ""}
      <h2>Figures of the week</h2>
      ${metrics(view)} ${knowledge(view)} ${removals(removalLines(brief?.rules))}
      <h2>How this is known</h2>
      ${source(view)}`,
  );
}

function headline(view: ConstraintView): Html {
  const { history, constraint, brief } = view;
  if (!history.enough) return tooEarly(view);
  return html`<h1>${titleOf(constraint)}</h1>
    <p>
      Confidence <strong class="num">${share(view.confidence)}</strong>. ${brief?.evidence.summary ?? ""}
      <span class="dim">It would change its mind on: ${brief?.evidence.changesItsMind ?? ""}</span>
    </p>
    ${
      brief
        ? html`<p class="dim">
            The verdict, what it cost and the five steps are of the week to the end of ${dateOf(view, brief.day)}; where
            the time goes, inventory and figures are as of now.
          </p>`
        : ""
    }`;
}

function titleOf(constraint: Constraint): string {
  if (constraint === "demand") return "Demand: the line keeps up with all that is asked of it";
  if (constraint === "unknown") return "Unknown: what limits delivery shows in no event";
  return `The constraint is ${constraint}`;
}

function tooEarly({ history, brief }: ConstraintView): Html {
  const { needed, wholeDays, landed, daysToWorkOut } = history;
  const missing = [
    ...(wholeDays < needed.wholeDays ? [`${needed.wholeDays - wholeDays} more whole days`] : []),
    ...(landed < needed.landed ? [`${needed.landed - landed} more landed changes`] : []),
  ];
  const seen = `${count(wholeDays, "whole day")} and ${count(landed, "landed change")} have been seen`;
  if (missing.length === 0) {
    const why =
      daysToWorkOut > 0 ? `${count(daysToWorkOut, "day")} still to be worked out.` : "No work at any station.";
    return html`<h1>The constraint is not known yet</h1>
      <p>${seen}. ${why}</p>`;
  }
  return html`<h1>Too early to name a constraint</h1>
    <p>
      ${seen}; naming it takes ${missing.join(" and ")}. Until then the answer is <strong>unknown</strong>: a guess
      would send you to mend the wrong thing.
      ${brief && brief.constraint !== "unknown" ? html`What has been seen so far leans to <strong>${brief.constraint}</strong>.` : ""}
    </p>`;
}

function next(brief: Brief): Html {
  return html`<p class="next"><strong>Do this:</strong> ${brief.steps.next}</p>`;
}

/** What it cost, and what changed since the week before. */
function cost({ cost: lines, changed }: Brief): Html {
  return html`${
    lines.length === 0
      ? ""
      : html`<h2>What it cost this week</h2>
          ${list(lines, "")}`
  }
  ${
    changed.length === 0
      ? ""
      : html`<h2>Since the week before</h2>
          ${list(changed, "")}`
  }`;
}

function verdict(view: ConstraintView, brief: Brief): Html {
  const gains = Object.entries(brief.evidence.gainsPercent).slice(0, 6);
  return html`${
      gains.length === 0
        ? ""
        : html`<h2>What a fifth more of each would add to the value delivered</h2>
            ${bars(
              gains.map(([lever, gain]) => ({
                label: nameOf(lever as Lever),
                text: `${gain.toFixed(1)} %`,
                parts: [{ value: gain, fill: "--blue", means: `${nameOf(lever as Lever)}: ${gain.toFixed(1)} %` }],
              })),
              { title: "Gain in value delivered from a fifth more of each lever" },
            )}`
    }
    <h2>Day by day</h2>
    ${dayStrip(brief.history.map((h) => ({ label: dateOf(view, h.day), word: h.constraint })))}
    <p>
      ${brief.moves.length === 0 ? "It has not moved in these days." : ""}
      ${brief.moves.map((m) => html`Moved from ${m.from} to ${m.to} on ${dateOf(view, m.day)}. `)}
    </p>
    ${elevations(brief)}`;
}

function elevations(brief: Brief): Html {
  const rows = brief.elevations.slice(0, 6);
  if (rows.length === 0) return html``;
  return html`<h2>What one more would buy, a week</h2>
    <table>
      <tr>
        <th>Addition</th>
        <th>Goal units a week</th>
        <th>Likely between</th>
      </tr>
      ${rows.map(
        (e) =>
          html`<tr>
            <td>${e.addition}</td>
            <td class="num">${e.perWeek.median.toFixed(1)}</td>
            <td class="num">${e.perWeek.low.toFixed(1)} and ${e.perWeek.high.toFixed(1)}</td>
          </tr>`,
      )}
    </table>`;
}

function timePlot({ week }: ConstraintView): Html {
  if (week.stations.length === 0) return html`<p class="empty">No stay at any station has ended this week.</p>`;
  const { lead } = week;
  return html`${legend([
      { fill: "--amber", means: "waiting" },
      { fill: "--blue", means: "working" },
    ])}
    ${bars(
      week.stations.map((s) => ({
        label: `${s.station} (${count(s.stays, "stay")})`,
        text: `${time(s.waitingMinutesMean)} waiting, ${time(s.workingMinutesMean)} working`,
        parts: [
          { value: s.waitingMinutesMean, fill: "--amber", means: `waiting ${time(s.waitingMinutesMean)}` },
          { value: s.workingMinutesMean, fill: "--blue", means: `working ${time(s.workingMinutesMean)}` },
        ],
      })),
      { title: "Mean waiting and working time of a stay at each station" },
    )}
    <p class="dim">
      Means of the stays that ended in the last seven days.
      ${
        lead.delivered === 0
          ? ""
          : `Of all lead time of the ${lead.delivered} delivered, ${share(lead.working)} was work, ${share(lead.waiting)} waiting, and ${share(lead.dark)} shows in no event.`
      }
    </p>`;
}

function inventoryPlot({ inventory }: ConstraintView): Html {
  if (inventory.length === 0) return html`<p class="empty">Nothing is in progress.</p>`;
  const ages = [
    { age: "day", fill: "--green", means: "under a day" },
    { age: "week", fill: "--amber", means: "under a week" },
    { age: "older", fill: "--red", means: "older" },
  ] as const;
  return html`${legend(ages)}
  ${bars(
    inventory.map((row) => ({
      label: row.station,
      text: ages
        .filter(({ age }) => row.ages[age] > 0)
        .map(({ age, means }) => `${row.ages[age]} ${means}`)
        .join(", "),
      parts: ages.map(({ age, fill, means }) => ({ value: row.ages[age], fill, means: `${row.ages[age]} ${means}` })),
    })),
    { title: "Changes in progress at each station, by how long they have stood there" },
  )}`;
}

function buffers({ buffers: rows }: ConstraintView): Html {
  if (rows.length === 0) return html``;
  return html`<h2>Buffer before review</h2>
    <table>
      <tr>
        <th>Team</th>
        <th>Zone</th>
        <th>Ready work</th>
        <th>Wanted</th>
        <th>Which is</th>
      </tr>
      ${rows.map(
        (b) =>
          html`<tr>
            <td>${b.team}</td>
            <td>${tag(b.zone)}</td>
            <td class="num">
              ${time(b.minutes)}${b.minutes > b.target ? html`<span class="dim">, more than wanted</span>` : ""}
            </td>
            <td class="num">${time(b.target)}</td>
            <td>${b.madeOf}</td>
          </tr>`,
      )}
    </table>
    <p class="dim">
      What waits for the team and what is built before its first review. Green is stocked, yellow is drawn on, red may
      run dry. Ready work beyond it only grows old.
    </p>`;
}

const mostOf = (limit: number | null): string => (limit === null ? "as many as come" : String(limit));

/** What production absorbs of each class, and what has landed and waits for its deployment. */
function drum(view: ConstraintView): Html {
  const account = view.brief?.drum;
  if (!account) return html``;
  const { by, classes, deploys } = account;
  const window = by === "deploy" ? "deployment" : "day";
  return html`<h2>${drumTitle}</h2>
    <table class="stack">
      <tr>
        <th>Class</th>
        <th>Proven, a ${window}</th>
        <th>Lands, at most</th>
        <th>In the present one</th>
        <th>${by === "deploy" ? "Deployments" : "Days"} that held any</th>
        <th>Went wrong</th>
      </tr>
      ${classes.map(
        (c) =>
          html`<tr>
            <td>${tag(c.class)}</td>
            <td class="num" data-label="proven">
              ${c.rate ?? `none yet: ${c.windows} of ${windowsNeeded[c.class]} seen`}
            </td>
            <td class="num" data-label="at most">
              ${mostOf(c.limit)}${c.limitIs === "policy" ? html` <span class="dim">policy</span>` : ""}
            </td>
            <td class="num" data-label="in the present one">${c.landed}</td>
            <td class="num" data-label="${window}s">${c.windows}</td>
            <td class="num" data-label="went wrong">${c.harmed}</td>
          </tr>`,
      )}
    </table>
    ${deploys ? html`<p>${drumLines(account).at(-2)} ${deploys.zone ? tag(deploys.zone) : ""}</p>` : ""}
    <p class="dim">
      Proven: the most that a ${window} may hold so that, with 95 % confidence, at most one in ten of those with one-way
      changes goes wrong (a rollback, or a revert), one in four with recoverable ones. One more is tried each time, none
      more for a month after harm. ${drumLines(account).at(-1)} ${classesOf(view.history.past)}
    </p>`;
}

function steps(view: ConstraintView, brief: Brief): Html {
  const { exploit, subordinate, elevate } = brief.steps;
  const nothing = "Nothing to do here now.";
  const moved = brief.moves.at(-1);
  return html`<h2>The five steps</h2>
    <ol class="steps">
      <li>
        <strong>Identify.</strong> ${view.history.enough ? titleOf(view.constraint) : "Not yet: too little history"}.
      </li>
      <li><strong>Exploit it.</strong> ${list(exploit, nothing)}</li>
      <li><strong>Subordinate the rest.</strong> ${list(subordinate, nothing)}</li>
      <li><strong>Elevate it.</strong> ${list(elevate, nothing)}</li>
      <li>
        <strong>Repeat.</strong>
        ${moved ? `It moved from ${moved.from} to ${moved.to} on ${dateOf(view, moved.day)}.` : "It has not moved: go on from the first step when it does."}
      </li>
    </ol>`;
}

function metrics(view: ConstraintView): Html {
  return html`<table class="stack">
      <tr>
        <th>Figure</th>
        <th>This week</th>
        <th>Before</th>
        <th>How it could be gamed</th>
        <th>What to watch beside it</th>
      </tr>
      ${view.metrics.map(
        (m) =>
          html`<tr>
            <td><strong>${m.name}</strong></td>
            <td><strong class="num">${m.value.toFixed(1)}</strong> <span class="dim">${m.unit}</span></td>
            <td class="num" data-label="before">${m.before === null ? "no figure" : m.before.toFixed(1)}</td>
            <td data-label="gamed by">${m.gaming}</td>
            <td data-label="watch">${m.counter}</td>
          </tr>`,
      )}
    </table>
    ${judgment(view)}`;
}

function judgment(view: ConstraintView): Html {
  const { overReview, underReview } = view.judgment;
  return html`<p>
    Two-way doors that were reviewed: <strong class="num">${overReview.changes}</strong>, waiting
    <span class="num">${time(overReview.waitingHours * 60)}</span> for it. One-way doors that nobody judged:
    <strong class="num">${underReview.changes}</strong>${
      underReview.ids.length === 0 ? "." : ` (${underReview.ids.map((id) => `#${id}`).join(", ")}).`
    }
    <span class="dim">${view.brief?.drum ? "" : classesOf(view.history.past)}</span>
  </p>`;
}

function removals(lines: readonly string[]): Html {
  if (lines.length === 0) return html``;
  return html`<h2>${rulesTitle}</h2>
    <ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}

const knowledgeShown = 8;

function knowledge({ knowledge: rows }: ConstraintView): Html {
  if (rows.length === 0) return html``;
  return html`<h2>Known to one person only</h2>
    <p class="dim">What waits when they are away. A second judge is the remedy; this is no measure of anybody.</p>
    <table>
      ${rows.slice(0, knowledgeShown).map(
        (k) =>
          html`<tr>
            <td><code>${k.scope}</code></td>
            <td>${k.judge}</td>
            <td class="num">${count(k.changes, "change")}</td>
            <td class="num">${k.waiting} waiting</td>
          </tr>`,
      )}
    </table>`;
}

function source(view: ConstraintView): Html {
  const { history, brief } = view;
  const { origin } = history;
  return html`<ul>
      ${(brief?.evidence.measured ?? []).map((line) => html`<li>${line}</li>`)}
    </ul>
    <p class="dim">
      From ${count(history.changes, "change")} of the queue and the days since
      ${new Date(origin).toISOString().slice(0, 10)}, times in UTC. A model of the chain is fitted to these events and
      run with a fifth more of one thing at a time; what gains most is the constraint. Every landed change counts as one
      goal unit.
      ${
        history.deploysSeen
          ? ""
          : "No deployment has been reported, so landing counts as delivery: deployment_status events would show the rest."
      }
      ${history.deploysUnplaced > 0 ? `${count(history.deploysUnplaced, "deployment")} of commits that nobody saw land were left out.` : ""}
      ${history.past?.phase === "done" ? `What happened before ${new Date(history.past.until).toISOString().slice(0, 10)} was read from GitHub's own history (${count(history.past.pulls, "pull request")}).` : ""}
      <a href="/api/v1${constraintHref(view)}">The same as JSON</a>.
    </p>`;
}

export function constraintHref(q: { readonly repo: string; readonly base: string }): string {
  return queueHref(q).replace("/queues/", "/constraint/");
}

function dateOf({ history }: ConstraintView, day: number): string {
  return new Date(history.origin + day * dayMinutes * 60_000).toISOString().slice(5, 10);
}

function time(minutes: number): string {
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  if (minutes < 48 * 60) return `${(minutes / 60).toFixed(1)} h`;
  return `${(minutes / dayMinutes).toFixed(1)} days`;
}

const share = (part: number): string => `${(100 * part).toFixed(0)} %`;

import { always, officeHours } from "../../core/constraint/flow/calendar.js";
import { dayMinutes, type FlowEvent } from "../../core/constraint/flow/event.js";
import type { ChainModel, Figure, PoolModel } from "../../core/constraint/fit/model.js";
import { replay } from "../../core/constraint/finder/replay.js";
import type { Instant } from "../../core/model/ids.js";
import { mondayBefore, pastOf, type Past } from "../../sandbox/past.js";
import { withFiles } from "./quarter-files.js";

/**
 * A simulated quarter before the story, for a dashboard that has something to say: a constraint shows in weeks, and a
 * story takes minutes. Tests run on one slow runner until a Monday some ten days ago; then there are four, and of three
 * reviewers two go on holiday, so that the constraint moves from ci to review.
 */
export function quarterBefore(now: Instant): Past {
  const origin = mondayBefore(now, quarterDays);
  const today = Math.floor((now - origin) / dayMs);
  const turn = today - shownDays - ((today - shownDays) % 7);
  const before = eventsOf(slowTests, { days: turn, seed: 7 });
  const after = eventsOf(reviewersAway, { days: today - turn, seed: 8 });
  // Two simulations, one after the other: what the first has under way at its end is closed, so that the second begins.
  const ended = new Set(before.filter((e) => e.event === "landed" || e.event === "closed").map((e) => e.pr));
  const left = [...new Set(before.map((e) => e.pr))].filter((pr) => !ended.has(pr));
  const events = [
    ...before,
    ...left.map((pr): FlowEvent => ({ at: turn * dayMinutes, pr, event: "closed" })),
    ...after.map((e) => ({ ...e, pr: `after-${e.pr}`, at: e.at + turn * dayMinutes })),
  ];
  return withFiles(pastOf(events.map(asSomebody), { origin }), 9);
}

const dayMs = dayMinutes * 60_000;
const quarterDays = 84;
/** The constraint moves at least so many days before the story: the finder needs some of them to believe it. */
const shownDays = 6;

function eventsOf(chain: ChainModel, of: { readonly days: number; readonly seed: number }): FlowEvent[] {
  const events: FlowEvent[] = [];
  replay(chain, { ...of, warmUpDays: 0, observe: (event) => events.push(event) });
  return events;
}

const names = ["ada", "ben", "cleo", "dan", "eva", "finn", "gus", "hana"];

/** People of the simulation have numbers; readers like names. */
function asSomebody(event: FlowEvent): FlowEvent {
  const { actor } = event;
  if (actor === undefined) return event;
  const [, role, index] = /^(.*?)-?(\d+)$/.exec(actor) ?? [];
  const nth = Number(index ?? 0);
  if (event.event === "opened" && event.kind === "agent") return { ...event, actor: "mason[bot]" };
  if (event.event === "opened" && event.kind === "bot") return { ...event, actor: "dependabot[bot]" };
  const reviews = event.event === "review_submitted" || event.event === "changes_requested";
  if (reviews) return { ...event, actor: ["maya", "raj", "lena"][nth % 3] ?? actor };
  return role === undefined ? event : { ...event, actor: names[nth % names.length] ?? actor };
}

const slowTests = chain({ runners: 1, reviewers: 3 });
const reviewersAway = chain({ runners: 4, reviewers: 1 });

function chain({ runners, reviewers }: { readonly runners: number; readonly reviewers: number }): ChainModel {
  return {
    authors: { count: 8, wip: 6, calendar: officeHours, work: exactly(110), variation: 0.8 },
    demand: exactly(22),
    machines: [{ kind: "agent", perDay: exactly(5), clump: 2, calendar: always }],
    value: { human: 1, agent: 1, bot: 1 },
    urgentShare: 0.05,
    teams: [{ name: "reviewers", share: 1 }],
    pools: [
      pool({ station: "ci", team: "ci", servers: runners, work: exactly(110) }),
      pool({ station: "review", team: "reviewers", servers: reviewers, work: exactly(40), calendar: officeHours }),
      pool({ station: "queue", team: "queue", servers: 2, work: exactly(8) }),
    ],
    routes: {
      human: { review: 1, approval: 0, dark: 0 },
      agent: { review: 1, approval: 0, dark: 0 },
      bot: { review: 1, approval: 0, dark: 0 },
    },
    rework: { ci: 40, review: 60, approval: 60, queue: 40, deploy: 60 },
    reworkVariation: 0.6,
    dark: null,
    deploy: { every: dayMinutes, phase: 960, weekends: false, batch: null, failed: 0 },
    stale: { days: 14, least: 14, most: 14 },
    dismissOnPush: false,
  };
}

function pool(of: Pick<PoolModel, "station" | "team" | "servers" | "work"> & Partial<PoolModel>): PoolModel {
  return {
    calendar: always,
    again: 0.6,
    variation: 0.5,
    back: { first: 0.15, later: 0.05 },
    rejected: { human: 0.02, agent: 0.1, bot: 0.05 },
    rank: { urgent: 0, human: 1, agent: 1, bot: 1 },
    ...of,
  };
}

function exactly(mean: number): Figure {
  return { mean, error: 0 };
}

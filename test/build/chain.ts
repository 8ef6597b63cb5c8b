import { always, officeHours } from "../../src/core/constraint/flow/calendar.js";
import type { FlowEvent } from "../../src/core/constraint/flow/event.js";
import { dayOf } from "../../src/core/constraint/flow/event.js";
import type { Finding } from "../../src/core/constraint/finder/finder.js";
import { findConstraint, newFinder } from "../../src/core/constraint/finder/finder.js";
import { emptyLedger, record } from "../../src/core/constraint/flow/ledger.js";
import type { ChainModel, Figure, PoolModel } from "../../src/core/constraint/fit/model.js";
import { replay } from "../../src/core/constraint/finder/replay.js";

/** A chain with slack everywhere: 20 changes a day, every station about half busy. */
export function aChain(changes: Partial<ChainModel> = {}): ChainModel {
  return {
    authors: { count: 12, wip: 4, calendar: officeHours, work: exactly(120), variation: 0.8 },
    demand: exactly(20),
    machines: [],
    value: { human: 1, agent: 0.5, bot: 0.02 },
    urgentShare: 0.1,
    teams: [{ name: "team-a", share: 1 }],
    pools: [
      aPool({ station: "ci", team: "ci", servers: 3, work: exactly(60) }),
      aPool({ station: "review", team: "team-a", servers: 3, work: exactly(28), calendar: officeHours }),
      aPool({ station: "approval", team: "approval", servers: 1, work: exactly(10), calendar: officeHours }),
      aPool({ station: "queue", team: "queue", servers: 1, work: exactly(25) }),
    ],
    routes: {
      human: { review: 1, approval: 1, dark: 0 },
      agent: { review: 1, approval: 1, dark: 0 },
      bot: { review: 1, approval: 0, dark: 0 },
    },
    rework: { ci: 45, review: 60, approval: 60, queue: 45, deploy: 120 },
    reworkVariation: 0.6,
    dark: null,
    deploy: { every: 1440, phase: 960, weekends: false, batch: null, failed: 0 },
    stale: { days: 7, least: 7, most: 7 },
    dismissOnPush: false,
    ...changes,
  };
}

export function aPool(of: Pick<PoolModel, "station" | "team"> & Partial<PoolModel>): PoolModel {
  return {
    servers: 1,
    calendar: always,
    work: exactly(30),
    again: 1,
    variation: 0.5,
    back: { first: 0.1, later: 0.05 },
    rejected: { human: 0, agent: 0, bot: 0 },
    rank: { urgent: 0, human: 0, agent: 0, bot: 0 },
    ...of,
  };
}

/** The chain with slack, for so many times as many changes, with as many times the people and machines. */
export function scaledChain(by: number): ChainModel {
  const chain = aChain();
  const many = (count: number) => Math.ceil(count * by);
  return {
    ...chain,
    authors: { ...chain.authors, count: many(chain.authors.count) },
    demand: exactly(chain.demand.mean * by),
    pools: chain.pools.map((p) => ({ ...p, servers: many(p.servers) })),
  };
}

export interface NamedChain {
  readonly constraint: string;
  readonly chain: ChainModel;
}

/** Chains whose constraint is known by construction: one thing made short, in a chain that has slack elsewhere. */
export function namedChains(): NamedChain[] {
  const slack = aChain();
  return [
    { constraint: "demand", chain: slack },
    { constraint: "review", chain: slower(slack, { station: "review", by: 2.6 }) },
    { constraint: "ci", chain: slower(slack, { station: "ci", by: 4 }) },
    { constraint: "approval", chain: slower(slack, { station: "approval", by: 3.2 }) },
    { constraint: "queue", chain: slower(slack, { station: "queue", by: 5 }) },
    { constraint: "authoring", chain: { ...slack, authors: { ...slack.authors, work: exactly(420) } } },
    {
      constraint: "deploy",
      chain: { ...slack, deploy: { every: 1440, phase: 960, weekends: false, batch: 14, failed: 0 } },
    },
    {
      constraint: "unknown",
      chain: {
        ...slack,
        routes: { ...slack.routes, human: { review: 1, approval: 1, dark: 1 } },
        dark: { servers: 2, work: exactly(240), variation: 0.5 },
      },
    },
  ];
}

/** The chain with a station's work made this much longer. */
export function slower(
  chain: ChainModel,
  of: { readonly station: PoolModel["station"]; readonly by: number },
): ChainModel {
  const pools = chain.pools.map((p) => (p.station === of.station ? { ...p, work: exactly(p.work.mean * of.by) } : p));
  return { ...chain, pools };
}

export function exactly(mean: number): Figure {
  return { mean, error: 0 };
}

/** The events that a chain makes in so many days. */
export function eventsOf(chain: ChainModel, of: { readonly days: number; readonly seed: number }): FlowEvent[] {
  const events: FlowEvent[] = [];
  replay(chain, { ...of, warmUpDays: 0, observe: (event) => events.push(event) });
  return events;
}

/** Findings of each day, the finder asked on the last `asked` days only: it needs no daily habit. */
export function findingsOf(
  events: readonly FlowEvent[],
  of: { readonly days: number; readonly asked: number },
): Finding[] {
  const ledger = emptyLedger();
  let finder = newFinder();
  let next = 0;
  const given: Finding[] = [];
  for (let day = 0; day < of.days; day++) {
    for (let event = events[next]; event && dayOf(event.at) <= day; event = events[++next]) record(ledger, event);
    if (day < of.days - of.asked) continue;
    const found = findConstraint(finder, ledger, day);
    finder = found.finder;
    given.push(found.finding);
  }
  return given;
}

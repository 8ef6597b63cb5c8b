import { always, officeHours } from "../../src/core/constraint/calendar.js";
import type { Served } from "../../src/core/constraint/event.js";
import type { ChainModel, Figure, PoolModel } from "../../src/core/constraint/model.js";

/** Chains whose constraint is known by construction: one station slowed, in a chain that has slack elsewhere. */
export interface NamedChain {
  readonly constraint: string;
  readonly chain: ChainModel;
}

export function namedChains(): NamedChain[] {
  const slack = slackChain(1);
  return [
    { constraint: "demand", chain: slack },
    { constraint: "review", chain: slower(slack, "review", 2.6) },
    { constraint: "ci", chain: slower(slack, "ci", 4) },
    { constraint: "approval", chain: slower(slack, "approval", 3.2) },
    { constraint: "queue", chain: slower(slack, "queue", 5) },
    { constraint: "authoring", chain: { ...slack, authors: { ...slack.authors, work: exactly(420) } } },
    {
      constraint: "deploy",
      chain: { ...slack, deploy: { every: 1440, phase: 960, weekends: false, batch: 14, failed: 0 } },
    },
  ];
}

/** A chain with slack everywhere; `scale` 1 starts 20 changes a working day. */
export function slackChain(scale: number): ChainModel {
  const many = (servers: number) => Math.ceil(servers * scale);
  return {
    authors: { count: many(12), wip: 4, calendar: officeHours, work: exactly(120), variation: 0.8 },
    demand: exactly(20 * scale),
    machines: [],
    value: { human: 1, agent: 0.5, bot: 0.02 },
    urgentShare: 0.1,
    teams: [{ name: "team-a", share: 1 }],
    pools: [
      pool({ station: "ci", team: "ci", servers: many(3), work: exactly(60) }),
      pool({ station: "review", team: "team-a", servers: many(3), work: exactly(28), calendar: officeHours }),
      pool({ station: "approval", team: "approval", servers: many(1), work: exactly(10), calendar: officeHours }),
      pool({ station: "queue", team: "queue", servers: many(1), work: exactly(25) }),
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
    staleDays: 7,
    dismissOnPush: false,
  };
}

function pool(of: Pick<PoolModel, "station" | "team"> & Partial<PoolModel>): PoolModel {
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

function slower(chain: ChainModel, station: Served, by: number): ChainModel {
  const pools = chain.pools.map((p) => (p.station === station ? { ...p, work: exactly(p.work.mean * by) } : p));
  return { ...chain, pools };
}

const exactly = (mean: number): Figure => ({ mean, error: 0 });

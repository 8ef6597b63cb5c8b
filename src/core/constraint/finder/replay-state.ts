import type { Agenda } from "./agenda.js";
import { emptyAgenda } from "./agenda.js";
import type { Calendar } from "../flow/calendar.js";
import { always, minutesPerWeek } from "../flow/calendar.js";
import type { FlowEvent, WorkKind } from "../flow/event.js";
import type { ChainModel, Lever, WorkClass } from "../fit/model.js";

/**
 * Runs a fitted chain from empty, by events, and measures the value delivered a day after a warm-up. With a lever
 * pulled, the same draws are used: the difference to the run without it is what the lever buys.
 */
export interface ReplayOptions {
  readonly days: number;
  readonly warmUpDays: number;
  readonly seed: number;
  /** What there is more of, and how much: 1.2 is 20 % more. */
  readonly lever?: Lever;
  readonly factor?: number;
  /** Told every event, as a code host would have. */
  readonly observe?: (event: FlowEvent) => void;
}

export const serverBits = 8;
export const maxServers = 1 << serverBits;

export interface ReplayResult {
  /** Goal units delivered a calendar day between the warm-up and the end. */
  readonly valuePerDay: number;
  /** Share of its working time that each station worked, of the busiest of its teams. */
  readonly busy: Readonly<Partial<Record<Lever, number>>>;
}

/** Steps of a change's way, in order; each is a bit in its route and in what it has passed. */
export const steps = ["ci", "review", "approval", "dark", "queue", "deploy"] as const;
export type Step = (typeof steps)[number];
export const stepCount = steps.length;
export const ciStep = 0;
export const reviewStep = 1;
export const approvalStep = 2;
export const darkStep = 3;
export const queueStep = 4;
export const deployStep = 5;
export const kinds: readonly WorkKind[] = ["human", "agent", "bot"];

export interface Work {
  readonly id: number;
  readonly kind: number;
  readonly rankOf: WorkClass;
  /** As an author is named in events. */
  actor: string;
  readonly team: number;
  readonly route: number;
  passed: number;
  step: number;
  readonly visits: Uint8Array;
  reworks: number;
  author: number;
  waitsSince: number;
  left: boolean;
}

export interface Pool {
  readonly step: number;
  readonly servers: number;
  readonly calendar: Calendar;
  readonly sigma: number;
  readonly mu: { readonly first: number; readonly again: number };
  readonly back: { readonly first: number; readonly later: number };
  readonly rejected: readonly number[];
  readonly rank: Readonly<Record<WorkClass, number>> | null;
  readonly team: string;
  readonly busy: (Work | null)[];
  queue: Work[];
  wake: number;
  /** Minutes of work begun here. */
  worked: number;
}

export interface Author {
  readonly rework: { readonly work: Work; readonly minutes: number }[];
  open: number;
  doing: Work | null;
  wake: number;
}

/** A lognormal's location and scale. */
export interface Draw {
  readonly mu: number;
  readonly sigma: number;
}

export interface Run {
  readonly model: ChainModel;
  readonly options: ReplayOptions;
  readonly agenda: Agenda;
  /** When authors work. */
  readonly office: Calendar;
  readonly pools: readonly Pool[];
  /** Index of the pool that serves a step (and, in review, a team). */
  readonly poolAt: readonly (readonly number[])[];
  readonly authors: readonly Author[];
  readonly backlog: Work[];
  readonly works: Work[];
  readonly pending: Work[];
  readonly authoring: Draw;
  readonly reworkSigma: number;
  /** Dark time without a limit on how many are in it at once; null when there is none, or when a pool holds it. */
  readonly dark: Draw | null;
  carried: number;
  /** Minutes of authors' work begun. */
  written: number;
  delivered: number;
  now: number;
}

export const sigmaOf = (variation: number): number => Math.sqrt(Math.log(1 + variation * variation));
/** Location of a lognormal with this mean. */
export const muOf = (mean: number, sigma: number): number => Math.log(Math.max(mean, 1e-6)) - (sigma * sigma) / 2;

export function begin(model: ChainModel, options: ReplayOptions): Run {
  const more = (lever: Lever) => (options.lever === lever ? (options.factor ?? 1) : 1);
  const pools: Pool[] = model.pools.map((p) => {
    const sigma = sigmaOf(p.variation);
    const mean = p.work.mean / more(p.station);
    return {
      step: steps.indexOf(p.station),
      servers: Math.min(p.servers, maxServers),
      calendar: steady(p.calendar),
      sigma,
      mu: { first: muOf(mean, sigma), again: muOf(mean * p.again, sigma) },
      back: p.back,
      rejected: kinds.map((k) => p.rejected[k]),
      team: p.team,
      rank: Object.values(p.rank).every((r) => r === p.rank.human) ? null : p.rank,
      busy: [],
      queue: [],
      wake: -1,
      worked: 0,
    };
  });
  const dark = darkDraw(model, more("dark"));
  if (model.dark?.servers != null && dark) {
    const { mu, sigma } = dark;
    pools.push({
      step: darkStep,
      servers: Math.min(model.dark.servers, maxServers),
      calendar: always,
      sigma,
      mu: { first: mu, again: mu },
      back: { first: 0, later: 0 },
      rejected: [0, 0, 0],
      rank: null,
      team: "",
      busy: [],
      queue: [],
      wake: -1,
      worked: 0,
    });
  }
  const sigma = sigmaOf(model.authors.variation);
  return {
    model,
    options,
    agenda: emptyAgenda(),
    office: steady(model.authors.calendar),
    pools,
    poolAt: steps.map((step) => poolsOf(model, pools, step)),
    authors: Array.from({ length: model.authors.count }, () => ({ rework: [], open: 0, doing: null, wake: -1 })),
    dark: model.dark?.servers === null ? dark : null,
    backlog: [],
    works: [],
    pending: [],
    authoring: { mu: muOf(model.authors.work.mean / more("authoring"), sigma), sigma },
    reworkSigma: sigmaOf(model.reworkVariation),
    carried: 0,
    written: 0,
    delivered: 0,
    now: 0,
  };
}

/** A steady state has no holidays. */
function steady(calendar: Calendar): Calendar {
  return { ...calendar, daysOff: new Set() };
}

function darkDraw(model: ChainModel, factor: number): Draw | null {
  if (!model.dark) return null;
  const sigma = sigmaOf(model.dark.variation);
  return { mu: muOf(model.dark.work.mean / factor, sigma), sigma };
}

function poolsOf(model: ChainModel, pools: readonly Pool[], step: Step): number[] {
  const index = steps.indexOf(step);
  if (step !== "review") return [pools.findIndex((p) => p.step === index)];
  return model.teams.map((team) => model.pools.findIndex((p) => p.station === "review" && p.team === team.name));
}

export function busyShares(run: Run): ReplayResult["busy"] {
  const weeks = run.options.days / 7;
  const share = (worked: number, of: { servers: number; calendar: Calendar }) =>
    worked / Math.max(1, of.servers * weeks * minutesPerWeek(of.calendar));
  const busy: Partial<Record<Lever, number>> = {
    authoring: share(run.written, { servers: run.authors.length, calendar: run.office }),
  };
  for (const pool of run.pools) {
    const lever = steps[pool.step] as Lever;
    busy[lever] = Math.max(busy[lever] ?? 0, share(pool.worked, pool));
  }
  return busy;
}

import type { ChainModel, Figure, Lever } from "../fit/model.js";
import { levers } from "../fit/model.js";
import { keyed, normal } from "./random.js";
import { replay } from "./replay.js";
import type { ReplayResult } from "./replay-state.js";

/**
 * What limits throughput, by trying: the chain is run again with a fifth more of one thing at a time, and the
 * constraint is what raises the value delivered most. That is the definition itself (Goldratt: an hour gained
 * there is an hour gained for the whole system) as a sensitivity of throughput to each station (Kuo, Lim & Meerkov
 * 1996), and so is neither fooled by long queues nor by busy stations.
 */
export type Gains = Readonly<Record<Lever, number>>;

export const moreOf = 1.2;

export interface TrialOptions {
  readonly days: number;
  readonly warmUpDays: number;
  readonly seed: number;
}

/** @returns the share of delivered value that a fifth more of each lever adds, in the chain's steady state. */
export function gainsOf(model: ChainModel, options: TrialOptions): Gains {
  const today = replay(model, options);
  const gain = (lever: Lever) => {
    if (today.valuePerDay <= 0 || !canMatter(model, lever, today)) return 0;
    return replay(model, { ...options, lever, factor: moreOf }).valuePerDay / today.valuePerDay - 1;
  };
  return Object.fromEntries(levers.map((lever) => [lever, gain(lever)])) as Record<Lever, number>;
}

/** A station that works less of its time than this limits nothing; trying it would only cost time. */
const idle: Readonly<Partial<Record<Lever, number>>> = {
  authoring: 0.45,
  ci: 0.35,
  review: 0.5,
  approval: 0.5,
  queue: 0.35,
};

function canMatter(model: ChainModel, lever: Lever, today: ReplayResult): boolean {
  if (lever === "dark") return model.dark !== null;
  if (lever === "deploy") return model.deploy?.batch != null;
  return lever === "demand" || (today.busy[lever] ?? 0) >= (idle[lever] ?? 0);
}

/** Which draw: with `mirrored`, the one on the other side of what was measured. */
export interface Draw {
  readonly seed: number;
  readonly mirrored: boolean;
}

/**
 * The model with each measured figure drawn from its uncertainty (a parametric bootstrap; Efron 1979). A draw and its
 * mirror image average out what is linear in the figures (antithetic variates; Hammersley & Morton 1956).
 */
export function drawn(model: ChainModel, { seed, mirrored }: Draw): ChainModel {
  let salt = 0;
  const side = mirrored ? -1 : 1;
  const draw = (figure: Figure): Figure => {
    const relative = figure.mean > 0 ? Math.min(0.5, figure.error / figure.mean) : 0;
    return { ...figure, mean: figure.mean * Math.exp(side * relative * normal(seed, ++salt, 7)) };
  };
  const within = ({ least, most }: { readonly least: number; readonly most: number }): number => {
    const share = keyed(seed, ++salt, 7);
    return least * (most / least) ** (mirrored ? 1 - share : share);
  };
  return {
    ...model,
    demand: draw(model.demand),
    authors: { ...model.authors, work: draw(model.authors.work) },
    machines: model.machines.map((m) => ({ ...m, perDay: draw(m.perDay) })),
    pools: model.pools.map((p) => ({ ...p, work: draw(p.work) })),
    dark: model.dark && { ...model.dark, work: draw(model.dark.work) },
    stale: { ...model.stale, days: within(model.stale) },
  };
}

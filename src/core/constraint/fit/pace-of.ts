import type { Calendar } from "../flow/calendar.js";
import { workBetween } from "../flow/calendar.js";
import type { Figure } from "./model.js";
import { usualShift, type Perhaps, type Shifts } from "./rearranged.js";
import type { Stay } from "./service-order.js";
import { startOf } from "./service-order.js";

/** How long something takes, measured, when the pace may have shifted on the way. */
export interface Pace {
  /** Working minutes. */
  readonly figure: Figure;
  /** Coefficient of variation of one time. */
  readonly variation: number;
  /** Samples since the pace has shifted for certain. */
  readonly count: number;
}

export interface Timed {
  readonly at: number;
  /** Working minutes. */
  readonly work: number;
}

/** Working times in order, and when their pace shifted. */
export interface Paced {
  readonly samples: readonly Timed[];
  readonly shifts: Shifts;
}

/** Variation that is assumed where fewer than this many samples show it. */
export const samplesForVariation = 8;
const usualVariation = 0.7;

/** Stays in the order in which they ended. An actor's first work has no bound: left out. */
export function timed(stays: readonly Stay[], calendar: Calendar): Timed[] {
  const known = stays.filter((s) => s.started != null || s.freeSince !== null);
  return (known.length >= samplesForVariation ? known : stays)
    .map((s) => ({ at: s.left ?? 0, work: workBetween(calendar, startOf(s), s.left ?? 0) }))
    .filter((s) => s.work > 0)
    .sort((a, b) => a.at - b.at);
}

/**
 * The mean now, over what is believed of the last shift: for each moment at which there may have been one, what came
 * after it, pulled towards what was before by as much as a shift is usually small (precision-weighted; a normal prior
 * on the logarithm). Its error holds the doubt about the shift, too.
 * @param meanSince the mean of what came since then, where samples alone don't show it
 */
export function paceOf({ samples, shifts }: Paced, meanSince?: (at: number) => number): Pace {
  const since = samples.filter((s) => s.at >= shifts.since);
  const mean = (of: readonly Timed[]) => meanSince?.(of[0]?.at ?? 0) ?? figureOf(of.map((s) => s.work)).figure.mean;
  const likeliest = shifts.perhaps.reduce<Perhaps | null>((a, b) => (a && a.chance >= b.chance ? a : b), null);
  const recent = likeliest && likeliest.chance > 0.5 ? since.filter((s) => s.at >= likeliest.at) : since;
  const shown = figureOf((recent.length >= samplesForVariation ? recent : since).map((s) => s.work));
  const { variation } = shown;
  const asIs = { chance: 1 - shifts.perhaps.reduce((a, p) => a + p.chance, 0), log: Math.log(mean(since)) };
  const whole = { ...asIs, variance: variation ** 2 / Math.max(1, since.length) };
  const cases = [whole, ...shifts.perhaps.flatMap((p) => shiftedAt(p, { since, mean, variation }))];
  const total = cases.reduce((a, c) => a + c.chance, 0);
  const log = cases.reduce((a, c) => a + c.chance * c.log, 0) / total;
  const variance = cases.reduce((a, c) => a + c.chance * (c.variance + (c.log - log) ** 2), 0) / total;
  const figure = { mean: Math.exp(log), error: Math.exp(log) * Math.sqrt(variance) };
  return { figure, variation, count: since.length };
}

interface Case {
  readonly chance: number;
  readonly log: number;
  readonly variance: number;
}

function shiftedAt(
  { at, chance }: Perhaps,
  of: { readonly since: readonly Timed[]; readonly mean: (of: readonly Timed[]) => number; readonly variation: number },
): Case[] {
  const split = of.since.findIndex((s) => s.at >= at);
  if (split === 0 || of.since.length === 0) return [];
  const before = split < 0 ? of.since : of.since.slice(0, split);
  const after = split < 0 ? [] : of.since.slice(split);
  const was = Math.log(figureOf(before.map((s) => s.work)).figure.mean);
  const wasPrecision = 1 / (of.variation ** 2 / before.length + usualShift ** 2);
  const precision = after.length / of.variation ** 2;
  const is = after.length === 0 ? was : Math.log(of.mean(after));
  const variance = 1 / (precision + wasPrecision);
  return [{ chance, log: (precision * is + wasPrecision * was) * variance, variance }];
}

export function figureOf(samples: readonly number[]): Pace {
  const count = samples.length;
  const mean = count === 0 ? 1 : samples.reduce((a, b) => a + b, 0) / count;
  const variation = count < samplesForVariation ? usualVariation : variationOf(samples);
  return { figure: { mean, error: (mean * variation) / Math.sqrt(Math.max(1, count)) }, variation, count };
}

/** Standard deviations of the logarithm beyond which a time counts as one at this distance. */
const odd = 2.5;
/** What is lost of a normal variable's variance by that. */
const tamed = 1.03;
const leastDeviation = 0.05;

/**
 * Coefficient of variation of a lognormal, by the variance of the logarithms: a few long times move the plain one by
 * half (over 36 chains its error was 14 % for writing, this one's is 5).
 */
function variationOf(samples: readonly number[]): number {
  const logs = samples.map(Math.log).sort((a, b) => a - b);
  const at = (share: number) => logs[Math.min(logs.length - 1, Math.floor(share * logs.length))] as number;
  const reach = odd * Math.max(leastDeviation, (at(0.84) - at(0.16)) / 2);
  const drawnIn = logs.map((x) => Math.min(at(0.5) + reach, Math.max(at(0.5) - reach, x)));
  const mean = drawnIn.reduce((a, b) => a + b, 0) / logs.length;
  const variance = (tamed * drawnIn.reduce((a, x) => a + (x - mean) ** 2, 0)) / (logs.length - 1);
  return Math.sqrt(Math.exp(variance) - 1);
}

import type { StockNeed, Supply } from "./buffer-size.js";
import type { PaceSnapshot, StationState } from "./snapshot.js";

/**
 * What the buffers before reviewers and builds must cover, as far as one snapshot shows it: how long builds take and
 * how many reviews need, how fast reviewers are beside them, and how much predicted sizes vary.
 */

/** What a snapshot does not show: hours of a working day, and minutes of what was not done in its seven days. */
const usual = { dayMinutes: 480, reviewMinutes: 60, buildMinutes: 30, buildVariation: 0.5 };
/**
 * Coefficient of variation of a review around its prediction, which no snapshot shows: predictions off by two fifths,
 * and reviews of equal changes that vary by three: √((1 + 0.4²)(1 + 0.6²) - 1), as in the flow bench.
 */
const unforeseen = 0.76;
/** Beliefs before anything was seen, each worth `count` observations. */
const believed = { buildsEach: 1.2, sizeVariation: 0.8, count: 10 };

/** One piece at work and one ready, whatever else. */
const leastPieces = 2;
/** What lasts longer than so many days (of machines: nights) only grows old. */
const mostSpans = 2;

export const dayMinutes = 1440;

export function boundsOf(each: number, span: number): Pick<StockNeed, "least" | "most"> {
  const least = leastPieces * each;
  return { least, most: Math.max(least, mostSpans * span) };
}

export function reviewNeed(review: StationState, snapshot: PaceSnapshot): StockNeed {
  const each = review.meanServiceMinutes ?? usual.reviewMinutes;
  const servers = Math.max(1, review.servers);
  const span = dayWorked((review.finishedLast7Days * each) / servers);
  return {
    ...{ span, each, servers },
    variation: unforeseen * Math.sqrt(1 + predictedVariance(review.team, snapshot)),
    supply: buildsBefore(snapshot, span),
    ...boundsOf(each, span),
  };
}

/** Of a week. */
const workingDays = 5;

/** Minutes of a reviewer's day: the usual ones, or those that a week's work must have taken. */
function dayWorked(weekMinutes: number): number {
  return Math.min(dayMinutes, Math.max(usual.dayMinutes, weekMinutes / workingDays));
}

/** Every review follows a build that passed; those that fail are built again. */
function buildsBefore({ stations }: PaceSnapshot, day: number): Supply {
  const ci = stations.find((s) => s.station === "ci");
  if (!ci) return nothingHeldUp;
  const reviews = stations.filter((s) => s.station === "review");
  const tries = buildsEach(ci.finishedLast7Days, finished(reviews));
  const rate = reviews.reduce((sum, s) => sum + perMinute(s, usual.reviewMinutes), 0);
  return {
    lead: ownTime(tries * (ci.meanServiceMinutes ?? usual.buildMinutes), day),
    pace: rate > 0 ? perMinute(ci, usual.buildMinutes) / (tries * rate) : Infinity,
    variation: variationOfTries(usual.buildVariation, 1 - 1 / tries),
  };
}

export const nothingHeldUp: Supply = { lead: 0, pace: Infinity, variation: 0 };

/** Builds for each piece that they make ready; never less than one. */
export function buildsEach(builds: number, pieces: number): number {
  return Math.max(1, (builds + believed.count * believed.buildsEach) / (pieces + believed.count));
}

/** Coefficient of variation of tries that are repeated until one passes (a geometric sum), by that of each. */
export function variationOfTries(each: number, failing: number): number {
  return Math.sqrt((1 - failing) * each ** 2 + failing);
}

/** What a station works of so many minutes of the clock, at most: they begin with its day. */
export function ownTime(clockMinutes: number, workedADay: number): number {
  const days = Math.floor(clockMinutes / dayMinutes);
  return days * workedADay + Math.min(clockMinutes - days * dayMinutes, workedADay);
}

function perMinute({ servers, meanServiceMinutes }: StationState, usualMinutes: number): number {
  return servers / (meanServiceMinutes ?? usualMinutes);
}

function finished(stations: readonly StationState[]): number {
  return stations.reduce((sum, s) => sum + s.finishedLast7Days, 0);
}

/** Squared coefficient of variation of the sizes predicted of a team's work, taken to be log-normal. */
function predictedVariance(team: string, { gate, inFlight }: PaceSnapshot): number {
  const logs = [...gate, ...inFlight]
    .filter((work) => work.team === team)
    .map((work) => Math.log(Math.max(1, work.predictedMinutes.review)));
  const mean = logs.reduce((sum, x) => sum + x, 0) / Math.max(1, logs.length);
  const squares = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const belief = Math.log(1 + believed.sizeVariation ** 2);
  return Math.exp((squares + believed.count * belief) / (logs.length + believed.count)) - 1;
}

/** Machines work through the night, in which people push nothing. */
export function buildNeed(builds: StationState): StockNeed {
  const each = builds.meanServiceMinutes ?? usual.buildMinutes;
  return nightNeed(dayMinutes - usual.dayMinutes, { each, variation: usual.buildVariation, servers: builds.servers });
}

export function nightNeed(
  night: number,
  { each, variation, servers }: Pick<StockNeed, "each" | "variation" | "servers">,
): StockNeed {
  const supply = { lead: night, pace: 0, variation: 0 };
  return { span: night, servers: Math.max(1, servers), each, variation, supply, ...boundsOf(each, night) };
}

import type { BufferSize } from "../../model/buffer-size.js";

/** What decides how much ready work must stand before a station so that it does not run dry. Times are minutes. */
export interface StockNeed {
  /** The stretch that the stock must last, of the station's own time: people's day, the night of machines. */
  readonly span: number;
  /** How many serve there at once. */
  readonly servers: number;
  /** A piece of work there, and its coefficient of variation around what was expected of it. */
  readonly each: number;
  readonly variation: number;
  readonly supply: Supply;
  /** Bounds of the size, whatever the rest says. */
  readonly least: number;
  readonly most: number;
}

/** How what is released becomes ready. */
export interface Supply {
  /** From release until it is ready, of the station's own time. */
  readonly lead: number;
  /** Minutes of work that become ready while one minute of it is done; Infinity: nothing holds it up. */
  readonly pace: number;
  /** Coefficient of variation of the time in which a piece becomes ready. */
  readonly variation: number;
}

/**
 * Standard deviations that are stocked: a buffer lasts on five days of six. A review more on the desk makes all others
 * about 2 % longer while it is open (as in the flow bench, after Tregubov et al. 2017), ten minutes of a day at most, and
 * saves a review of fifty on the days that would run dry. So all but 10/50 of the days are worth covering at least (the
 * newsvendor's share; Arrow, Harris & Marschak 1951), which is 0.84 standard deviations; it is not open all day.
 */
const deviations = 1;

/**
 * The size of a buffer: what is used up before what replaces it is ready, and a safety stock for how both vary (King,
 * *Crack the Code*, APICS Magazine, 2011; Hopp & Spearman, *Factory Physics*; as time buffers, Goldratt & Fox 1986).
 * What becomes ready meanwhile is counted (as in economic production quantities; Taft 1918), so that t minutes take
 *
 *     t - pace (t - lead) + z √(t each (variation² + min(1, pace) supply.variation²) / servers)
 *
 * of each server, and the buffer is the most that any t within the span takes. The root takes pieces to vary
 * independently of each other; work that comes in waves needs more.
 */
export function bufferSize(need: StockNeed): BufferSize {
  const { each, servers, least, most } = need;
  const spread = deviations * Math.sqrt((each / servers) * varianceOf(need));
  const at = worstMoment(need, spread);
  const short = Math.max(0, shortAfter(at, need.supply));
  const whole = short + spread * Math.sqrt(at);
  const minutes = Math.min(most, Math.max(least, whole));
  const supply = Math.min(minutes, short);
  const bound = minutes === whole ? null : minutes > whole ? "least" : "most";
  return { minutes, supply, variation: minutes - supply, bound };
}

function varianceOf({ variation, supply }: StockNeed): number {
  return variation ** 2 + Math.min(1, supply.pace) * supply.variation ** 2;
}

/** Used up in that time, less what has become ready in it. */
function shortAfter(minutes: number, { lead, pace }: Supply): number {
  return minutes <= lead ? minutes : minutes - pace * (minutes - lead);
}

/** When most is missing: at the end where supply is slower than use, else where its gain outruns what varies. */
function worstMoment({ span, supply }: StockNeed, spread: number): number {
  const { lead, pace } = supply;
  const last = Math.max(span, lead);
  if (pace <= 1) return last;
  return Math.min(last, Math.max(lead, (spread / (2 * (pace - 1))) ** 2));
}

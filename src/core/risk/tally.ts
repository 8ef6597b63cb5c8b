import type { Instant } from "../model/ids.js";
import { dayMs } from "./change.js";

/**
 * Counts under one key (a file, a folder, an author, a word), fading with time: what happened a half-life ago
 * weighs half. `changes` and `harms` are as of `at`.
 */
export interface Tally {
  changes: number;
  harms: number;
  at: Instant;
  /** Undecayed number of changes, and when the first and the last landed. */
  total: number;
  first: Instant;
  last: Instant;
  lastAuthor: string;
  /** How often the author differed from the one before: a cheap stand-in for distinct authors. */
  authorSwitches: number;
  lastHarm: Instant;
}

export type Tallies = Map<string, Tally>;

const halfLifeMs = 365 * dayMs;
/** Keys kept in one map; beyond it those unused for `forgetAfterMs` go, so that memory stays bounded. */
const tallyKeysMax = 200_000;
const forgetAfterMs = 720 * dayMs;

export function countChange(tallies: Tallies, key: string, { at, author }: { at: Instant; author: string }): void {
  let tally = tallies.get(key);
  if (!tally) {
    if (tallies.size >= tallyKeysMax) forgetUnused(tallies, at);
    tally = newTally(at);
    tallies.set(key, tally);
  }
  addChange(tally, { at, author });
}

export function addChange(tally: Tally, { at, author }: { at: Instant; author: string }): void {
  fade(tally, at);
  if (tally.total > 0 && tally.lastAuthor !== author) tally.authorSwitches++;
  tally.changes++;
  tally.total++;
  tally.last = at;
  tally.lastAuthor = author;
}

/** A key that was forgotten meanwhile stays forgotten. */
export function countHarm(tallies: Tallies, key: string, at: Instant): void {
  const tally = tallies.get(key);
  if (tally) addHarm(tally, at);
}

export function addHarm(tally: Tally, at: Instant): void {
  fade(tally, at);
  tally.harms++;
  tally.lastHarm = at;
}

export function newTally(at: Instant): Tally {
  return {
    changes: 0,
    harms: 0,
    at,
    total: 0,
    first: at,
    last: at,
    lastAuthor: "",
    authorSwitches: 0,
    lastHarm: Number.NEGATIVE_INFINITY,
  };
}

/** The faded count of changes at `now`. */
export function changesAt(tally: Tally | undefined, now: Instant): number {
  return tally ? tally.changes * fading(tally.at, now) : 0;
}

export function harmsAt(tally: Tally | undefined, now: Instant): number {
  return tally ? tally.harms * fading(tally.at, now) : 0;
}

/**
 * Log of (harm rate under the key / base rate), shrunk towards 0: a key must show `strength` changes' worth of
 * evidence before its own rate counts as much as the base rate (posterior mean of a gamma prior).
 */
export function excessHarm(
  tally: Tally | undefined,
  { now, baseRate, strength }: { now: Instant; baseRate: number; strength: number },
): number {
  if (!tally) return 0;
  const factor = fading(tally.at, now);
  const expected = tally.changes * factor * baseRate;
  const prior = strength * baseRate;
  return Math.log((tally.harms * factor + prior) / (expected + prior));
}

function fading(from: Instant, now: Instant): number {
  return now <= from ? 1 : 2 ** ((from - now) / halfLifeMs);
}

function fade(tally: Tally, now: Instant): void {
  if (now <= tally.at) return;
  const factor = fading(tally.at, now);
  tally.changes *= factor;
  tally.harms *= factor;
  tally.at = now;
}

function forgetUnused(tallies: Tallies, now: Instant): void {
  for (const [key, tally] of tallies) if (now - tally.last > forgetAfterMs) tallies.delete(key);
  // Everything is in use: the oldest tenth goes, in order of first appearance.
  if (tallies.size < tallyKeysMax) return;
  let excess = tallyKeysMax / 10;
  for (const key of tallies.keys()) {
    if (excess-- <= 0) return;
    tallies.delete(key);
  }
}

import type { Instant } from "../model/ids.js";
import type { ScoredChange } from "./change.js";
import { dayMs } from "./change.js";
import type { DescribedChange } from "./described.js";
import { describeChange, isCounted } from "./described.js";
import type { Tallies, Tally } from "./tally.js";
import { addChange, addHarm, changesAt, countChange, countHarm, harmsAt, newTally } from "./tally.js";

/**
 * What one repository has shown so far. It only ever grows by `recordLanding` and `recordHarm`, in time order, so
 * that a feature read from it cannot know the future. It holds no text but paths and words, and is rebuilt by
 * replaying the landed changes.
 */
export interface RiskHistory {
  readonly files: Tallies;
  readonly folders: Tallies;
  readonly areas: Tallies;
  readonly extensions: Tallies;
  readonly authors: Tallies;
  /** By `author area`. */
  readonly experience: Tallies;
  readonly tags: Tallies;
  readonly words: Tallies;
  /** Of all changes by people, and by bots: each has its own base rate. */
  readonly repo: Tally;
  readonly bots: Tally;
  /** Running mean and variance of the log size of changes by people: sizes are read relative to the repository. */
  readonly size: { mean: number; variance: number; count: number };
  /** Landing times of the last `loadWindowMs`, oldest first. */
  readonly landings: Instant[];
  /** Changes that can still be harmed, by id, oldest first. */
  readonly recent: Map<string, LandedRecord>;
  /** Harmed changes of the last `harmMemoryMs`, oldest first. */
  readonly harmed: HarmedRecord[];
}

export interface LandedRecord {
  readonly change: ScoredChange;
  readonly at: Instant;
  /** A second outcome of the same change teaches nothing more. */
  harmed: boolean;
}

export interface HarmedRecord {
  readonly paths: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly author: string;
  readonly at: Instant;
}

/** An outcome later than this after landing is not the change's own. */
export const harmWindowMs = 60 * dayMs;
const harmMemoryMs = 60 * dayMs;
const harmedMax = 60;
const loadWindowMs = 7 * dayMs;
const sizeMemory = 500;

/**
 * The repository's own base rates start from those of the development histories and give way to what it shows:
 * after so many changes both weigh the same.
 */
const ratePriors = {
  people: { rate: 0.0133, changes: 400 },
  bots: { rate: 0.0058, changes: 400 },
} as const;
/** A change that takes out another is hardly ever harm itself: so much rarer than others. */
const undoingShare = 0.1;

export function emptyHistory(): RiskHistory {
  return {
    files: new Map(),
    folders: new Map(),
    areas: new Map(),
    extensions: new Map(),
    authors: new Map(),
    experience: new Map(),
    tags: new Map(),
    words: new Map(),
    repo: newTally(0),
    bots: newTally(0),
    size: { mean: 3.5, variance: 3, count: 20 },
    landings: [],
    recent: new Map(),
    harmed: [],
  };
}

/** The share of people's changes that come to harm here, by what was seen until `now`; never 0. */
export function peopleRate({ repo }: RiskHistory, now: Instant): number {
  return seenRate(repo, { now, prior: ratePriors.people });
}

/** The same for a change like this one: by a bot, or undoing another. */
export function baseRate(
  history: RiskHistory,
  { described, now }: { described: DescribedChange; now: Instant },
): number {
  const { change, title } = described;
  const rate = change.isBot ? seenRate(history.bots, { now, prior: ratePriors.bots }) : peopleRate(history, now);
  return title.undoes ? rate * undoingShare : rate;
}

function seenRate(tally: Tally, { now, prior }: { now: Instant; prior: { rate: number; changes: number } }): number {
  return (harmsAt(tally, now) + prior.rate * prior.changes) / (changesAt(tally, now) + prior.changes);
}

export function recordLanding(
  history: RiskHistory,
  { described, at }: { described: DescribedChange; at: Instant },
): void {
  const { change } = described;
  const by = { at, author: change.author };
  forget(history, at);
  history.recent.set(change.id, { change, at, harmed: false });
  history.landings.push(at);
  if (!change.isBot) learnSize(history, change);
  for (const [tallies, keys] of keysOf(history, described)) for (const key of keys) countChange(tallies, key, by);
  if (change.isBot) addChange(history.bots, by);
  else if (isCounted(described)) addChange(history.repo, by);
}

/** An id that no change had, or one too long ago, teaches nothing; nor does a second outcome. */
export function recordHarm(history: RiskHistory, { id, at }: { id: string; at: Instant }): void {
  const record = history.recent.get(id);
  if (!record || record.harmed) return;
  record.harmed = true;
  const described = describeChange(record.change);
  const { change, paths, title } = described;
  for (const [tallies, keys] of keysOf(history, described)) for (const key of keys) countHarm(tallies, key, at);
  if (change.isBot) addHarm(history.bots, at);
  else if (isCounted(described)) addHarm(history.repo, at);
  history.harmed.push({ paths, words: new Set(title.words), author: change.author, at });
  if (history.harmed.length > harmedMax) history.harmed.shift();
}

function keysOf(
  history: RiskHistory,
  { change, title, paths, folders, areas, extensions }: DescribedChange,
): ReadonlyArray<readonly [Tallies, Iterable<string>]> {
  return [
    [history.files, paths],
    [history.folders, folders],
    [history.areas, areas],
    [history.extensions, extensions],
    [history.authors, [change.author]],
    [history.experience, areas.map((area) => experienceKey(change.author, area))],
    [history.tags, title.tag === "" ? [] : [title.tag]],
    [history.words, title.words],
  ];
}

export function experienceKey(author: string, area: string): string {
  return `${author} ${area}`;
}

function learnSize({ size }: RiskHistory, change: ScoredChange): void {
  const value = Math.log1p(change.added + change.deleted);
  size.count++;
  const rate = 1 / Math.min(size.count, sizeMemory);
  const error = value - size.mean;
  size.mean += rate * error;
  size.variance += rate * (error * error - size.variance);
}

function forget(history: RiskHistory, now: Instant): void {
  for (const [id, record] of history.recent) {
    if (now - record.at <= harmWindowMs) break;
    history.recent.delete(id);
  }
  while (history.harmed[0] && now - history.harmed[0].at > harmMemoryMs) history.harmed.shift();
  while (history.landings[0] !== undefined && now - history.landings[0] > loadWindowMs) history.landings.shift();
}

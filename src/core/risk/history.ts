import type { Instant } from "../model/ids.js";
import type { ScoredChange } from "./change.js";
import { dayMs, filesReadMax } from "./change.js";
import type { PathFacts } from "./paths.js";
import { pathFacts } from "./paths.js";
import type { Tallies, Tally } from "./tally.js";
import { addChange, addHarm, changesAt, countChange, countHarm, harmsAt, newTally } from "./tally.js";
import type { TitleFacts } from "./title.js";
import { titleFacts } from "./title.js";

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
  readonly title: TitleFacts;
  readonly at: Instant;
  /** A second outcome of the same change teaches nothing more. */
  harmed: boolean;
}

export interface HarmedRecord {
  readonly paths: ReadonlySet<string>;
  readonly words: readonly string[];
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
  { change, title, now }: { change: ScoredChange; title: TitleFacts; now: Instant },
): number {
  const rate = change.isBot ? seenRate(history.bots, { now, prior: ratePriors.bots }) : peopleRate(history, now);
  return title.undoes ? rate * undoingShare : rate;
}

function seenRate(tally: Tally, { now, prior }: { now: Instant; prior: { rate: number; changes: number } }): number {
  return (harmsAt(tally, now) + prior.rate * prior.changes) / (changesAt(tally, now) + prior.changes);
}

export function recordLanding(history: RiskHistory, { change, at }: { change: ScoredChange; at: Instant }): void {
  const by = { at, author: change.author };
  const title = titleFacts(change.title);
  forget(history, at);
  history.recent.set(change.id, { change, title, at, harmed: false });
  history.landings.push(at);
  if (!change.isBot) learnSize(history, change);
  for (const [tallies, key] of keysOf(history, change, title)) countChange(tallies, key, by);
  if (change.isBot) addChange(history.bots, by);
  else if (!title.undoes) addChange(history.repo, by);
}

/** An id that no change had, or one too long ago, teaches nothing. */
export function recordHarm(history: RiskHistory, { id, at }: { id: string; at: Instant }): void {
  const record = history.recent.get(id);
  if (!record || record.harmed) return;
  const { change, title } = record;
  record.harmed = true;
  for (const [tallies, key] of keysOf(history, change, title)) countHarm(tallies, key, at);
  if (change.isBot) addHarm(history.bots, at);
  else if (!title.undoes) addHarm(history.repo, at);
  history.harmed.push({ paths: pathsOf(change), words: title.words, author: change.author, at });
  if (history.harmed.length > harmedMax) history.harmed.shift();
}

/**
 * Whether the change counts towards the base rate and teaches the weights: a bot's does not, nor does one that takes
 * out another (putting that back again is no harm).
 */
export function isCounted(change: ScoredChange, title: TitleFacts): boolean {
  return !change.isBot && !title.undoes;
}

/** Facts of the files that are looked at, each path once. */
export function factsOfFiles(change: ScoredChange): ReadonlyArray<{ path: string; facts: PathFacts }> {
  return [...pathsOf(change)].map((path) => ({ path, facts: pathFacts(path) }));
}

function pathsOf(change: ScoredChange): ReadonlySet<string> {
  return new Set(change.files.slice(0, filesReadMax).map((f) => f.path));
}

function keysOf(history: RiskHistory, change: ScoredChange, title: TitleFacts): Array<readonly [Tallies, string]> {
  const files = factsOfFiles(change);
  const each = (of: (facts: PathFacts) => string) => [...new Set(files.map((f) => of(f.facts)))];
  const areas = each((f) => f.area);
  return [
    ...files.map((f) => [history.files, f.path] as const),
    ...each((f) => f.folder).map((key) => [history.folders, key] as const),
    ...areas.map((key) => [history.areas, key] as const),
    ...each((f) => f.extension).map((key) => [history.extensions, key] as const),
    [history.authors, change.author],
    ...areas.map((area) => [history.experience, experienceKey(change.author, area)] as const),
    ...(title.tag === "" ? [] : [[history.tags, title.tag] as const]),
    ...title.words.map((word) => [history.words, word] as const),
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

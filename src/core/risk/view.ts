import type { Instant } from "../model/ids.js";
import type { ScoredChange } from "./change.js";
import { dayMs, filesReadMax } from "./change.js";
import type { DescribedChange, DescribedFile } from "./described.js";
import { describeChange } from "./described.js";
import type { RiskHistory } from "./history.js";
import { baseRate, experienceKey, peopleRate } from "./history.js";
import type { FileKind } from "./paths.js";
import type { Tallies, Tally } from "./tally.js";
import { changesAt, excessHarm } from "./tally.js";
import type { TitleFacts } from "./title.js";
import { titleSimilarity } from "./title.js";

/** A change beside what the history says about it: everything that a feature or a reason may read. */
export interface ChangeView {
  readonly described: DescribedChange;
  readonly change: ScoredChange;
  readonly title: TitleFacts;
  readonly at: Instant;
  readonly history: RiskHistory;
  /** Share of changes like this one (by people, by bots, undoing another) that come to harm here. */
  readonly baseRate: number;
  readonly peopleRate: number;
  readonly spread: Spread;
  /** Share of the files looked at, by kind. */
  readonly kinds: Readonly<Record<FileKind, number>>;
  /** Share of files added, removed, renamed. */
  readonly statuses: { readonly added: number; readonly removed: number; readonly renamed: number };
  readonly files: FilesView;
  readonly folders: HarmExcess;
  readonly areas: HarmExcess;
  readonly extensions: HarmExcess;
  readonly author: AuthorView;
  readonly tagExcess: number;
  readonly wordExcess: { readonly sum: number; readonly max: number; readonly worst: string };
  readonly echo: EchoView;
  readonly load: { readonly day: number; readonly week: number };
}

/** How scattered the change is. Entropy is of changed lines over files, 0 to 1. */
export interface Spread {
  readonly entropy: number;
  readonly folders: number;
  readonly areas: number;
}

/** Logs of (rate of harm / base rate), shrunk; 0 is "as everywhere". */
export interface HarmExcess {
  readonly max: number;
  readonly mean: number;
  readonly worst: string;
}

export interface FilesView extends HarmExcess {
  /** Logs of faded counts of earlier changes. */
  readonly churnMean: number;
  readonly churnMax: number;
  readonly busiest: string;
  readonly switchesMean: number;
  /** Days since the touched files last changed: of the freshest, and the mean of logs. */
  readonly freshestDays: number;
  readonly restMeanLog: number;
  /** Shares of the files. */
  readonly unseen: number;
  readonly changedInDay: number;
  readonly changedInWeek: number;
  readonly ownInThreeDays: number;
  readonly ownInTwoWeeks: number;
  readonly lastByAuthor: number;
  /** Days since any of them was in a harmed change; infinite when never. */
  readonly sinceHarmDays: number;
}

export interface AuthorView {
  readonly total: number;
  readonly recent: number;
  readonly excess: number;
  readonly sinceLastDays: number;
  readonly sinceHarmDays: number;
  readonly sinceFirstDays: number;
  /** Faded count of the author's changes in the touched areas, mean over them. */
  readonly experience: number;
}

/** Likeness to a change that was taken out in the last weeks: it may be the next attempt. */
export interface EchoView {
  readonly title: number;
  readonly paths: number;
  readonly sameAuthor: boolean;
}

export function viewOf(history: RiskHistory, { change, at }: { change: ScoredChange; at: Instant }): ChangeView {
  const described = describeChange(change);
  const { title, files, folders, areas, extensions } = described;
  const rate = peopleRate(history, at);
  const excess = (tallies: Tallies, keys: Iterable<string>, strength: number) =>
    excessOf(tallies, keys, { now: at, baseRate: rate, strength });
  return {
    described,
    change,
    title,
    at,
    history,
    baseRate: baseRate(history, { described, now: at }),
    peopleRate: rate,
    spread: { entropy: entropyOf(change), folders: folders.length, areas: areas.length },
    kinds: kindShares(files),
    statuses: statusShares(change),
    files: filesView(history, { described, at, excess: excess(history.files, described.paths, 40) }),
    folders: excess(history.folders, folders, 80),
    areas: excess(history.areas, areas, 150),
    extensions: excess(history.extensions, extensions, 200),
    author: authorView(history, { described, at, baseRate: rate }),
    tagExcess: excessHarm(history.tags.get(title.tag), { now: at, baseRate: rate, strength: 150 }),
    wordExcess: wordExcess(history, { words: title.words, now: at, baseRate: rate }),
    echo: echoOf(history, { described, at }),
    load: { day: landingsSince(history, at - dayMs), week: history.landings.length },
  };
}

function entropyOf(change: ScoredChange): number {
  const files = change.files.slice(0, filesReadMax);
  const total = files.reduce((sum, f) => sum + f.added + f.deleted, 0);
  if (files.length < 2 || total === 0) return 0;
  let entropy = 0;
  for (const f of files) {
    const share = (f.added + f.deleted) / total;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return entropy / Math.log(files.length);
}

function kindShares(files: readonly DescribedFile[]): Record<FileKind, number> {
  const shares = { source: 0, test: 0, docs: 0, config: 0, ci: 0, build: 0, generated: 0, asset: 0 };
  for (const f of files) shares[f.facts.kind] += 1 / files.length;
  return shares;
}

function statusShares(change: ScoredChange): ChangeView["statuses"] {
  const files = change.files.slice(0, filesReadMax);
  const shares = { added: 0, removed: 0, renamed: 0 };
  for (const { status } of files) {
    if (status === "added" || status === "removed" || status === "renamed") shares[status] += 1 / files.length;
  }
  return shares;
}

function excessOf(
  tallies: Tallies,
  keys: Iterable<string>,
  by: { now: Instant; baseRate: number; strength: number },
): HarmExcess {
  let max = 0;
  let sum = 0;
  let count = 0;
  let worst = "";
  for (const key of keys) {
    count++;
    const value = excessHarm(tallies.get(key), by);
    sum += value;
    if (value > max || worst === "") {
      max = worst === "" ? value : Math.max(max, value);
      worst = key;
    }
  }
  return { max, mean: count > 0 ? sum / count : 0, worst };
}

interface KnownFile {
  readonly path: string;
  readonly tally: Tally;
  readonly restDays: number;
  /** Log of the faded count of changes. */
  readonly churn: number;
  readonly own: boolean;
}

function knownFiles(
  { files }: RiskHistory,
  { described, at }: { described: DescribedChange; at: Instant },
): readonly KnownFile[] {
  const known: KnownFile[] = [];
  for (const { path } of described.files) {
    const tally = files.get(path);
    if (!tally) continue;
    known.push({
      path,
      tally,
      restDays: Math.max(0, at - tally.last) / dayMs,
      churn: Math.log1p(changesAt(tally, at)),
      own: tally.lastAuthor === described.change.author,
    });
  }
  return known;
}

function filesView(
  history: RiskHistory,
  { described, at, excess }: { described: DescribedChange; at: Instant; excess: HarmExcess },
): FilesView {
  const known = knownFiles(history, { described, at });
  const all = Math.max(1, described.files.length);
  const mean = (of: (k: KnownFile) => number) => known.reduce((sum, k) => sum + of(k), 0) / Math.max(1, known.length);
  const share = (of: (k: KnownFile) => boolean) => known.reduce((sum, k) => sum + Number(of(k)), 0) / all;
  let busiest = known[0];
  for (const k of known) if (busiest && k.churn > busiest.churn) busiest = k;
  return {
    ...excess,
    churnMean: mean((k) => k.churn),
    churnMax: busiest?.churn ?? 0,
    busiest: busiest?.path ?? "",
    switchesMean: mean((k) => Math.log1p(k.tally.authorSwitches)),
    freshestDays: known.reduce((least, k) => Math.min(least, k.restDays), longAgoDays),
    restMeanLog: known.length > 0 ? mean((k) => Math.log1p(k.restDays)) : Math.log1p(longAgoDays),
    unseen: 1 - known.length / all,
    changedInDay: share((k) => k.restDays < 1),
    changedInWeek: share((k) => k.restDays < 7),
    ownInThreeDays: share((k) => k.own && k.restDays < 3),
    ownInTwoWeeks: share((k) => k.own && k.restDays < 14),
    lastByAuthor: share((k) => k.own),
    sinceHarmDays: known.reduce((least, k) => Math.min(least, (at - k.tally.lastHarm) / dayMs), Infinity),
  };
}

function authorView(
  history: RiskHistory,
  { described, at, baseRate: rate }: { described: DescribedChange; at: Instant; baseRate: number },
): AuthorView {
  const { change, areas } = described;
  const tally = history.authors.get(change.author);
  const inAreas = areas.map((area) => changesAt(history.experience.get(experienceKey(change.author, area)), at));
  return {
    total: tally?.total ?? 0,
    recent: changesAt(tally, at),
    excess: excessHarm(tally, { now: at, baseRate: rate, strength: 80 }),
    sinceLastDays: tally ? Math.max(0, at - tally.last) / dayMs : longAgoDays,
    sinceHarmDays: tally ? (at - tally.lastHarm) / dayMs : Infinity,
    sinceFirstDays: tally ? Math.max(0, at - tally.first) / dayMs : 0,
    experience: inAreas.reduce((sum, n) => sum + n, 0) / Math.max(1, inAreas.length),
  };
}

function wordExcess(
  history: RiskHistory,
  { words, now, baseRate: rate }: { words: readonly string[]; now: Instant; baseRate: number },
): ChangeView["wordExcess"] {
  let sum = 0;
  let max = 0;
  let worst = "";
  for (const word of words) {
    const value = excessHarm(history.words.get(word), { now, baseRate: rate, strength: 150 });
    sum += value;
    if (value > max) {
      max = value;
      worst = word;
    }
  }
  return { sum, max, worst };
}

function echoOf(history: RiskHistory, { described, at }: { described: DescribedChange; at: Instant }): EchoView {
  const { title, files, change } = described;
  let best: EchoView = { title: 0, paths: 0, sameAuthor: false };
  for (const harmed of history.harmed) {
    if (harmed.at > at) continue;
    let common = 0;
    for (const { path } of files) if (harmed.paths.has(path)) common++;
    const paths = common / Math.max(1, files.length + harmed.paths.size - common);
    const alike = titleSimilarity(title.words, harmed.words);
    if (alike + paths > best.title + best.paths)
      best = { title: alike, paths, sameAuthor: harmed.author === change.author };
  }
  return best;
}

function landingsSince(history: RiskHistory, since: Instant): number {
  let count = 0;
  for (let i = history.landings.length - 1; i >= 0 && (history.landings[i] ?? 0) >= since; i--) count++;
  return count;
}

/** Stands for "never" where a number of days is wanted. */
export const longAgoDays = 1000;

import { dayMs, hourMs } from "./change.js";
import { titleIntents } from "./title.js";
import type { ChangeView } from "./view.js";
import { longAgoDays } from "./view.js";

export const themes = [
  "size",
  "kinds",
  "harm-here",
  "activity",
  "author",
  "title",
  "echo",
  "times",
  "findings",
] as const;
export type Theme = (typeof themes)[number];

/** One number that the model reads. Sizes and counts are logs; shares are 0 to 1; excesses are logs of rate ratios. */
export interface Feature {
  readonly name: string;
  /** What a reason in words would be about. */
  readonly theme: Theme;
  readonly of: (view: ChangeView) => number;
}

type Measure = Omit<Feature, "theme">;

const size: readonly Measure[] = [
  { name: "added", of: (v) => Math.log1p(v.change.added) },
  { name: "deleted", of: (v) => Math.log1p(v.change.deleted) },
  { name: "files", of: (v) => Math.log1p(v.change.fileCount) },
  { name: "lines", of: lines },
  { name: "deletedShare", of: (v) => v.change.deleted / (v.change.added + v.change.deleted + 1) },
  { name: "linesForRepo", of: (v) => (lines(v) - v.history.size.mean) / Math.sqrt(v.history.size.variance + 0.1) },
  { name: "linesPerFile", of: (v) => lines(v) - Math.log1p(v.change.fileCount) },
  { name: "entropy", of: (v) => v.spread.entropy },
  { name: "folders", of: (v) => Math.log1p(v.spread.folders) },
  { name: "areas", of: (v) => Math.log1p(v.spread.areas) },
  { name: "newFiles", of: (v) => v.statuses.added },
  { name: "removedFiles", of: (v) => v.statuses.removed },
  { name: "renamedFiles", of: (v) => v.statuses.renamed },
];

const kinds: readonly Measure[] = [
  { name: "source", of: (v) => v.kinds.source },
  { name: "test", of: (v) => v.kinds.test },
  { name: "docs", of: (v) => v.kinds.docs },
  { name: "config", of: (v) => v.kinds.config },
  { name: "ci", of: (v) => v.kinds.ci },
  { name: "build", of: (v) => v.kinds.build },
  { name: "generated", of: (v) => v.kinds.generated },
  { name: "sourceUntested", of: (v) => Number(v.kinds.source > 0 && v.kinds.test === 0) },
  { name: "touchesBuild", of: (v) => Number(v.kinds.build > 0) },
  { name: "harmless", of: (v) => v.kinds.docs + v.kinds.test + v.kinds.asset },
];

const harmHere: readonly Measure[] = [
  { name: "fileHarmMax", of: (v) => v.files.max },
  { name: "fileHarmMean", of: (v) => v.files.mean },
  { name: "folderHarmMax", of: (v) => v.folders.max },
  { name: "folderHarmMean", of: (v) => v.folders.mean },
  { name: "areaHarmMax", of: (v) => v.areas.max },
  { name: "areaHarmMean", of: (v) => v.areas.mean },
  { name: "extensionHarm", of: (v) => v.extensions.mean },
  { name: "sinceFileHarm", of: (v) => logDays(v.files.sinceHarmDays) },
];

const activity: readonly Measure[] = [
  { name: "churnMean", of: (v) => v.files.churnMean },
  { name: "churnMax", of: (v) => v.files.churnMax },
  { name: "authorSwitches", of: (v) => v.files.switchesMean },
  { name: "freshest", of: (v) => Math.log1p(v.files.freshestDays) },
  { name: "rest", of: (v) => v.files.restMeanLog },
  { name: "unseen", of: (v) => v.files.unseen },
  { name: "changedInDay", of: (v) => v.files.changedInDay },
  { name: "changedInWeek", of: (v) => v.files.changedInWeek },
  { name: "ownInThreeDays", of: (v) => v.files.ownInThreeDays },
  { name: "ownInTwoWeeks", of: (v) => v.files.ownInTwoWeeks },
  { name: "lastByAuthor", of: (v) => v.files.lastByAuthor },
];

const people: readonly Measure[] = [
  { name: "bot", of: (v) => Number(v.change.isBot) },
  { name: "authorChanges", of: (v) => Math.log1p(v.author.total) },
  { name: "authorRecent", of: (v) => Math.log1p(v.author.recent) },
  { name: "authorHarm", of: (v) => v.author.excess },
  { name: "sinceAuthorLast", of: (v) => logDays(v.author.sinceLastDays) },
  { name: "sinceAuthorHarm", of: (v) => logDays(v.author.sinceHarmDays) },
  { name: "authorTenure", of: (v) => logDays(v.author.sinceFirstDays) },
  { name: "experience", of: (v) => Math.log1p(v.author.experience) },
  { name: "experienceShare", of: (v) => v.author.experience / (v.author.recent + 1) },
];

const words: readonly Measure[] = [
  ...titleIntents.map((intent): Measure => ({
    name: `says:${intent}`,
    of: (v) => Number(v.title.intents.has(intent)),
  })),
  { name: "undoes", of: (v) => Number(v.title.undoes) },
  { name: "relands", of: (v) => Number(v.title.relands) },
  { name: "titleWords", of: (v) => v.title.words.length },
  { name: "tagged", of: (v) => Number(v.title.tag !== "") },
  { name: "tagHarm", of: (v) => v.tagExcess },
  { name: "wordHarm", of: (v) => v.wordExcess.sum },
  { name: "wordHarmMax", of: (v) => v.wordExcess.max },
];

const echoes: readonly Measure[] = [
  { name: "echoTitle", of: (v) => v.echo.title },
  { name: "echoPaths", of: (v) => v.echo.paths },
  { name: "echoOwn", of: (v) => Number(v.echo.sameAuthor) * (v.echo.title + v.echo.paths) },
];

const times: readonly Measure[] = [
  { name: "hourSin", of: (v) => Math.sin(dayAngle(v)) },
  { name: "hourCos", of: (v) => Math.cos(dayAngle(v)) },
  { name: "weekend", of: (v) => Number([2, 3].includes(Math.floor(v.at / dayMs) % 7)) },
  { name: "friday", of: (v) => Number(Math.floor(v.at / dayMs) % 7 === 1) },
  { name: "loadDay", of: (v) => Math.log1p(v.load.day) },
  { name: "loadForRepo", of: (v) => Math.log((v.load.day + 1) / (v.load.week / 7 + 1)) },
  { name: "baseRate", of: (v) => Math.log(v.peopleRate) },
  { name: "sinceHarm", of: (v) => logDays((v.at - v.history.repo.lastHarm) / dayMs) },
  { name: "seen", of: (v) => Math.log1p(v.history.repo.total) },
];

/** In the order of the shipped coefficients; a change of this list needs a new training. */
export const features: readonly Feature[] = [
  ...themed("size", size),
  ...themed("kinds", kinds),
  ...themed("harm-here", harmHere),
  ...themed("activity", activity),
  ...themed("author", people),
  ...themed("title", words),
  ...themed("echo", echoes),
  ...themed("times", times),
];

export function featureValues(view: ChangeView): Float64Array {
  const values = new Float64Array(features.length);
  features.forEach((feature, i) => (values[i] = feature.of(view)));
  return values;
}

function themed(theme: Theme, measures: readonly Measure[]): Feature[] {
  return measures.map((m) => ({ ...m, theme }));
}

function lines(v: ChangeView): number {
  return Math.log1p(v.change.added + v.change.deleted);
}

function logDays(days: number): number {
  return Math.log1p(Math.min(Math.max(days, 0), longAgoDays));
}

/** Of the day in UTC: the author's own zone isn't known. */
function dayAngle(v: ChangeView): number {
  return ((v.at % dayMs) / hourMs / 24) * 2 * Math.PI;
}

import { features, themes } from "./features.js";
import type { Theme } from "./features.js";
import type { FileKind } from "./paths.js";
import { markOf } from "./belief.js";
import { themeOfMark } from "./marks.js";
import type { Assessment, RiskState } from "./state.js";
import type { ChangeView } from "./view.js";

export const reasonsMax = 3;

/**
 * The three themes that moved the score most, in words with their facts, most telling first. A theme's weight is
 * the sum of its features' shares of the log-odds in the linear part; what speaks for more risk comes before what
 * speaks for less, so that a reviewer reads the worry first.
 */
export function reasonsOf(state: RiskState, assessment: Assessment): string[] {
  const weights = themeWeights(state, assessment);
  const told = themes.map((theme) => ({ theme, weight: weights[theme] })).sort((a, b) => b.weight - a.weight);
  const worries = told.filter((t) => t.weight > tellingWeight).slice(0, reasonsMax);
  const comforts = told.filter((t) => t.weight < -tellingWeight).reverse();
  const chosen = [...worries, ...comforts].slice(0, reasonsMax);
  // Nothing stands out: the first three are still the most that can be said.
  const shown = chosen.length === reasonsMax ? chosen : [...chosen, ...told.filter((t) => !chosen.includes(t))];
  const say = (t: { theme: Theme; weight: number }) =>
    `${t.weight >= 0 ? "raises" : "lowers"}: ${wordsOf(t.theme, assessment.view)}`;
  return shown.slice(0, reasonsMax).map(say);
}

/** Log-odds below which a theme is not worth a reviewer's time. */
const tellingWeight = 0.05;

function themeWeights({ prior, corrections, marks }: RiskState, { reading }: Assessment): Record<Theme, number> {
  const sums: Record<Theme, number> = {
    size: 0,
    kinds: 0,
    "harm-here": 0,
    activity: 0,
    author: 0,
    title: 0,
    echo: 0,
    times: 0,
    findings: 0,
  };
  features.forEach((feature, j) => {
    const weight = (prior.line.weights[j] ?? 0) + (corrections.mean[j] ?? 0);
    sums[feature.theme] += weight * (reading.inputs[j] ?? 0);
  });
  for (const mark of reading.marks) sums[themeOfMark(mark)] += markOf(marks, [mark]);
  return sums;
}

function wordsOf(theme: Theme, view: ChangeView): string {
  switch (theme) {
    case "size":
      return sizeWords(view);
    case "kinds":
      return kindWords(view);
    case "harm-here":
      return harmWords(view);
    case "activity":
      return activityWords(view);
    case "author":
      return authorWords(view);
    case "title":
      return titleWords(view);
    case "echo":
      return echoWords(view);
    case "times":
      return timeWords(view);
    case "findings":
      return findingWords(view);
  }
}

function sizeWords({ change, spread }: ChangeView): string {
  const where = spread.areas > 1 ? ` across ${count(spread.areas, "area")}` : "";
  return `${count(change.added, "line")} added and ${change.deleted} deleted in ${count(change.fileCount, "file")}${where}`;
}

function kindWords({ kinds }: ChangeView): string {
  const all = (Object.entries(kinds) as Array<[FileKind, number]>).filter(([, share]) => share > 0);
  if (all.length === 0) return "touches no file that could be read";
  const parts = all.sort((a, b) => b[1] - a[1]).slice(0, 3);
  const untested = kinds.source > 0 && kinds.test === 0 ? ", no test" : "";
  return `touches ${parts.map(([kind, share]) => `${kind} (${percent(share)} of files)`).join(", ")}${untested}`;
}

function harmWords({ files, folders, areas, history }: ChangeView): string {
  const file = history.files.get(files.worst);
  if (file && file.harms > 0) {
    return `${files.worst} was in a change that was taken out ${days(files.sinceHarmDays)} ago; ${count(file.total, "change")} to it seen`;
  }
  const folder = history.folders.get(folders.worst);
  if (folder && folder.harms > 0) {
    return `changes in ${folderName(folders.worst)} were taken out ${ratio(folders.max)} as often as elsewhere here`;
  }
  const area = history.areas.get(areas.worst);
  if (area && area.harms > 0) {
    return `changes in ${folderName(areas.worst)} were taken out ${ratio(areas.max)} as often as elsewhere here`;
  }
  return "no change in these folders was taken out so far";
}

function activityWords({ files }: ChangeView): string {
  if (files.unseen === 1) return "none of these files was seen changing before";
  const fresh =
    files.changedInWeek > 0 ? `, ${percent(files.changedInWeek)} of the files changed within the last week` : "";
  return `${files.busiest} last changed among these ${days(files.freshestDays)} ago${fresh}`;
}

function authorWords({ author, change }: ChangeView): string {
  if (author.total === 0) return `first change by this ${change.isBot ? "bot" : "author"} here`;
  const harm = Number.isFinite(author.sinceHarmDays)
    ? `, one of which was taken out ${days(author.sinceHarmDays)} ago`
    : ", none of which was taken out";
  const here = author.experience < 1 ? "; hardly any in these folders" : "";
  return `the author landed ${count(author.total, "change")}${harm}${here}`;
}

function titleWords({ title, wordExcess }: ChangeView): string {
  if (title.undoes) return "the title says that it takes out another change";
  if (title.relands) return "the title says that it lands again what was taken out";
  if (wordExcess.max > 0.2) return `changes titled "${wordExcess.worst}" were taken out more often here`;
  const intents = [...title.intents];
  return intents.length > 0 ? `the title says ${intents.join(", ")}` : "what the title says";
}

function echoWords({ echo }: ChangeView): string {
  if (echo.title + echo.paths < 0.3) return "it resembles nothing that was taken out lately";
  const who = echo.sameAuthor ? " by the same author" : "";
  return `it resembles a change${who} that was taken out in the last ${harmMemoryDays} days (${percent(echo.paths)} of the files, ${percent(echo.title)} of the title)`;
}

function timeWords({ load, peopleRate }: ChangeView): string {
  return `${count(load.day, "change")} landed in the last 24 hours; ${percent(peopleRate)} of changes come to harm here`;
}

function findingWords({ change: { findings = [] } }: ChangeView): string {
  if (findings.length === 0) return "classification found nothing that needs a second look";
  return `classification found ${[...new Set(findings)].slice(0, findingsTold).join(", ")}`;
}

const findingsTold = 3;
const harmMemoryDays = 60;

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function percent(share: number): string {
  return share < 0.1 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`;
}

function days(n: number): string {
  return n < 1 ? "less than a day" : count(Math.round(n), "day");
}

function ratio(excess: number): string {
  return `${Math.exp(excess).toFixed(1)} times`;
}

function folderName(folder: string): string {
  return folder === "" ? "the root folder" : `${folder}/`;
}

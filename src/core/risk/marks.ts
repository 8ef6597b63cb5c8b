import type { DescribedChange } from "./described.js";
import type { Theme } from "./features.js";

/**
 * Names under which this repository's outcomes are remembered, each by itself: words, tag and author, files, folders,
 * the author in each folder, and what classification found. They mean nothing elsewhere, so they begin at 0 and only
 * this repository teaches them.
 */
export function marksOf({ change, title, folders, paths }: DescribedChange): string[] {
  const marked = folders.slice(0, markedFoldersMax);
  return [
    ...title.words.map((word) => `word ${word}`),
    ...(title.tag === "" ? [] : [`tag ${title.tag}`]),
    `author ${change.author}`,
    ...marked.map((folder) => `folder ${folder}`),
    ...marked.map((folder) => `author-folder ${change.author} ${folder}`),
    ...[...paths].slice(0, markedFilesMax).map((path) => `file ${path}`),
    ...[...new Set(change.findings)].slice(0, markedFindingsMax).map((detector) => `finding ${detector}`),
  ];
}

/** What a reason that rests on this mark would be about. */
export function themeOfMark(mark: string): Theme {
  return themeOfKind.get(mark.slice(0, mark.indexOf(" "))) ?? "harm-here";
}

const themeOfKind: ReadonlyMap<string, Theme> = new Map([
  ["word", "title"],
  ["tag", "title"],
  ["author", "author"],
  ["folder", "harm-here"],
  ["author-folder", "author"],
  ["file", "harm-here"],
  ["finding", "findings"],
]);

/** Beyond these a change is judged by its spread. */
const markedFoldersMax = 20;
const markedFilesMax = 30;
const markedFindingsMax = 20;

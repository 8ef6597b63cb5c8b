import type { FileChange } from "../../../model/change.js";
import type { ReadFile } from "../../detector.js";
import { yamlEntries } from "../../parsers/outline.js";
import type { Entry } from "../../parsers/outline.js";
import { isWorkflowPath } from "../../path-kinds.js";
import { sidesOf } from "../../sides.js";

/** What the workflow detectors share: the keys of a workflow before and after. */

export function concernsWorkflow(file: FileChange): boolean {
  return isWorkflowPath(file.path) && file.status !== "removed";
}

export function entriesBefore(file: ReadFile): Entry[] {
  return sidesOf(file).before.flatMap(yamlEntries);
}

export function entriesAfter(file: ReadFile): Entry[] {
  return sidesOf(file).after.flatMap(yamlEntries);
}

/** Entries on added lines that say something which the old side of the file didn't. */
export function newEntries(file: ReadFile): Entry[] {
  const before = new Set(entriesBefore(file).map(said));
  return entriesAfter(file).filter((entry) => entry.changed && !before.has(said(entry)));
}

/** Key and value without the parents: a step moved to another job says the same thing. */
function said(entry: Entry): string {
  return `${entry.keys.at(-1) ?? ""}=${entry.value ?? ""}`;
}

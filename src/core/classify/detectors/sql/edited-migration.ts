import type { Detector, Hit, ReadFile } from "../../detector.js";
import { isOneMigration } from "../../sql/paths.js";

/** A migration that databases may have run already is changed, moved or deleted. */
export const editedMigration: Detector = {
  id: "sql/edited-migration",
  reads: "An existing migration edited, renamed or deleted",
  reversibility: "irreversible",
  why: "Databases that ran the migration keep what it did then; new ones get something else, and no revert joins them again.",
  remedy: "Leave the migration as it is and add a new one.",
  source: "Rails guides: changing existing migrations; Flyway: validate",
  concerns: (file) =>
    file.status !== "added" &&
    file.status !== "copied" &&
    (isOneMigration(file.path) || (file.oldPath !== undefined && isOneMigration(file.oldPath))),
  detect: (file) => (file.change.status === "changed" ? [] : edits(file)),
};

function edits(file: ReadFile): Hit[] {
  const { path, oldPath, status } = file.change;
  if (status === "removed") return [{ path, why: `The migration is deleted. ${editedMigration.why}` }];
  const line = file.lines.find((l) => l.kind !== "context" && isCode(l.text));
  if (line) return [{ path, line: line.number }];
  const moved = status === "renamed" && oldPath !== undefined;
  return moved ? [{ path, why: `The migration was called ${oldPath} before. ${editedMigration.why}` }] : [];
}

/** Comments and blank lines of SQL, Ruby, Python and C's family are no code. */
function isCode(text: string): boolean {
  return !/^\s*(?:--|#|\/\/|\/\*|\*|$)/.test(text);
}

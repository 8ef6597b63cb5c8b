import type { FileChange } from "../../model/change.js";
import type { ReadFile } from "../detector.js";
import type { Operation } from "./operation.js";
import { codeOperations } from "./code-operations.js";
import { javascript } from "./javascript.js";
import { isCodeMigration, isOneMigration, isSqlScript } from "./paths.js";
import { otherLanguage, otherOperations } from "./other.js";
import { python } from "./python.js";
import { rails } from "./rails.js";
import { sqlOperations } from "./read.js";

/** Whether a file is one whose operations on a database are read. */
export function isDatabaseChange(file: FileChange): boolean {
  const known = asked.get(file);
  if (known !== undefined) return known;
  const answer = file.status !== "removed" && readerOf(file.path) !== null;
  asked.set(file, answer);
  return answer;
}

/** Two dozen detectors ask this of every file. */
const asked = new WeakMap<FileChange, boolean>();

const kept = new WeakMap<ReadFile, readonly Operation[]>();

/** What the added lines of a file do to a database; read once for all detectors. */
export function operationsOf(file: ReadFile): readonly Operation[] {
  const known = kept.get(file);
  if (known) return known;
  const operations = readerOf(file.change.path)?.(file) ?? [];
  kept.set(file, operations);
  return operations;
}

function readerOf(path: string): ((file: ReadFile) => Operation[]) | null {
  if (isSqlScript(path)) return sqlOperations;
  if (!isCodeMigration(path)) return null;
  if (path.endsWith(".rb")) return (file) => codeOperations(file, rails);
  if (/\.[cm]?[jt]s$/.test(path)) return (file) => codeOperations(file, javascript);
  if (path.endsWith(".py")) return (file) => codeOperations(file, python);
  return isOneMigration(path) && otherLanguage.test(path) ? otherOperations : null;
}

import type { Change, FileStatus } from "../model/change.js";
import type { Finding } from "../model/classification.js";
import type { Instant } from "../model/ids.js";

/**
 * What risk knows of a change when it is judged: of the diff's text only what classification found in it, nothing of
 * what came later. The same shape serves the stream protocol, a clone's history and the app, so that all three score
 * alike.
 */
export interface ScoredChange {
  readonly id: string;
  /** Stable within a repository: a login, a name, a number as text. */
  readonly author: string;
  /** True for machine accounts with a fixed job; coding agents count as authors like people. */
  readonly isBot: boolean;
  readonly title: string;
  /** At most `filesReadMax` are looked at; the counts below are of the whole change. */
  readonly files: readonly ScoredFile[];
  readonly fileCount: number;
  /** Lines, over all files. */
  readonly added: number;
  readonly deleted: number;
  /** Detectors that classification found something with; left out: the diff was not classified. */
  readonly findings?: readonly string[];
}

export interface ScoredFile {
  readonly path: string;
  readonly added: number;
  readonly deleted: number;
  readonly status: FileStatus;
}

/** A proposed change as risk reads it: without the text of its patches, so that it can be kept in the ledger. */
export function scoredChangeOf(
  { title, author, files }: Pick<Change, "title" | "author" | "files">,
  { id, findings }: { id: string; findings: readonly Pick<Finding, "detector">[] },
): ScoredChange {
  return {
    id,
    author: author.login,
    isBot: author.kind === "bot",
    title,
    files: files.slice(0, filesReadMax).map(({ path, added, deleted, status }) => ({ path, added, deleted, status })),
    fileCount: files.length,
    added: files.reduce((sum, f) => sum + f.added, 0),
    deleted: files.reduce((sum, f) => sum + f.deleted, 0),
    findings: detectorsOf(findings),
  };
}

export function detectorsOf(findings: readonly Pick<Finding, "detector">[]): readonly string[] {
  return [...new Set(findings.map((f) => f.detector))].sort();
}

/** From git's letter (`R`, `R100`) or GitHub's word (`renamed`); what is neither counts as modified. */
export function fileStatusOf(text: string): FileStatus {
  return statuses.get(text) ?? statuses.get(text.charAt(0)) ?? "modified";
}

const statuses: ReadonlyMap<string, FileStatus> = new Map([
  ["A", "added"],
  ["D", "removed"],
  ["R", "renamed"],
  ["C", "copied"],
  ["T", "changed"],
  ["added", "added"],
  ["removed", "removed"],
  ["renamed", "renamed"],
  ["copied", "copied"],
  ["changed", "changed"],
]);

/** What happened, in time order: the only thing that risk learns from. */
export type RiskEvent =
  | { readonly type: "landed"; readonly change: ScoredChange; readonly at: Instant }
  /** A change was taken out again, rolled back or named by an incident. */
  | { readonly type: "harmed"; readonly id: string; readonly at: Instant };

/** A change of more files is judged by its counts and its first files. */
export const filesReadMax = 300;

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

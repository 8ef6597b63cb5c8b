import { titleFacts } from "../../core/risk/title.js";
import type { LandedCommit } from "./landed.js";

/** How a commit was seen to take out another, surest first. */
export const revertEvidence = ["sha", "diff", "pull", "title"] as const;
export type RevertEvidence = (typeof revertEvidence)[number];

export interface LabelledCommit {
  readonly commit: LandedCommit;
  /** Index of the first later commit that took it out, and how that was seen; null when none did. */
  readonly revertedBy: { readonly index: number; readonly how: RevertEvidence } | null;
  /** 0: an ordinary change. Odd: takes out another. Even: lands again what was taken out. */
  readonly revertDepth: number;
}

export interface Labels {
  readonly commits: readonly LabelledCommit[];
  /** Titles that read as a revert of which no target was found. */
  readonly unresolved: number;
}

/**
 * Finds what took out what. A link is kept only when both touch a common file. Labels know the whole history; who
 * replays it must reveal an outcome only at the time of the reverting commit.
 */
export function labelReverts(commits: readonly LandedCommit[]): Labels {
  const index = emptyIndex();
  const revertedBy: Array<LabelledCommit["revertedBy"]> = commits.map(() => null);
  const depth: number[] = commits.map(() => 0);
  let unresolved = 0;
  commits.forEach((commit, i) => {
    const found = targetsOf(commit, index).filter((t) => shareFile(commit, commits[t.index]));
    for (const { index: target, how } of found) revertedBy[target] ??= { index: i, how };
    const { undoes, relands } = titleFacts(commit.title);
    const target = found[0];
    depth[i] = target ? (depth[target.index] ?? 0) + 1 : relands ? 2 : undoes ? 1 : 0;
    if (undoes && !target) unresolved++;
    remember(index, commit, i);
  });
  return {
    commits: commits.map((commit, i) => ({
      commit,
      revertedBy: revertedBy[i] ?? null,
      revertDepth: depth[i] ?? 0,
    })),
    unresolved,
  };
}

interface Target {
  readonly index: number;
  readonly how: RevertEvidence;
}

/** Earlier commits: by the first letters of their ids, by pull request, by bare title, by what they did. */
interface Index {
  readonly bySha: Map<string, number>;
  readonly byPull: Map<number, number>;
  readonly byTitle: Map<string, number>;
  readonly byDeed: Map<string, number>;
}

/** Shorter abbreviations name too many commits. */
const shaLettersMin = 7;

function emptyIndex(): Index {
  return { bySha: new Map(), byPull: new Map(), byTitle: new Map(), byDeed: new Map() };
}

function remember(index: Index, commit: LandedCommit, i: number): void {
  index.bySha.set(commit.sha.slice(0, shaLettersMin), i);
  for (const pull of commit.pulls) index.byPull.set(pull, i);
  index.byTitle.set(bareTitle(commit.title), i);
  if (commit.did !== "") index.byDeed.set(commit.did, i);
}

/** All that the message names by id; else the exact opposite of an earlier commit; else a named pull request; else a quoted title. */
function targetsOf(commit: LandedCommit, index: Index): Target[] {
  const named = shasNamed(commit.body).flatMap((sha) => targetAt(index.bySha.get(sha.slice(0, shaLettersMin)), "sha"));
  if (named.length > 0) return named;
  const opposite = commit.undid === "" ? [] : targetAt(index.byDeed.get(commit.undid), "diff");
  if (opposite.length > 0) return opposite;
  if (!/\b(revert|reverts|reverting|reapply|reland|backout|back out)\b/i.test(commit.title)) return [];
  const pulls = pullsNamed(commit).flatMap((pull) => targetAt(index.byPull.get(pull), "pull"));
  if (pulls.length > 0) return pulls;
  const quoted = quotedTitle(commit.title);
  return quoted === null ? [] : targetAt(index.byTitle.get(bareTitle(quoted)), "title");
}

function targetAt(found: number | undefined, how: RevertEvidence): Target[] {
  return found === undefined ? [] : [{ index: found, how }];
}

function shasNamed(body: string): string[] {
  return [...body.matchAll(/\breverts commit ([0-9a-f]{7,64})\b/gi)].map((m) => (m[1] ?? "").toLowerCase());
}

/** `Reverts owner/name#12` and `Reverts #12` in the message, else numbers in the title but the commit's own. */
function pullsNamed({ title, body, pulls }: LandedCommit): number[] {
  const inBody = [...body.matchAll(/\breverts (?:[\w.-]+\/[\w.-]+)?#(\d+)/gi)].map((m) => Number(m[1]));
  const inTitle = [...title.matchAll(/#(\d+)/g)].map((m) => Number(m[1])).filter((n) => !pulls.includes(n));
  return inBody.length > 0 ? inBody : inTitle;
}

/** What stands between the first and the last quotation mark after the word revert. */
function quotedTitle(title: string): string | null {
  const from = title.indexOf('"');
  const to = title.lastIndexOf('"');
  if (from >= 0 && to > from + 1) return title.slice(from + 1, to);
  const colon = /^revert:\s*(.+)$/i.exec(title);
  return colon ? (colon[1] ?? null) : null;
}

function bareTitle(title: string): string {
  return title
    .replace(/\s*\(#\d+\)\s*$/, "")
    .trim()
    .toLowerCase();
}

function shareFile(a: LandedCommit, b: LandedCommit | undefined): boolean {
  const paths = new Set(b?.files.map((f) => f.path));
  return a.files.some((f) => paths.has(f.path));
}

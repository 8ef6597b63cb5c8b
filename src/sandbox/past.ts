import { dayMinutes, type FlowEvent } from "../core/constraint/flow/event.js";
import type {
  PastDeployment,
  PastHead,
  PastPull,
  PastReview,
  PastRun,
  PastTurn,
} from "../core/constraint/flow/past.js";
import { prNumber, sha, type Instant, type Sha } from "../core/model/ids.js";
import type { DiffFile } from "./git/diff.js";

/** What happened in a repository before the sandbox began, newest first. */
export interface Past {
  pulls: readonly PastPull[];
  deployments: readonly PastDeployment[];
  /** What pull requests changed, by number; of those left out only the paths are known. */
  files?: ReadonlyMap<number, readonly DiffFile[]>;
}

/** What it changed; where that was never made, every file as though ten lines were added that GitHub doesn't show. */
export function pastFiles({ files }: Past, { number, paths }: Pick<PastPull, "number" | "paths">): readonly DiffFile[] {
  return files?.get(number) ?? paths.map(unseenFile);
}

const linesEach = 10;

function unseenFile(path: string): DiffFile {
  return { path, oldPath: null, status: "modified", sha: noBlob, added: linesEach, deleted: 0, patch: null };
}

const noBlob = "0".repeat(40);

/**
 * The events of a simulated delivery chain as a past that GitHub could tell. Commit ids are made up: nothing of it is
 * in the bare repository.
 * @param origin the moment of minute 0
 */
export function pastOf(events: readonly FlowEvent[], { origin, numbersFrom = 1 }: PastOptions): Past {
  const pulls = new Map<unknown, Draft>();
  const deployments: PastDeployment[] = [];
  for (const event of events) {
    const at = origin + Math.round(event.at * 60_000);
    const pull = pulls.get(event.pr) ?? begin(event, { at, number: numbersFrom + pulls.size });
    pulls.set(event.pr, pull);
    take(pull, event, at);
    if (event.event === "deployed" && pull.merged)
      deployments.push({ sha: pull.merged.sha, environment: "production", at, ok: event.ok !== false });
  }
  return {
    pulls: [...pulls.values()].sort((a, b) => b.createdAt - a.createdAt || b.number - a.number),
    deployments: oncePerWindow(
      deployments,
      new Map([...pulls.values()].map((p) => [p.merged?.sha, p.merged?.at ?? 0])),
    ),
  };
}

/** A deployment names one commit and brings all that landed before it: of a window, the one that landed last. */
function oncePerWindow(
  deployments: readonly PastDeployment[],
  landedAt: ReadonlyMap<Sha | undefined, Instant>,
): PastDeployment[] {
  const windows = new Map<string, PastDeployment>();
  for (const deployment of deployments) {
    const key = `${deployment.at} ${deployment.ok}`;
    const known = windows.get(key);
    if (!known || (landedAt.get(known.sha) ?? 0) <= (landedAt.get(deployment.sha) ?? 0)) windows.set(key, deployment);
  }
  return [...windows.values()].reverse();
}

/** Gives a repository a past; what is opened from now on is numbered after it. */
export function givePast(repo: { past: Past; nextNumber: number }, past: Past): void {
  repo.past = past;
  repo.nextNumber = Math.max(repo.nextNumber, ...past.pulls.slice(0, 1).map((p) => p.number + 1));
}

export interface PastOptions {
  readonly origin: Instant;
  readonly numbersFrom?: number;
}

interface Draft extends PastPull {
  merged: { readonly at: Instant; readonly sha: Sha } | null;
  closedAt: Instant | null;
  readonly heads: (PastHead & { readonly runs: (PastRun & { completedAt: Instant | null; ok: boolean })[] })[];
  readonly reviews: PastReview[];
  readonly turns: PastTurn[];
}

function begin(event: FlowEvent, { at, number }: { at: Instant; number: number }): Draft {
  const kind = event.kind ?? "human";
  return {
    number: prNumber(number),
    author: loginOf(event.actor ?? "somebody", kind),
    kind,
    createdAt: at,
    draft: false,
    merged: null,
    closedAt: null,
    paths: event.paths ?? [],
    heads: [],
    reviews: [],
    turns: [],
  };
}

function loginOf(name: string, kind: string): string {
  return kind === "human" ? name : `${name.replace("[bot]", "")}[bot]`;
}

function take(pull: Draft, event: FlowEvent, at: Instant): void {
  switch (event.event) {
    case "ready_for_review":
      pull.turns.push({ what: "ready", at, team: null });
      pull.heads.push({ sha: madeUp(pull), pushedAt: at, runs: [] });
      return;
    case "pushed":
      pull.heads.push({ sha: madeUp(pull), pushedAt: at, runs: [] });
      return;
    case "build_started":
      if (event.for !== "queue")
        pull.heads.at(-1)?.runs.push({ name: "test", startedAt: at, completedAt: null, ok: false });
      return;
    case "build_finished": {
      const run = pull.heads.at(-1)?.runs.at(-1);
      if (event.for !== "queue" && run) Object.assign(run, { completedAt: at, ok: event.ok === true });
      return;
    }
    case "review_requested":
      pull.turns.push({ what: "asked", at, team: event.team ?? null });
      return;
    case "review_submitted":
    case "approved":
      pull.reviews.push({ by: event.actor ?? "somebody", state: "approved", at });
      return;
    case "changes_requested":
      pull.reviews.push({ by: event.actor ?? "somebody", state: "changes_requested", at });
      return;
    case "landed":
      pull.merged = { at, sha: madeUp(pull) };
      return;
    case "closed":
      pull.closedAt = at;
      return;
    default:
  }
}

/** Unlike any commit of git's: forty hex digits that count. */
function madeUp({ number, heads, merged }: Draft): Sha {
  const nth = heads.length + (merged ? 1 : 0);
  return sha(`${number.toString(16).padStart(20, "0")}${nth.toString(16).padStart(20, "0")}`);
}

/** The Monday 00:00 UTC so many days before a moment, or the next one after. */
export function mondayBefore(now: Instant, days: number): Instant {
  const dayMs = dayMinutes * 60_000;
  const day = Math.floor(now / dayMs) - days;
  // 1970-01-05 was a Monday.
  return (day + ((((4 - day) % 7) + 7) % 7)) * dayMs;
}

import type { PacedClass } from "../model/classification.js";
import type { Instant, PrNumber } from "../model/ids.js";

/** A landed change, as far as the drum counts it. */
export interface LandedDoor {
  readonly number: PrNumber;
  readonly at: Instant;
  /** The commit that the base was moved to; null: not known. */
  readonly sha: string | null;
  /** Null: a revert restores it, or nobody ever classified it. */
  readonly class: PacedClass | null;
  /** When it was taken out again, or found to do harm; null: not so far. */
  readonly harmedAt: Instant | null;
}

export interface Deployed {
  readonly at: Instant;
  readonly sha: string;
  readonly environment: string | null;
  readonly ok: boolean;
}

/** What production took in at one go: with one deployment, or, where none is reported, on one day (UTC). */
export interface PacingWindow {
  readonly at: Instant;
  readonly landed: readonly LandedDoor[];
  /** When it failed and was not tried again with success, or an earlier commit was deployed over it. */
  readonly rolledBackAt: Instant | null;
}

export interface Windows {
  readonly by: "deploy" | "day";
  /** Those that are over, oldest first. */
  readonly past: readonly PacingWindow[];
  /** What has landed in the present one. */
  readonly present: readonly LandedDoor[];
  /** When deployments come; null: none are reported, or too few to tell. */
  readonly deploys: DeployRhythm | null;
}

export interface DeployRhythm {
  readonly last: Instant;
  /** Milliseconds from one to the next: the median of the latest. */
  readonly everyMs: number;
  readonly weekends: boolean;
}

const dayMs = 24 * 60 * 60_000;
/** Older windows say nothing of the production of today. */
const windowsDays = 180;
/** Fewer deployments have no rhythm. */
const deploysNeeded = 3;
/** Deployments that the rhythm is taken from: the latest. */
const rhythmOf = 20;
/** A landing is recorded by the decision after it, and may be deployed before that. */
const recordedLateMs = 60_000;
/** So long without any, and at least three of their intervals: they are reported no longer. */
const silenceMs = 14 * dayMs;

/** @param of both in order of time */
export function windowsOf(
  of: { readonly landed: readonly LandedDoor[]; readonly deployed: readonly Deployed[] },
  now: Instant,
): Windows {
  const since = now - windowsDays * dayMs;
  const landed = of.landed.filter((l) => l.at >= since && l.at <= now);
  const { windows, waiting, unplaced } = byDeploy(landed, toUsers(of.deployed.filter((d) => d.at >= since)));
  const deploys = unplaced > windows.length ? null : rhythm(windows, now);
  if (deploys) return { by: "deploy", past: windows, present: waiting, deploys };
  return { by: "day", past: byDay(landed), present: landed.filter((l) => now - l.at < dayMs), deploys: null };
}

/** Where some environment is production, the others are not users'. */
export function toUsers<D extends { readonly environment: unknown }>(deployed: readonly D[]): readonly D[] {
  const production = deployed.filter((d) => isProduction(d.environment));
  return production.length > 0 ? production : deployed;
}

function isProduction(environment: unknown): boolean {
  return typeof environment === "string" && /^prod/i.test(environment);
}

/** What has landed, handed out to deployments that are asked about in order of time. */
export interface Undeployed<L> {
  /** A deployment takes what has landed up to its commit and was not taken before; empty: nobody saw that commit land. */
  readonly takenBy: (deploy: { readonly at: Instant; readonly sha: unknown }) => readonly L[];
  /** What none has taken so far. */
  readonly left: () => readonly L[];
}

/** @param landed in order of time */
export function undeployed<L extends { readonly at: Instant; readonly sha: unknown }>(
  landed: readonly L[],
): Undeployed<L> {
  const waiting: L[] = [];
  const shas = new Set(landed.map((l) => l.sha));
  let next = 0;
  return {
    takenBy: ({ at, sha }) => {
      for (let l = landed[next]; l && l.at <= at + recordedLateMs; l = landed[++next]) waiting.push(l);
      // Most of a long list of deployments may be of commits that nobody saw land: those are not looked for.
      return shas.has(sha) ? waiting.splice(0, waiting.findLastIndex((l) => l.sha === sha) + 1) : [];
    },
    left: () => [...waiting, ...landed.slice(next)],
  };
}

interface Placed {
  readonly at: Instant;
  readonly sha: string;
  readonly landed: readonly LandedDoor[];
  rolledBackAt: Instant | null;
  /** Where it failed. */
  failedIn: string | null;
}

function byDeploy(
  landed: readonly LandedDoor[],
  deployed: readonly Deployed[],
): { windows: Placed[]; waiting: readonly LandedDoor[]; unplaced: number } {
  const windows: Placed[] = [];
  const { takenBy, left } = undeployed(landed);
  /** The newest window that each environment has seen. */
  const newest = new Map<string | null, number>();
  const byCommit = new Map<string, number>();
  let unplaced = 0;
  for (const deploy of deployed) {
    const { at, sha, ok, environment } = deploy;
    const known = byCommit.get(sha);
    const taken = known === undefined ? takenBy(deploy) : [];
    if (taken.length > 0) {
      const failed = ok ? { rolledBackAt: null, failedIn: null } : { rolledBackAt: at, failedIn: environment };
      byCommit.set(sha, windows.length);
      newest.set(environment, windows.length);
      windows.push({ at, sha, landed: taken, ...failed });
    } else if (known !== undefined) {
      deployedAgain(windows, { known, seen: newest.get(environment) ?? known, deploy });
      newest.set(environment, known);
    } else unplaced++;
  }
  return { windows, waiting: left(), unplaced };
}

/** The same commit again is another attempt, or another place; an earlier one takes back what its place had seen since. */
function deployedAgain(
  windows: Placed[],
  { known, seen, deploy: { at, ok, environment } }: { known: number; seen: number; deploy: Deployed },
): void {
  for (const later of windows.slice(known + 1, seen + 1)) later.rolledBackAt ??= at;
  const window = windows[known];
  if (!window || seen > known) return;
  if (!ok) Object.assign(window, { rolledBackAt: at, failedIn: environment });
  else if (window.failedIn === environment) window.rolledBackAt = null;
}

function byDay(landed: readonly LandedDoor[]): PacingWindow[] {
  const days = new Map<number, LandedDoor[]>();
  for (const l of landed) {
    const day = Math.floor(l.at / dayMs);
    const known = days.get(day);
    if (known) known.push(l);
    else days.set(day, [l]);
  }
  return [...days].map(([day, of]) => ({ at: day * dayMs, landed: of, rolledBackAt: null }));
}

function rhythm(windows: readonly Placed[], now: Instant): DeployRhythm | null {
  const last = windows.at(-1);
  if (!last || windows.length < deploysNeeded) return null;
  const lately = windows.slice(-rhythmOf);
  const gaps = lately.slice(1).map((w, i) => w.at - (lately[i]?.at ?? w.at));
  const everyMs = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  if (now - last.at > Math.max(silenceMs, deploysNeeded * everyMs)) return null;
  return { last: last.at, everyMs, weekends: lately.some((w) => isWeekend(w.at)) };
}

/** When the nth deployment from now (0: the next) is expected; null: it is overdue, and nobody can say. */
export function deployExpected({ last, everyMs, weekends }: DeployRhythm, nth: number, now: Instant): Instant | null {
  let at = last;
  for (let i = 0; i <= nth; i++) {
    at += everyMs;
    while (!weekends && isWeekend(at)) at += dayMs;
  }
  return at > now ? at : null;
}

/** Saturday or Sunday, UTC; 1970-01-01 was a Thursday. */
function isWeekend(at: Instant): boolean {
  return (Math.floor(at / dayMs) + 3) % 7 >= 5;
}

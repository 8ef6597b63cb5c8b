import type { PacedClass } from "../model/classification.js";
import type { Instant } from "../model/ids.js";
import { harmAtMost, matureMs } from "./autonomy.js";
import {
  windowsOf,
  type DeployRhythm,
  type Deployed,
  type LandedDoor,
  type PacingWindow,
  type Windows,
} from "./windows.js";

/** The drum of each class, and what stands in the present window. */
export interface DrumLessons {
  readonly by: Windows["by"];
  readonly classes: Readonly<Record<PacedClass, ClassDrum>>;
  /** Null: no deployments are reported, or too few to tell when they come. */
  readonly deploys: (DeployRhythm & { readonly waiting: number }) | null;
}

export interface ClassDrum extends Absorbed {
  /** When those landed that stand in the present window, oldest first. */
  readonly landed: readonly Instant[];
}

/** @param of both in order of time */
export function drumLessons(
  of: { readonly landed: readonly LandedDoor[]; readonly deployed: readonly Deployed[] },
  now: Instant,
): DrumLessons {
  const { by, past, present, deploys } = windowsOf(of, now);
  const drum = (c: PacedClass): ClassDrum => ({
    ...absorbedOf(c, past, now),
    landed: present.filter((l) => l.class === c).map((l) => l.at),
  });
  return {
    by,
    classes: { irreversible: drum("irreversible"), recoverable: drum("recoverable") },
    deploys: deploys && { ...deploys, waiting: present.length },
  };
}

/** What the windows so far say of one class. */
export interface Absorbed {
  /** Windows that held any of it: old enough to have shown harm, or harmed already. */
  readonly windows: number;
  /** Of these, how many were rolled back, or held one that was taken out again. */
  readonly harmed: number;
  /** Most that one window held without harm. */
  readonly most: number;
  /** Changes a window that are proven sustainable; null: too few windows to prove even one. */
  readonly rate: number | null;
  /** Harm was seen in the last 30 days. */
  readonly lately: boolean;
}

const dayMs = 24 * 60 * 60_000;
const latelyMs = 30 * dayMs;
/** Share of windows that may go wrong at most, with 95 % confidence. What can't be taken back needs more proof. */
const harmMax: Readonly<Record<PacedClass, number>> = { irreversible: 0.1, recoverable: 0.25 };
/** Fewer windows than these prove nothing, even without any harm: Wilson's bound for none of n is z² / (n + z²). */
export const windowsNeeded: Readonly<Record<PacedClass, number>> = { irreversible: 25, recoverable: 9 };

/**
 * The sustainable rate is the largest n for which, of the windows that held n or more, at most `harmMax` went wrong: the
 * upper end of Wilson's score interval, one-sided 95 % (E. B. Wilson, 1927; `harmAtMost`). Windows that held more than n
 * speak for n too, as more in one window is no safer than less. A window counts as gone well a week after it, as gone
 * wrong at once.
 */
export function absorbedOf(of: PacedClass, windows: readonly PacingWindow[], now: Instant): Absorbed {
  const seen = windows.flatMap((window) => {
    const harmedAt = harmOf(window, of);
    const held = window.landed.filter((l) => l.class === of).length;
    return held > 0 && (harmedAt !== null || now - window.at >= matureMs) ? [{ held, harmedAt }] : [];
  });
  const harmed = seen.filter((w) => w.harmedAt !== null);
  const most = seen.reduce((max, w) => (w.harmedAt === null ? Math.max(max, w.held) : max), 0);
  const proven = (n: number): boolean => {
    const held = seen.filter((w) => w.held >= n);
    const bad = held.filter((w) => w.harmedAt !== null).length;
    return harmAtMost({ landed: held.length, harmed: bad }) <= harmMax[of];
  };
  let rate = 0;
  for (let n = 1; n <= most; n++) if (proven(n)) rate = n;
  return {
    windows: seen.length,
    harmed: harmed.length,
    most,
    rate: seen.length < windowsNeeded[of] ? null : rate,
    lately: harmed.some((w) => now - (w.harmedAt ?? 0) < latelyMs),
  };
}

/** A rollback speaks against all that a window held, a revert against its own class. */
function harmOf({ rolledBackAt, landed }: PacingWindow, of: PacedClass): Instant | null {
  const at = [rolledBackAt, ...landed.filter((l) => l.class === of).map((l) => l.harmedAt)].filter((t) => t !== null);
  return at.length === 0 ? null : Math.min(...at);
}

/**
 * How many of a class may land in one window; null: as many as come. One more than is proven, so that more can be proven
 * (additive increase; Chiu & Jain 1989); no more than that once harm was seen lately, and never fewer than one. While
 * nothing is proven one-way changes go one at a time, and the others as they come.
 */
export function limitOf(of: PacedClass, { rate, lately }: Absorbed, policy: number | null): number | null {
  if (policy !== null) return policy;
  if (rate === null) return of === "irreversible" ? 1 : null;
  return Math.max(1, lately ? rate : rate + 1);
}

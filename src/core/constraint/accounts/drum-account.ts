import { limitOf, windowsNeeded, type Absorbed, type DrumLessons } from "../../memory/absorption.js";
import { deployExpected } from "../../memory/windows.js";
import { pacedClasses, type PacedClass } from "../../model/classification.js";
import type { Instant } from "../../model/ids.js";
import { utcTime } from "../../policy/calendar.js";
import type { PaceMode, PaceSettings } from "../../policy/policy.js";
import type { Metric } from "./metric.js";
import { zoneOf, type Zone } from "../pacer/buffer.js";

/** What production absorbs of each class, what is let through, and what has landed and waits for its deployment. */
export interface DrumAccount {
  /** What one window is. */
  readonly by: DrumLessons["by"];
  /** Whether the line keeps to it; null: no policy is known. */
  readonly mode: PaceMode | null;
  readonly classes: readonly ClassAccount[];
  /** Null: no deployments are reported. */
  readonly deploys: DeployBuffer | null;
}

export interface ClassAccount extends Absorbed {
  readonly class: PacedClass;
  /** Most that land in one window; null: as many as come. */
  readonly limit: number | null;
  readonly limitIs: "policy" | "measured";
  /** In the present window. */
  readonly landed: number;
}

/** The buffer before deployments, in changes. */
export interface DeployBuffer {
  readonly waiting: number;
  /** Null: none was ever full. */
  readonly takes: number | null;
  readonly zone: Zone | null;
  /** When the next is expected; null: it is overdue. */
  readonly next: Instant | null;
}

export function drumAccountOf(
  drum: DrumLessons,
  { pace, takes, now }: { readonly pace: PaceSettings | null; readonly takes: number | null; readonly now: Instant },
): DrumAccount {
  const { deploys } = drum;
  return {
    by: drum.by,
    mode: pace?.drum ?? null,
    classes: pacedClasses.map((c): ClassAccount => {
      const { landed, ...absorbed } = drum.classes[c];
      const wanted = pace?.absorbs[c] ?? null;
      const limit = limitOf(c, absorbed, wanted);
      const limitIs = wanted === null ? "measured" : "policy";
      return { class: c, ...absorbed, limit, limitIs, landed: landed.length };
    }),
    deploys: deploys && {
      waiting: deploys.waiting,
      takes,
      zone: takes === null ? null : zoneOf(deploys.waiting, takes),
      next: deployExpected(deploys, 0, now),
    },
  };
}

/** Counter-metric of all that is fast: of the windows with one-way or recoverable changes, those that went wrong. */
export function drumMetrics({ by, classes }: DrumAccount): Metric[] {
  return classes
    .filter((c) => c.windows > 0)
    .map((c) => ({
      name: `${c.class} changes taken back`,
      value: (100 * c.harmed) / c.windows,
      before: null,
      unit: `% of the ${c.windows} ${by === "deploy" ? "deployments" : "days"} that held any, rolled back or reverted`,
      gaming: "mending forward without saying what it mends",
      counter: "repeat fixes; reverts that name no change",
    }));
}

const rules: Readonly<Record<PaceMode, string>> = {
  on: "The line keeps to it.",
  observe: "The line only says what would wait (the policy has pace.drum: observe).",
  off: "The line does not keep to it (the policy has pace.drum: off).",
};

const noPolicy = "This is what the line would let through; the events know no policy.";

/** The account in sentences, one a line. */
export function drumLines(
  { by, mode, classes, deploys }: DrumAccount,
  nameOf: (at: Instant) => string = utcTime,
): string[] {
  const window = by === "deploy" ? "deployment" : "day";
  return [
    ...classes.map((c) => classLine(c, window)),
    ...(deploys ? [deployLine(deploys, nameOf)] : []),
    mode === null ? noPolicy : rules[mode],
  ];
}

function classLine(of: ClassAccount, window: string): string {
  const { rate, limit, windows, harmed, most, landed } = of;
  const proven =
    rate === null
      ? `too few to prove a rate (${windows} of ${windowsNeeded[of.class]} ${window}s)`
      : `${rate} a ${window} proven, by ${windows} ${window}s of which ${harmed} went wrong (most at once ${most})`;
  const least = limit === null ? "as many land as come" : `at most ${limit} ${limit === 1 ? "lands" : "land"}`;
  const fresh = of.lately && limit !== null ? ", none more while harm is fresh" : "";
  const why = of.limitIs === "policy" ? ", as the policy says" : fresh;
  return `${of.class}: ${proven}; ${least}${why}; ${landed} in the present one.`;
}

function deployLine({ waiting, takes, zone, next }: DeployBuffer, nameOf: (at: Instant) => string): string {
  const of = takes === null ? "" : ` of ${takes} that one takes${zone === null ? "" : ` (${zone})`}`;
  const at = next === null ? "the next one is overdue" : `the next one is expected at ${nameOf(next)}`;
  return `Landed and not deployed: ${waiting}${of}; ${at}.`;
}

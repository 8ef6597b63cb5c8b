import { judgesOf } from "../constraint/flow/recorded.js";
import type { PaceSnapshot, InFlightState, WorkState, StationState } from "../constraint/pacer/snapshot.js";
import { workKind } from "../constraint/flow/event.js";
import type { Facts, JudgesPace, PullFacts } from "../facts/facts.js";
import type { PolicyInForce } from "../governance/in-force.js";
import type { Instant, PrNumber } from "../model/ids.js";
import type { Policy } from "../policy/policy.js";
import type { Station } from "../model/station.js";
import { authorKind } from "./judge.js";
import { stationOf } from "./station.js";
import type { Unit } from "./unit.js";

/** What sets the pace: people's judgment, builds, or deployments. Null in `drumOf`: nothing that a gate could protect. */
export type Drum =
  | { readonly kind: "judgment"; readonly station: Station; readonly judges: readonly JudgesPace[] }
  | { readonly kind: "builds"; readonly station: Station }
  | {
      readonly kind: "deploys";
      readonly station: Station;
      /** Changes that have landed and wait for a deployment, and how many one takes. */
      readonly landed: number;
      readonly takes: number;
      readonly everyMinutes: number;
      /** Minutes of deployments that are to be stocked before them. */
      readonly enough: number;
    };

/** Deployments that are stocked while nobody has sized the buffer: what has landed, and what is queued after it. */
const deploysUnsized = 2;

/** By the constraint as found: demand, an unknown limit and authors are protected by no gate. */
export function drumOf({ lessons }: Pick<Facts, "lessons">): Drum | null {
  const { pace } = lessons;
  if (!pace) return null;
  const station = pace.constraint;
  switch (station) {
    case "review":
    case "approval":
      return { kind: "judgment", station, judges: pace.judges };
    case "ci":
    case "queue":
      return { kind: "builds", station };
    case "deploy": {
      const deploys = lessons.drum?.deploys;
      const takes = pace.deployTakes;
      if (!deploys || takes === undefined) return null;
      const everyMinutes = deploys.everyMs / 60_000;
      const enough = pace.buffer?.minutes ?? deploysUnsized * everyMinutes;
      return { kind: "deploys", station, landed: deploys.waiting, takes, everyMinutes, enough };
    }
    default:
      return null;
  }
}

/** As much of a unit as pacing reads. */
export type PacedUnit = Pick<Unit, "pull" | "classification" | "verdict" | "state">;

interface Context {
  readonly facts: Facts;
  readonly law: Pick<PolicyInForce, "policy">;
  readonly now: Instant;
  readonly drum: Drum;
  /** Those at the gate. */
  readonly waiting: ReadonlySet<PacedUnit>;
}

/** The queue's units as the pacer reads them: the same code paces the benches and the real line. */
export function paceSnapshot(units: readonly PacedUnit[], context: Context): PaceSnapshot {
  const open = units.filter((u) => u.pull.state === "open" && !u.pull.draft && u.state.place.kind !== "landed");
  const usualLines = medianOf(open.map((u) => linesOf(u.pull)));
  const work = (unit: PacedUnit) => workOf(unit, { ...context, usualLines });
  return {
    now: minutes(context.now),
    stations: stationsOf(open, context),
    gate: open.filter((u) => context.waiting.has(u)).map(work),
    inFlight: open
      .filter((u) => !context.waiting.has(u))
      .map((unit): InFlightState => ({
        ...work(unit),
        at: whereIs(unit, context.law.policy),
        releasedMinutesAgo: minutes(context.now - (unit.state.gate?.released ?? unit.pull.createdAt)),
        reviews: reviewsOf(unit.pull),
      })),
    last7Days: context.facts.lessons.pace?.endings ?? {},
  };
}

function stationsOf(units: readonly PacedUnit[], { drum, facts, law }: Context): StationState[] {
  if (drum.kind === "judgment")
    return drum.judges.map((j) => ({
      ...{ station: "review", team: j.team, servers: j.people, open: true, inService: [] },
      waiting: units.filter((u) => teamOfUnit(u) === j.team).map((u) => u.pull.number),
      finishedLast7Days: j.lastWeek,
      meanServiceMinutes: j.minutes,
      ...(j.buffer && { size: j.buffer }),
    }));
  const waiting = queuedNumbers(units);
  if (drum.kind === "deploys") return [];
  const meanServiceMinutes = facts.lessons.buildMinutes?.median ?? null;
  const builds = { station: "ci", team: "ci", servers: law.policy.queue.slots, open: true, inService: [] };
  const size = facts.lessons.pace?.buffer;
  return [{ ...builds, waiting, finishedLast7Days: 0, meanServiceMinutes, ...(size && { size }) }];
}

export function queuedNumbers(units: readonly PacedUnit[]): PrNumber[] {
  return units.filter((u) => u.state.place.kind === "queued").map((u) => u.pull.number);
}

/** Larger changes take longer to judge, but not as much longer as they are larger. */
const sizeExponent = 0.5;
const sizeFactorMost = 4;
/** Priority labels count as value: ten points double it, and none counts for more than this. */
const pointsThatDouble = 10;
const valueMost = 8;

function workOf(
  unit: PacedUnit,
  { facts, law, now, usualLines }: Omit<Context, "waiting"> & { readonly usualLines: number },
): WorkState {
  const { pull, classification, state } = unit;
  const team = teamOfUnit(unit);
  const usual = facts.lessons.pace?.judges.find((j) => j.team === team)?.minutes ?? 1;
  const factor = (linesOf(pull) / usualLines) ** sizeExponent;
  const points = Math.max(-100, ...pull.labels.flatMap((l) => law.policy.queue.priorities[l] ?? []));
  const value = points === -100 ? 1 : 2 ** (points / pointsThatDouble);
  return {
    id: pull.number,
    kind: workKind(authorKind(pull, { policy: law.policy })),
    team,
    value: Math.min(valueMost, Math.max(1 / valueMost, value)),
    urgent: law.policy.queue.hotfixLabel !== null && pull.labels.includes(law.policy.queue.hotfixLabel),
    reversibility: classification.reversibility,
    ageMinutes: minutes(now - (state.gate?.since ?? pull.createdAt)),
    predictedMinutes: {
      review: usual * Math.min(sizeFactorMost, Math.max(1 / sizeFactorMost, factor)),
      ci: facts.lessons.buildMinutes?.median ?? 0,
    },
  };
}

/** The team whose judgment it waits for; empty: it waits for nobody's. */
export function teamOfUnit({ verdict }: Pick<PacedUnit, "verdict">): string {
  if (verdict.permits || verdict.asks.length === 0) return "";
  return judgesOf(
    verdict.path,
    verdict.asks.flatMap((a) => a.of),
  );
}

/** People who judge are one station here, whether they are the first to or the last; so is what could not be told. */
function whereIs({ pull, state, verdict }: PacedUnit, policy: Policy): Station {
  if (verdict.reasons.some((r) => r.code === "changes-requested")) return "authoring";
  const at = stationOf(pull, { place: state.place, policy });
  return at === null || at === "approval" ? "review" : at;
}

function reviewsOf({ reviews }: PullFacts): number {
  return reviews.state === "read" ? reviews.value.filter((r) => r.state !== "commented").length : 0;
}

function linesOf({ files }: PullFacts): number {
  return files.state === "read"
    ? Math.max(
        1,
        files.value.reduce((sum, f) => sum + f.added + f.deleted, 0),
      )
    : 1;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

function minutes(ms: number): number {
  return ms / 60_000;
}

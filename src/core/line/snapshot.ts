import type { Facts, PullFacts } from "../facts/facts.js";
import { checkTruth, type CheckState } from "../governance/checks.js";
import type { CheckName, LaneSettings } from "../policy/policy.js";
import type { Instant, PrNumber } from "../model/ids.js";
import type { Controls, LandedChange, PlannedBuild, PlanSnapshot, QueuedChange, Target } from "../queue/snapshot.js";
import type { GroupState, QueueState } from "../queue/state.js";
import { dependenciesNamed } from "./depends.js";
import { hasPassed } from "./groups.js";
import { passOf } from "./pass.js";
import { plannedTargets } from "./targets.js";
import { touchedBy, type Touched } from "./touched.js";
import { isControl, trunkOf } from "./trunk.js";
import type { Unit } from "./unit.js";

/** Believed of a repository that has no history yet: shares as field reports give them for hosted CI. */
const prior = { flake: 0.02, conflict: 0.01, buildMinutes: 10 } as const;
/** Below this the time that a build takes is noise beside what starting one does. */
const shortestBuildMinutes = 1;
const conflictHorizonMinutes = 24 * 60;

export interface LineSettings {
  /** Null: one lane. */
  readonly lanes: LaneSettings | null;
  readonly slots: number;
  /** Must pass on a change by itself before the queue tests it. */
  readonly ownChecks: readonly CheckName[];
  readonly priorities: Readonly<Record<string, number>>;
  /** Nothing starts and nothing lands. */
  readonly paused: boolean;
  readonly controls: Controls<PrNumber>;
}

export interface PlanningContext {
  readonly units: readonly Unit[];
  readonly facts: Facts;
  readonly settings: LineSettings;
  readonly now: Instant;
}

/** What each of the units touches; null where the policy has no lanes. */
export function touchedBySettings({ units, settings }: Pick<PlanningContext, "units" | "settings">) {
  const { lanes } = settings;
  return lanes && new Map<PrNumber, Touched>(units.map((u) => [u.pull.number, touchedBy(u, lanes)]));
}

/** The queue as the planner reads it. */
export function snapshotOf(
  state: QueueState,
  { units, facts, settings, now }: PlanningContext,
): PlanSnapshot<PrNumber, string> {
  const queue = units
    .flatMap((u) => queuedChange(u, { state, facts, settings }))
    .sort((a, b) => a.arrivedAt - b.arrivedAt || a.id - b.id);
  const targets = targetsOf(
    queue.map((c) => c.id),
    { state, touched: touchedBySettings({ units, settings }) },
  );
  return {
    now: minutes(now),
    slots: settings.slots,
    conflictProbability: prior.conflict,
    conflictHorizonMinutes,
    flakeProbability: Math.max(prior.flake, facts.lessons.flakeProbability),
    sharedCache: false,
    landedCount: state.landedCount,
    queue: queue.map((c, i) => ({ ...c, targets: targets.queued[i] ?? [] })),
    landed: state.landed.map((l, i): LandedChange<PrNumber> => ({
      id: l.number,
      at: minutes(l.at),
      seq: l.seq,
      targets: targets.landed[i] ?? [],
      ...(l.composition && { composed: true }),
    })),
    builds: state.groups.filter((g) => !isControl(g)).map(plannedBuild),
    trunk: trunkOf(state, facts),
    // Two runs of one change look like a fault to whoever pays for them.
    controls: { ...settings.controls, twice: false, paused: settings.paused, drain: (state.draining ?? null) !== null },
  };
}

/** Without lanes every change overlaps every other: what lands is then exactly what was tested. */
function targetsOf(
  queued: readonly PrNumber[],
  { state, touched }: { state: QueueState; touched: ReadonlyMap<PrNumber, Touched> | null },
): Record<"queued" | "landed", readonly (readonly Target[])[]> {
  const now = queued.map((number) => {
    const found = touched?.get(number);
    return found?.kind === "these" ? found.targets : null;
  });
  const planned = plannedTargets([...now, ...state.landed.map((l) => (touched && l.touched) ?? null)]);
  return { queued: planned.slice(0, queued.length), landed: planned.slice(queued.length) };
}

function queuedChange(
  unit: Unit,
  { state, facts, settings }: { state: QueueState } & Pick<PlanningContext, "facts" | "settings">,
): Omit<QueuedChange<PrNumber>, "targets">[] {
  const place = state.units[unit.pull.number]?.place;
  if (place?.kind !== "queued") return [];
  const size =
    unit.pull.files.state === "read"
      ? unit.pull.files.value.reduce((sum, f) => sum + f.added + f.deleted, 0)
      : undefined;
  return [
    {
      id: unit.pull.number,
      arrivedAt: minutes(place.at),
      passProbability: passOf(unit, facts),
      expectedMinutes: Math.max(shortestBuildMinutes, facts.lessons.buildMinutes?.median ?? prior.buildMinutes),
      priority:
        Math.max(0, ...unit.pull.labels.map((l) => settings.priorities[l] ?? 0)) ||
        Math.min(0, ...unit.pull.labels.map((l) => settings.priorities[l] ?? 0)),
      hotfix: place.hotfix,
      dependsOn: dependenciesNamed(unit.pull.body).filter((n) => n !== unit.pull.number),
      reversibility: unit.classification.reversibility,
      risk: unit.risk.score,
      ownChecks: ownChecks(unit.pull, settings.ownChecks),
      ...(size !== undefined && { size }),
    },
  ];
}

/** Of CI in two steps, the first: one that never came runs, as far as anybody can tell. */
function ownChecks({ checks }: PullFacts, needed: readonly CheckName[]): "passed" | "failed" | "running" {
  const is = (state: CheckState) => (check: CheckName) => checkTruth(check, state, checks) === "true";
  if (needed.every(is("passed"))) return "passed";
  return needed.some(is("failed")) ? "failed" : "running";
}

function plannedBuild(group: GroupState): PlannedBuild<PrNumber, string> {
  const { phase } = group;
  const status = phase.kind === "failed" ? "failed" : hasPassed(group) ? "passed" : "running";
  return {
    id: group.id,
    base: group.base,
    members: group.members.map((m) => m.number),
    status,
    startedAt: minutes(group.startedAt),
    finishedAt: phase.kind === "passed" || phase.kind === "failed" ? minutes(phase.at) : null,
    attempt: group.attempt,
    ...(phase.kind === "failed" && { failure: phase.cause }),
  };
}

export function minutes(at: Instant): number {
  return at / 60_000;
}

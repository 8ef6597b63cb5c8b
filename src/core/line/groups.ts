import type { CheckFacts, Facts } from "../facts/facts.js";
import type { Instant, PrNumber, Sha } from "../model/ids.js";
import type { FileChange } from "../model/change.js";
import type { GroupMember, Outcome } from "../model/effect.js";
import { absent, type Read } from "../model/read.js";
import { isAudited } from "../risk/audit-draw.js";
import { causeOf } from "./cause.js";
import { withControls } from "./trunk.js";
import type { FailureCause, GroupState, Landing, LandingRange, QueueState, UnitState } from "../queue/state.js";

/** Landings remembered: more than any build in flight can miss. */
export const landingsKept = 500;

export interface BuildRules {
  /** Names that must pass; empty: every check that CI reports, and at least one. */
  readonly required: readonly { readonly name: string; readonly app: string | null }[];
  /** Names that hold nothing up where none is required. */
  readonly optional: readonly string[];
  readonly timeoutMinutes: number;
}

/** Takes in what became of effects and what CI says: pure bookkeeping, no choice is made here. */
export function takeIn(
  state: QueueState,
  facts: Facts,
  { rules, auditShare, now }: { rules: BuildRules; auditShare: number; now: Instant },
): QueueState {
  const after = facts.outcomes.reduce((s, outcome) => afterOutcome(s, outcome, { facts, auditShare, now }), state);
  const groups = after.groups.map((group) => withChecks(group, facts, { rules, now }));
  return withControls({ ...after, groups: groups.map((group) => withFlake(group, groups)) }, { now });
}

interface Taking {
  readonly facts: Facts;
  readonly auditShare: number;
  readonly now: Instant;
}

function afterOutcome(state: QueueState, outcome: Outcome, { facts, auditShare, now }: Taking): QueueState {
  switch (outcome.kind) {
    case "built":
      return mapGroup(state, outcome.group, (g) => ({
        ...g,
        base: landingsUpTo(outcome.onto, state) ?? g.base,
        lineage: [...new Set([...g.lineage, outcome.onto])],
        phase: { kind: "testing", sha: outcome.sha, tree: outcome.tree, since: now },
      }));
    case "composed":
      return mapGroup(state, outcome.group, (g) => {
        if (g.phase.kind !== "composing" || g.phase.composition.onto !== outcome.onto) return g;
        const { composition } = g.phase;
        return { ...g, phase: { kind: "composed", sha: outcome.sha, tree: outcome.tree, composition } };
      });
    case "build-conflict":
      return mapGroup(state, outcome.group, (g) => ({
        ...g,
        // What comes after the one that conflicts was never looked at.
        members: g.members.slice(0, g.members.findIndex((m) => m.number === outcome.number) + 1),
        phase: { kind: "failed", sha: null, at: now, names: ["merge"], urls: [], cause: "conflict" },
      }));
    case "landed":
      return afterLanding(state, outcome, { facts, auditShare, now });
    case "wrong-tree":
      return {
        ...state,
        stopped: {
          why: `The base holds tree ${outcome.found.slice(0, 12)}, but ${outcome.expected.slice(0, 12)} was tested.`,
          at: now,
        },
      };
    case "refused":
      return outcome.group === null ? state : dropGroup(state, outcome.group);
    case "failed":
      return outcome.group === null
        ? state
        : { ...dropGroup(state, outcome.group), stopped: { why: outcome.why, at: now } };
    case "posted":
    case "retargeted":
      return state;
  }
}

/** How many landings a commit of the base holds; null: it is none that we remember. */
function landingsUpTo(sha: Sha, { landed }: QueueState): number | null {
  const last = landed.findLast((l) => l.sha === sha);
  return last ? last.seq + 1 : null;
}

function afterLanding(
  state: QueueState,
  outcome: Extract<Outcome, { kind: "landed" }>,
  { facts, auditShare, now }: Taking,
): QueueState {
  const group = state.groups.find((g) => g.id === outcome.group);
  if (!group) return state;
  const landings = landingsOf(state, outcome, { filesOf: (m) => filesOf(facts, m.number), now });
  const composition = group.phase.kind === "landing" ? group.phase.composition : undefined;
  const parts = composition && { parts: composition.parts };
  const units = { ...state.units };
  for (const { number } of landings) {
    const unit = units[number];
    if (!unit) continue;
    const moved = movedBy(unit);
    const drawn = { repo: facts.repo.name, number, head: unit.headSha, landed: outcome.sha };
    const audit = moved.moved === "auto" && isAudited(drawn, auditShare) && { audit: { share: auditShare } };
    units[number] = {
      ...unit,
      place: { kind: "landed", at: now, sha: outcome.sha, ...moved, ...parts, ...audit, told: false },
    };
  }
  const told = landings.flatMap(
    ({ number }) => state.units[number]?.expectedFirst ?? state.units[number]?.expected ?? [],
  );
  return {
    ...dropGroup(state, group.id),
    ...(told.length > 0 && { forecasts: withForecasts(state.forecasts, told, now) }),
    units,
    landed: [...state.landed, ...landings].slice(-landingsKept),
    landedCount: state.landedCount + landings.length,
  };
}

/** How well what was first said of landing times has held. */
function withForecasts(
  before: QueueState["forecasts"],
  told: readonly LandingRange[],
  now: Instant,
): NonNullable<QueueState["forecasts"]> {
  const held = told.filter((range) => now >= range.from && now <= range.to).length;
  return { told: (before?.told ?? 0) + told.length, held: (before?.held ?? 0) + held };
}

/** What has landed with a group, as `landed` will remember it. */
export function landingsOf(
  state: QueueState,
  outcome: Extract<Outcome, { kind: "landed" }>,
  { filesOf, now }: { filesOf: (member: GroupMember) => Read<readonly FileChange[]>; now: Instant },
): Landing[] {
  const group = state.groups.find((g) => g.id === outcome.group);
  if (!group) return [];
  const before = state.landed.at(-1)?.sha;
  const { composition, touched } = group.phase.kind === "landing" ? group.phase : {};
  const from = composition?.onto ?? group.lineage.find((sha) => sha === before) ?? group.lineage[0] ?? outcome.sha;
  return group.members
    .filter((m) => state.units[m.number]?.place.kind !== "landed")
    .map((m, i): Landing => ({
      number: m.number,
      group: group.id,
      headRef: m.headRef,
      from,
      sha: outcome.sha,
      seq: state.landedCount + i,
      at: now,
      targets: touchedPaths(filesOf(m)),
      ...(touched?.[m.number] && { touched: touched[m.number] }),
      ...(composition && { composition }),
    }));
}

function movedBy({ place }: UnitState): Pick<Extract<UnitState["place"], { kind: "landed" }>, "moved" | "rules"> {
  if (place.kind !== "queued" || place.moved !== "auto") return { moved: "judged" };
  return { moved: "auto", ...(place.rules && { rules: place.rules }) };
}

function filesOf(facts: Facts, number: PrNumber): Read<readonly FileChange[]> {
  return facts.pulls.find((p) => p.number === number)?.files ?? absent;
}

function touchedPaths(files: Read<readonly FileChange[]>): string[] {
  return files.state === "read"
    ? files.value.flatMap((f) => (f.oldPath === undefined ? [f.path] : [f.path, f.oldPath]))
    : [];
}

export function mapGroup(state: QueueState, id: string, change: (group: GroupState) => GroupState): QueueState {
  return { ...state, groups: state.groups.map((g) => (g.id === id ? change(g) : g)) };
}

/** Without the group, and without those that wait to be built on it. */
export function dropGroup(state: QueueState, id: string): QueueState {
  const groups = state.groups.filter((g) => g.id !== id);
  const orphan = groups.find((g) => g.follows === id && g.phase.kind === "building");
  return orphan ? dropGroup({ ...state, groups }, orphan.id) : { ...state, groups };
}

/** CI has passed it, wherever it stands on its way to the base. */
export function hasPassed({ phase }: GroupState): boolean {
  return phase.kind === "passed" || isOnItsWay(phase);
}

type Phase = GroupState["phase"];

/** It lands now: nothing else may until that is over. */
export function isOnItsWay(phase: Phase): phase is Extract<Phase, { kind: "composing" | "composed" | "landing" }> {
  return phase.kind === "composing" || phase.kind === "composed" || phase.kind === "landing";
}

/** A failure of the very members that passed when tried again was no failure of theirs. */
function withFlake(group: GroupState, groups: readonly GroupState[]): GroupState {
  if (group.phase.kind !== "failed" || group.phase.cause !== "content") return group;
  const same = (m: GroupMember, i: number, of: readonly GroupMember[]) =>
    m.number === of[i]?.number && m.headSha === of[i].headSha;
  const passedLater = groups.some(
    (g) =>
      hasPassed(g) &&
      g.base === group.base &&
      g.attempt > group.attempt &&
      g.members.length === group.members.length &&
      g.members.every((m, i) => same(m, i, group.members)),
  );
  return passedLater ? { ...group, phase: { ...group.phase, cause: "flake" } } : group;
}

/** A testing group with what CI says now; a group in any other phase is left as it is. */
function withChecks(group: GroupState, facts: Facts, { rules, now }: { rules: BuildRules; now: Instant }): GroupState {
  if (group.phase.kind !== "testing") return group;
  const { sha, tree, since } = group.phase;
  const checks = facts.builds[sha];
  const result =
    checks?.state === "read"
      ? buildResult(checks.value, { ...rules, attempt: group.attempt })
      : ({ kind: "pending" } as const);
  if (result.kind === "passed") return { ...group, phase: { kind: "passed", sha, tree, at: now } };
  if (result.kind === "failed")
    return {
      ...group,
      phase: { kind: "failed", sha, at: now, names: result.names, urls: result.urls, cause: result.cause },
    };
  if (now - since < rules.timeoutMinutes * 60_000) return group;
  return {
    ...group,
    phase: { kind: "failed", sha, at: now, names: pendingNames(checks, rules), urls: [], cause: "timeout" },
  };
}

function pendingNames(checks: Facts["builds"][Sha] | undefined, rules: BuildRules): string[] {
  const seen = checks?.state === "read" ? checks.value.filter((c) => c.conclusion === null).map((c) => c.name) : [];
  return seen.length > 0 ? seen : rules.required.map((r) => r.name);
}

type BuildResult =
  | { readonly kind: "pending" }
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly names: string[]; readonly urls: string[]; readonly cause: FailureCause };

/**
 * What CI's checks on a commit amount to. Skipped is not passed: a required check must succeed (GitHub lets `neutral`
 * pass, and so do we); without required names every reported check counts and one at least must succeed.
 */
export function buildResult(
  checks: readonly CheckFacts[],
  rules: Pick<BuildRules, "required" | "optional"> & { readonly attempt: number },
): BuildResult {
  const these = concerned(checks, rules);
  const bad = these.filter((c) => c.conclusion !== null && !passes(c));
  if (bad.length > 0)
    return {
      kind: "failed",
      names: bad.map((c) => c.name),
      urls: bad.flatMap((c) => c.url ?? []),
      cause: causeOf(bad, rules.attempt),
    };
  if (these.some((c) => c.conclusion === null)) return { kind: "pending" };
  const named = rules.required.every((r) => these.some((c) => c.name === r.name && c.conclusion !== "skipped"));
  return named && these.some(passes) ? { kind: "passed" } : { kind: "pending" };
}

/** The checks that a build is judged by. */
export function concerned(
  checks: readonly CheckFacts[],
  { required, optional }: Pick<BuildRules, "required" | "optional">,
): readonly CheckFacts[] {
  return required.length === 0
    ? checks.filter((c) => c.conclusion !== "skipped" && !optional.includes(c.name))
    : checks.filter((c) => required.some((r) => r.name === c.name && (r.app === null || r.app === c.app)));
}

function passes(check: CheckFacts): boolean {
  return check.conclusion === "success" || check.conclusion === "neutral";
}

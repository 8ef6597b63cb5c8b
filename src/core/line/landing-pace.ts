import type { Facts } from "../facts/facts.js";
import type { PolicyInForce } from "../governance/in-force.js";
import { limitOf, type DrumLessons } from "../memory/absorption.js";
import { deployExpected } from "../memory/windows.js";
import { pacedClasses, pacedClassOf, type PacedClass } from "../model/classification.js";
import type { Instant, PrNumber } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { PacedChange } from "../queue/snapshot.js";
import type { QueueState } from "../queue/state.js";
import { authorKind, judgments } from "./judge.js";
import { minutes } from "./snapshot.js";
import type { Unit } from "./unit.js";

/** A queued change that should wait with its landing, why, and until when; `observed` holds nothing. */
export interface Paced {
  readonly number: PrNumber;
  readonly until: Instant;
  readonly reason: Extract<Reason, { code: "drum-full" | "deploy-full" }>;
}

interface Context {
  /** With everybody placed. */
  readonly state: QueueState;
  readonly units: readonly Unit[];
  readonly facts: Facts;
  readonly law: Pick<PolicyInForce, "policy">;
  readonly now: Instant;
}

const dayMs = 24 * 60 * 60_000;
const hourMs = 3_600_000;

/**
 * Landings at the pace of what comes after them. One-way and recoverable changes wait while the present window (since the
 * last deployment, or of a day) holds as many of their class as production has been shown to absorb. Where deployments
 * are the constraint, everything waits while as much has landed as the next one takes: more would only lie on the base.
 * Hotfixes pass, and count; nothing waits longer than the policy's `longest_hold`.
 */
export function pacedLandings(context: Context): readonly Paced[] {
  const { facts, law } = context;
  const { drum } = facts.lessons;
  if (!drum || law.policy.pace.drum === "off") return [];
  const queue = inLandingOrder(context);
  const byClass = pacedClasses.flatMap((c) => ofClass(c, { ...context, drum, queue }));
  const byDeploy = ofDeploy({ ...context, drum, queue });
  // Of two that hold one change, the later one says when it goes on.
  const latest = new Map<PrNumber, Paced>();
  for (const paced of [...byClass, ...byDeploy]) {
    const known = latest.get(paced.number);
    if (!known || known.until < paced.until) latest.set(paced.number, paced);
  }
  return [...latest.values()];
}

/** Those that wait in fact, as the planner reads them. */
export function heldOf(paced: readonly Paced[]): PacedChange<PrNumber>[] {
  const held = paced.filter((p) => p.reason.how === "held");
  return held.map(({ number, until, reason }) => ({ id: number, until: minutes(until), reason }));
}

interface Waiting {
  readonly unit: Unit;
  readonly at: Instant;
  readonly hotfix: boolean;
}

/** Goal units double with ten points of priority, and a change's claim with this many days of waiting. */
const pointsThatDouble = 10;
const patienceDays = 15;

/** Who takes the room first: hotfixes, what is in a test, people's work, then value raised by age. */
function inLandingOrder({ state, units, law, now }: Context): Waiting[] {
  const tested = new Set(
    state.groups.filter((g) => g.phase.kind !== "failed").flatMap((g) => g.members.map((m) => m.number)),
  );
  return units
    .flatMap((unit) => {
      const place = state.units[unit.pull.number]?.place;
      if (place?.kind !== "queued") return [];
      const points = Math.max(0, ...unit.pull.labels.map((l) => law.policy.queue.priorities[l] ?? 0));
      const low = Math.min(0, ...unit.pull.labels.map((l) => law.policy.queue.priorities[l] ?? 0));
      const worth = 2 ** ((points || low) / pointsThatDouble) * (1 + (now - place.at) / (patienceDays * dayMs));
      const rank = [place.hotfix, tested.has(unit.pull.number), authorKind(unit.pull, law) === "human"];
      return [{ unit, at: place.at, hotfix: place.hotfix, rank, worth }];
    })
    .sort((a, b) => compareRanks(a.rank, b.rank) || b.worth - a.worth || a.at - b.at);
}

function compareRanks(a: readonly boolean[], b: readonly boolean[]): number {
  const differs = a.findIndex((yes, i) => yes !== b[i]);
  return differs < 0 ? 0 : a[differs] === true ? -1 : 1;
}

interface Pacing extends Context {
  readonly drum: DrumLessons;
  readonly queue: readonly Waiting[];
}

function ofClass(of: PacedClass, pacing: Pacing): Paced[] {
  const { drum, queue, law, now } = pacing;
  const limit = limitOf(of, drum.classes[of], law.policy.pace.absorbs[of]);
  if (limit === null) return [];
  const landed = [...drum.classes[of].landed, ...justLanded(of, pacing)];
  const ofIt = queue.filter((w) => pacedClassOf(w.unit.classification.reversibility) === of);
  const { passing, held } = sharedOut(ofIt, { room: limit - landed.length, now, law });
  const { deploys } = drum;
  const opensAt = deploys
    ? (nth: number) => deployExpected(deploys, Math.floor(nth / limit), now)
    : roomInDays([...landed, ...passing.map((w) => w.at)], limit);
  return held.map(({ unit, latest }, nth): Paced => {
    const until = expectedAt(opensAt(nth), { latest, now });
    const stands = { class: of, per: drum.by, landed: landed.length, limit };
    return {
      number: unit.pull.number,
      until: until ?? latest,
      reason: { code: "drum-full", how: howOf(law), ...stands, until, latest },
    };
  });
}

function ofDeploy(pacing: Pacing): Paced[] {
  const { facts, drum, queue, law, now } = pacing;
  const { pace } = facts.lessons;
  const takes = pace?.deployTakes;
  if (pace?.constraint !== "deploy" || takes === undefined || !drum.deploys) return [];
  const { deploys } = drum;
  const waiting = deploys.waiting + landedNow(pacing.state, now).length;
  return sharedOut(queue, { room: takes - waiting, now, law }).held.map(({ unit, latest }, nth): Paced => {
    const until = expectedAt(deployExpected(deploys, Math.floor(nth / takes), now), { latest, now });
    return {
      number: unit.pull.number,
      until: until ?? latest,
      reason: { code: "deploy-full", how: howOf(law), waiting, takes, until, latest },
    };
  });
}

interface Held {
  readonly unit: Unit;
  readonly latest: Instant;
}

/** Those who have the room, and those for whom there is none, in the order in which they will get some. */
function sharedOut(
  queue: readonly Waiting[],
  { room, now, law }: Pick<Context, "now" | "law"> & { readonly room: number },
): { readonly passing: readonly Waiting[]; readonly held: readonly Held[] } {
  const longestMs = law.policy.pace.longestHoldHours * hourMs;
  const passing: Waiting[] = [];
  const held: Held[] = [];
  for (const waiting of queue) {
    const latest = waiting.at + longestMs;
    if (waiting.hotfix || passing.length < room || now >= latest) passing.push(waiting);
    else held.push({ unit: waiting.unit, latest });
  }
  return { passing, held };
}

/** What is over and was not enough tells nothing more. */
function expectedAt(at: Instant | null, { latest, now }: { latest: Instant; now: Instant }): Instant | null {
  return at === null || at <= now ? null : Math.min(at, latest);
}

/** When there is room for the nth that waits: each takes it for a day. Of what still goes, since it came to the queue. */
function roomInDays(taken: readonly Instant[], limit: number): (nth: number) => Instant | null {
  const times = taken.map((at) => at + dayMs).sort((a, b) => a - b);
  return (nth) => {
    const index = taken.length - limit + nth;
    for (let i = times.length; i <= index; i++) times.push((times[i - limit] ?? 0) + dayMs);
    return times[index] ?? null;
  };
}

/** What landed with this very decision is in no lesson yet. */
function landedNow({ landed }: QueueState, now: Instant): QueueState["landed"] {
  return landed.filter((l) => l.at === now);
}

function justLanded(of: PacedClass, { state, facts, law, now }: Context): Instant[] {
  return landedNow(state, now).flatMap(({ number, at }) => {
    const pull = facts.pulls.find((p) => p.number === number);
    const unit = state.units[number];
    if (!pull || !unit) return [];
    return pacedClassOf(judgments(pull, { facts, law, unit }).classification.reversibility) === of ? [at] : [];
  });
}

function howOf({ policy }: Pick<PolicyInForce, "policy">): "held" | "observed" {
  return policy.pace.drum === "on" ? "held" : "observed";
}

import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { Lessons, PaceLessons, PullFacts } from "../core/facts/facts.js";
import type { DrumLessons } from "../core/memory/absorption.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import { readPrior, type RiskPrior } from "../core/risk/prior.js";
import { timeoutMinutes } from "../core/queue/timeout.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { auditsOf } from "../core/risk/audits.js";
import { driftOf } from "../core/risk/drift.js";
import { score } from "../core/risk/score.js";
import { initialRiskState } from "../core/risk/state.js";
import { scoredChange } from "./flow.js";
import { classOutcomes, takeClass, type ClassRecord } from "./lessons-classes.js";
import { doorLessons, nothingDoors, takeDoor, type DoorRecord } from "./lessons-doors.js";
import { follow, newFollowing, type Following } from "./follow.js";
import { nothingPassed, passLessons, takePass, type PassRecord } from "./lessons-pass.js";
import type { FlowRecord, ReadPort, RiskWatch } from "./ports.js";

/** What past outcomes teach a queue, rebuilt from the ledger of flow and kept up with it. */
export interface Memory {
  lessonsFor(queue: QueueKey, of: { readonly pulls: readonly PullFacts[]; readonly now: Instant }): Promise<Lessons>;
  /** How far risk can be believed here. */
  watchOf(queue: QueueKey, now: Instant): Promise<RiskWatch>;
  /** What production absorbs of each class of change in a window. */
  drumOf(queue: QueueKey, now: Instant): Promise<DrumLessons>;
}

/** A webhook may be read so much later than what was decided meanwhile. */
const lateMs = 60_000;
/** Builds that the flake rate and the build time are taken from: the latest. */
const buildsKept = 200;

interface Learned {
  readonly following: Following;
  /** The newest record learned from. Of the last while before it, what was learned is told by its keys. */
  until: Instant;
  readonly lately: Map<string, Instant>;
  /** How much of the repository's history from before its installation was there to learn from. */
  past: string;
  readonly builds: Build[];
  readonly auto: AutoRecord;
  readonly classes: ClassRecord;
  readonly doors: DoorRecord;
  readonly pass: PassRecord;
}

interface Build {
  readonly members: string;
  readonly attempt: number;
  readonly passed: boolean;
  readonly minutes: number;
  /** Left out of the ledger by earlier versions: not known. */
  readonly cause: string | null;
}

/** Who has no `history` reads a ledger that grows at its end only. */
type LedgerReads = Pick<ReadPort, "flow"> & Partial<Pick<ReadPort, "history">>;

/** @param pace how a queue is paced, as last found; it must answer at once; left out: not paced */
export function memoryOf(reads: LedgerReads, pace: (queue: QueueKey) => PaceLessons | null = () => null): Memory {
  const prior = readPrior(shippedPriorText);
  const known = new Map<QueueKey, Promise<Learned>>();
  /** One after the other: two at once would learn the same records twice. */
  const caughtUp = async (queue: QueueKey): Promise<Learned> => {
    const before = known.get(queue) ?? Promise.resolve(nothingLearned(prior));
    const after = before.then(async (learned) => await catchUp(learned, { reads, queue }));
    // A ledger that can't be read now is asked again the next time.
    known.set(
      queue,
      after.catch(async () => await before),
    );
    return await after;
  };
  return {
    lessonsFor: async (queue, { pulls, now }) => {
      const { following, builds, auto, classes, doors, pass } = await caughtUp(queue);
      const at = (p: PullFacts): Instant => p.heads.at(-1)?.at ?? p.createdAt;
      return {
        risk: Object.fromEntries(pulls.map((p) => [p.number, score(following.risk, scoredChange(p), { now: at(p) })])),
        flakeProbability: flakeRate(builds),
        buildMinutes: buildMinutes(builds),
        ...timeout(builds),
        ...passLessons(pass, pulls),
        autoHarm: Object.fromEntries(auto.harm),
        classes: classOutcomes(classes, now),
        ...paceOf(pace(queue)),
        drum: doorLessons(doors, now),
      };
    },
    drumOf: async (queue, now) => doorLessons((await caughtUp(queue)).doors, now),
    watchOf: async (queue, now) => {
      const followed = [...(await caughtUp(queue)).following.followed.values()];
      return { drift: driftOf(followed, now), audits: auditsOf(followed, now) };
    },
  };
}

function paceOf(pace: PaceLessons | null): Pick<Lessons, "pace"> {
  return pace ? { pace } : {};
}

function nothingLearned(prior: RiskPrior): Learned {
  return {
    following: newFollowing(initialRiskState(prior)),
    until: 0,
    lately: new Map<string, Instant>(),
    past: unread,
    builds: [],
    auto: { rules: new Map(), harm: new Map() },
    classes: { of: new Map(), outcomes: new Map() },
    doors: nothingDoors(),
    pass: nothingPassed(),
  };
}

async function catchUp(learned: Learned, { reads, queue }: { reads: LedgerReads; queue: QueueKey }): Promise<Learned> {
  const past = pastOf((await reads.history?.(queue)) ?? null);
  // The past came after the present: what was learned in the wrong order is learned anew.
  const from = past === learned.past ? learned : nothingLearned(learned.following.risk.prior);
  from.past = past;
  for (const record of await reads.flow(queue, from.until - lateMs)) take(record, from);
  return from;
}

const unread = "unread";

/** What is there to learn from changes with each part of it that is whole, and when it is read no further for now. */
function pastOf(past: HistoryRead | null): string {
  if (past === null || past.phase === "pulls") return unread;
  return past.problem === null ? past.phase : `${past.phase} ${past.classesRead}`;
}

function take(record: FlowRecord, learned: Learned): void {
  const { group, actor, sha, environment } = record.data;
  const key = JSON.stringify([record.at, record.event, record.number, group, actor, sha, environment]);
  if (learned.lately.has(key)) return;
  learned.lately.set(key, record.at);
  if (record.at > learned.until) {
    learned.until = record.at;
    for (const [old, at] of learned.lately) {
      if (at >= record.at - lateMs) break;
      learned.lately.delete(old);
    }
  }
  const harmed = follow(record, learned.following);
  takeAuto(record, { harmed, auto: learned.auto });
  takePass(record, learned.pass);
  takeClass(record, { harmed, classes: learned.classes });
  takeDoor(record, { harmed, doors: learned.doors });
  if (record.event === "group") {
    learned.builds.push(buildOf(record));
    if (learned.builds.length > buildsKept) learned.builds.shift();
  }
}

/** Automatic landings remembered, and harm remembered of one rule: the latest. */
const autoLandingsKept = 20_000;
const harmKept = 100;

/** What became of changes that rules moved by themselves. */
interface AutoRecord {
  /** By number, the rules that moved it. */
  readonly rules: Map<number, readonly string[]>;
  readonly harm: Map<string, ReadonlyArray<{ readonly number: number; readonly at: Instant }>>;
}

function takeAuto(
  { at, number, event, data }: FlowRecord,
  { harmed, auto: { rules, harm } }: { harmed: boolean; auto: AutoRecord },
): void {
  if (number === null) return;
  const moving = data["rules"];
  if (event === "landed" && Array.isArray(moving)) {
    rules.set(number, moving as readonly string[]);
    const [oldest] = rules.keys();
    if (rules.size > autoLandingsKept && oldest !== undefined) rules.delete(oldest);
  }
  if (!harmed) return;
  for (const rule of rules.get(number) ?? []) {
    const known = harm.get(rule) ?? [];
    if (!known.some((h) => h.number === number)) harm.set(rule, [...known, { number, at }].slice(-harmKept));
  }
}

function buildOf({ data }: FlowRecord): Build {
  return {
    members: JSON.stringify(data["members"]),
    attempt: Number(data["attempt"]),
    passed: data["result"] === "passed",
    minutes: Number(data["minutes"]),
    cause: typeof data["cause"] === "string" ? data["cause"] : null,
  };
}

/**
 * Failed builds whose very members passed when tried again, of all builds; two imagined ones of a hundred to start with.
 * CI that broke itself is no flake: what is tried again for that costs nobody's patience.
 */
function flakeRate(builds: readonly Build[]): number {
  const flakes = builds.filter(
    (b) =>
      !b.passed &&
      b.cause !== "infrastructure" &&
      builds.some((o) => o.passed && o.members === b.members && o.attempt > b.attempt),
  ).length;
  return (flakes + 2) / (builds.length + 100);
}

/** By builds that ended by themselves, whatever they said. */
function timeout(builds: readonly Build[]): Pick<Lessons, "timeoutMinutes"> {
  const past = builds.filter((b) => b.cause !== "timeout" && b.cause !== "conflict").map((b) => b.minutes);
  const learned = timeoutMinutes(past, { most: Infinity });
  return learned === Infinity ? {} : { timeoutMinutes: learned };
}

function buildMinutes(builds: readonly Build[]): Lessons["buildMinutes"] {
  if (builds.length === 0) return null;
  const sorted = builds.map((b) => b.minutes).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}

import type { Lessons, PaceLessons, PullFacts } from "../core/facts/facts.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import type { ScoredChange } from "../core/risk/change.js";
import { readPrior } from "../core/risk/prior.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { score } from "../core/risk/score.js";
import { initialRiskState, learn, type RiskState } from "../core/risk/state.js";
import { scoredChange } from "./flow.js";
import type { FlowRecord, ReadPort } from "./ports.js";

/** What past outcomes teach a queue, rebuilt from the ledger of flow and kept up with it. */
export interface Memory {
  lessonsFor(queue: QueueKey, pulls: readonly PullFacts[]): Promise<Lessons>;
}

/** Builds that the flake rate and the build time are taken from: the latest. */
const buildsKept = 200;

interface Learned {
  readonly risk: RiskState;
  /** Everything up to here was learned, but for records of this very instant: those are told by their keys. */
  until: Instant;
  readonly atUntil: Set<string>;
  readonly builds: Build[];
  readonly auto: AutoRecord;
}

interface Build {
  readonly members: string;
  readonly attempt: number;
  readonly passed: boolean;
  readonly minutes: number;
}

/** @param pace how a queue is paced, as last found; it must answer at once; left out: not paced */
export function memoryOf(
  reads: Pick<ReadPort, "flow">,
  pace: (queue: QueueKey) => PaceLessons | null = () => null,
): Memory {
  const prior = readPrior(shippedPriorText);
  const known = new Map<QueueKey, Learned>();
  return {
    lessonsFor: async (queue, pulls) => {
      const learned: Learned = known.get(queue) ?? {
        risk: initialRiskState(prior),
        until: 0,
        atUntil: new Set<string>(),
        builds: [],
        auto: { rules: new Map(), harm: new Map() },
      };
      known.set(queue, learned);
      for (const record of await reads.flow(queue, learned.until)) take(record, learned);
      return {
        risk: Object.fromEntries(
          pulls.map((p) => [
            p.number,
            score(learned.risk, scoredChange(p), { now: p.heads.at(-1)?.at ?? p.createdAt }),
          ]),
        ),
        flakeProbability: flakeRate(learned.builds),
        buildMinutes: buildMinutes(learned.builds),
        autoHarm: Object.fromEntries(learned.auto.harm),
        ...paceOf(pace(queue)),
      };
    },
  };
}

function paceOf(pace: PaceLessons | null): Pick<Lessons, "pace"> {
  return pace ? { pace } : {};
}

function take(record: FlowRecord, learned: Learned): void {
  const key = JSON.stringify([record.event, record.number, record.data["group"]]);
  if (record.at === learned.until && learned.atUntil.has(key)) return;
  if (record.at > learned.until) learned.atUntil.clear();
  learned.until = Math.max(learned.until, record.at);
  learned.atUntil.add(key);
  if (record.event === "landed" && record.data["change"] !== undefined)
    learn(learned.risk, { type: "landed", change: record.data["change"] as ScoredChange, at: record.at });
  if (record.event === "harmed" && record.number !== null)
    learn(learned.risk, { type: "harmed", id: String(record.number), at: record.at });
  takeAuto(record, learned.auto);
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

function takeAuto({ at, number, event, data }: FlowRecord, { rules, harm }: AutoRecord): void {
  if (number === null) return;
  const moving = data["rules"];
  if (event === "landed" && Array.isArray(moving)) {
    rules.set(number, moving as readonly string[]);
    const [oldest] = rules.keys();
    if (rules.size > autoLandingsKept && oldest !== undefined) rules.delete(oldest);
  }
  if (event !== "harmed") return;
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
  };
}

/** Failed builds whose very members passed when tried again, of all builds; two imagined ones of a hundred to start with. */
function flakeRate(builds: readonly Build[]): number {
  const flakes = builds.filter(
    (b) => !b.passed && builds.some((o) => o.passed && o.members === b.members && o.attempt > b.attempt),
  ).length;
  return (flakes + 2) / (builds.length + 100);
}

function buildMinutes(builds: readonly Build[]): Lessons["buildMinutes"] {
  if (builds.length === 0) return null;
  const sorted = builds.map((b) => b.minutes).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}

import { policyControls } from "../../core/line/controls.js";
import type { Path } from "../../core/model/verdict.js";
import type { Policy } from "../../core/policy/policy.js";
import { plan } from "../../core/queue/plan.js";
import { randomWords } from "../../core/queue/random.js";
import { optimisticChain, singleQueue } from "../../core/queue/simulation/rivals.js";
import { runLine, type Outcome, type Strategy } from "../../core/queue/simulation/run.js";
import { drawWorld, type Arrival, type Load } from "../../core/queue/simulation/world.js";
import { outsideOf, targetsSeen, type LaneManner } from "./lanes.js";
import { foldersOf, type Judgments, type PastChange, type Source } from "./source.js";

export const strategies = ["drumline", "chain", "single"] as const;
export type StrategyName = (typeof strategies)[number];

/** One way to run the queue, to be compared with others. */
export interface Setting {
  readonly strategy: StrategyName;
  /** Builds at once. */
  readonly slots: number;
  /** Most changes tested together; null: as the planner finds best. */
  readonly groupSize: number | null;
  readonly policy: NamedPolicy | null;
}

export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
  /** Null: the load has nothing that a policy could judge. */
  readonly judgments: Judgments | null;
}

/** How a source is played under every setting alike. */
export interface Manner {
  readonly lanes: LaneManner;
  /** Median minutes that a judgment takes where the history doesn't tell. */
  readonly judgmentMinutes: number;
  /** Arrivals an hour that a history is stretched to; null: as they came. */
  readonly perHour: number | null;
}

export interface Played {
  readonly setting: Setting;
  readonly runs: readonly Run[];
}

export interface Run {
  readonly outcome: Outcome;
  /** Minutes from proposal to landing, ascending: judgment, then the queue. */
  readonly leadMinutes: readonly number[];
  /** By path, changes that the policy sent there; null: nothing was judged. */
  readonly paths: Readonly<Record<Path, number>> | null;
  /** Answers that people were asked for; null: nothing was judged. */
  readonly judgments: number | null;
}

/** One draw of one setting. Deterministic: the same source, setting and seed give the same run. */
export function playOnce(source: Source, setting: Setting, { seed, manner }: { seed: number; manner: Manner }): Run {
  const entries = source.changes ? entriesOf(source.changes, { setting, seed, manner, epoch: source.epoch }) : null;
  const load = loadOf(source, { setting, seed, entries });
  const drawn = drawWorld(load);
  const seen =
    entries && targetsSeen(entries, { manner: manner.lanes, lanes: setting.policy?.policy.queue.lanes ?? null });
  const world = seen ? drawn.map((change, i) => ({ ...change, targets: seen[i] ?? change.targets })) : drawn;
  const outcome = runLine(world, load, strategyOf(setting));
  return { outcome, leadMinutes: leads(outcome, entries), ...judged(setting, source.changes) };
}

/** A change at the queue's door; its targets are its folders, in which changes may clash. */
interface Entry extends Arrival, Pick<PastChange, "paths" | "oneWay"> {
  /** Minutes that it waited for people before. */
  readonly waited: number;
}

/** How widely judgments' durations are spread: standard deviation of their logarithm. */
const judgmentSigma = 1;

function entriesOf(
  changes: readonly PastChange[],
  { setting, seed, manner, epoch }: { setting: Setting; seed: number; manner: Manner; epoch: number },
): Entry[] {
  const { uniform } = randomWords(seed ^ 0x1f123bb5);
  const factor = manner.perHour === null ? 1 : stretch(changes, manner.perHour);
  return changes
    .flatMap((change): Entry[] => {
      const drawn = manner.judgmentMinutes * Math.exp(judgmentSigma * normal(uniform));
      const waited = waitOf(change, { judgments: setting.policy?.judgments ?? null, drawn });
      if (waited === null) return [];
      const at = ((change.proposedAt - epoch) / 60_000) * factor + waited;
      const { paths, oneWay, good } = change;
      return [{ at, targets: foldersOf(paths), paths, oneWay, waited, ...(good !== null && { good }) }];
    })
    .sort((a, b) => a.at - b.at);
}

/** Minutes of judgment before it may enter; null: the policy refuses it. */
function waitOf(
  { id, judgedMinutes }: PastChange,
  { judgments, drawn }: { judgments: Judgments | null; drawn: number },
): number | null {
  const verdict = judgments?.get(id);
  if (!verdict) return judgedMinutes ?? 0;
  if (verdict.path === "refuse") return null;
  return verdict.permits ? 0 : (judgedMinutes ?? drawn);
}

/** Real histories hold nights and weekends, and the queue to come may not. */
function stretch(changes: readonly PastChange[], perHour: number): number {
  const first = changes[0]?.proposedAt ?? 0;
  const hours = Math.max(1 / 60, ((changes.at(-1)?.proposedAt ?? 0) - first) / 3_600_000);
  return changes.length / hours / perHour;
}

function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(Math.max(uniform(), 1e-12))) * Math.cos(2 * Math.PI * uniform());
}

function loadOf(
  source: Source,
  { setting, seed, entries }: { setting: Setting; seed: number; entries: readonly Entry[] | null },
): Load {
  const queue = setting.policy?.policy.queue;
  return {
    ...source.load,
    seed,
    slots: setting.slots,
    startsAt: source.epoch / 60_000,
    ...(entries && { changes: entries.length, arrivals: { kind: "trace", changes: entries } }),
    // Which changes a freeze excepts is not known of the past: none, but for those outside of the lanes that it names.
    ...(queue && {
      controls: policyControls(queue, (freeze) => outsideOf(freeze, { changes: entries ?? [], lanes: queue.lanes })),
    }),
  };
}

function strategyOf({ strategy, groupSize }: Setting): Strategy {
  if (strategy === "chain") return optimisticChain;
  if (strategy === "single") return singleQueue;
  if (groupSize === null) return plan;
  return (snapshot) => plan({ ...snapshot, controls: { ...snapshot.controls, membersMax: groupSize } });
}

function leads({ landedIds, decidedAt }: Outcome, entries: readonly Entry[] | null): number[] {
  if (!entries) return [];
  return landedIds
    .flatMap((id) => {
      const entry = entries[id];
      return entry ? [(decidedAt.get(id) ?? 0) - entry.at + entry.waited] : [];
    })
    .sort((a, b) => a - b);
}

function judged(setting: Setting, changes: readonly PastChange[] | null): Pick<Run, "paths" | "judgments"> {
  const judgments = setting.policy?.judgments;
  if (!judgments || !changes) return { paths: null, judgments: null };
  const counts: Record<Path, number> = { auto: 0, review: 0, escalate: 0, hold: 0, refuse: 0 };
  let asked = 0;
  for (const { id } of changes) {
    const verdict = judgments.get(id);
    if (!verdict) continue;
    counts[verdict.path]++;
    asked += verdict.asks.reduce((sum, ask) => sum + ask.count, 0);
  }
  return { paths: counts, judgments: asked };
}

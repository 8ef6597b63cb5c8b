import { policyInForce } from "../../core/governance/in-force.js";
import { asProposed, type RecordedRun } from "../../core/line/rehearse.js";
import type { Instant, QueueKey } from "../../core/model/ids.js";
import type { Verdict } from "../../core/model/verdict.js";
import type { Policy } from "../../core/policy/policy.js";
import { memoryOf } from "../../engine/lessons.js";
import type { FlowRecord, ReadPort } from "../../engine/ports.js";
import { recordedRuns } from "../../engine/proposals.js";
import { InputError } from "../input.js";
import type { History } from "./history.js";
import type { PastChange } from "./source.js";

/**
 * The newest `count` changes that a queue has taken in and decided, with the app's own figures for CI and, where a
 * decision was recorded while they were open, all that a policy may ask about them. @throws InputError
 */
export async function historyFromLedger(
  reads: Pick<ReadPort, "queues" | "flow" | "decisions" | "decision">,
  { queue, count }: { queue: QueueKey; count: number },
): Promise<History> {
  const known = (await reads.queues()).map((q) => q.queue);
  if (!known.includes(queue))
    throw new InputError(`no queue ${queue} is known; there are ${known.join(", ") || "none"}`);
  const passes = passesOf(await reads.flow(queue, 0)).slice(-count);
  if (passes.length === 0) throw new InputError(`the queue ${queue} has decided nothing yet`);
  const [runs, measured, today] = await Promise.all([
    recordedRuns(reads, queue),
    measuredBy(reads, { queue, passes }),
    policyNow(reads, queue),
  ]);
  return {
    name: queue,
    changes: passes,
    measured,
    today,
    judge: (policies) => Promise.resolve(policies.map((policy) => judgedAgain(runs, { passes, policy }))),
    assumed: [
      "Each change's own outcome is the recorded one; how long its builds take, and which pairs clash, are drawn.",
      "Changes without a recorded decision from while they were open enter as they did then, whatever the policy.",
    ],
  };
}

interface Pass extends PastChange {
  readonly number: number;
}

/** Each time a change entered the queue and was decided there; what people took out again says nothing. */
function passesOf(flow: readonly FlowRecord[]): Pass[] {
  const proposed = new Map<number, Instant>();
  const paths = new Map<number, readonly string[]>();
  const oneWay = new Map<number, boolean>();
  const byPeople = new Set<number>();
  const queued = new Map<number, { proposedAt: Instant; enteredAt: Instant }>();
  const passes: Pass[] = [];
  for (const { number, event, at, data } of flow) {
    if (number === null) continue;
    if (event === "judged") {
      proposed.set(number, proposed.get(number) ?? at);
      if (Array.isArray(data["paths"])) paths.set(number, data["paths"].map(String));
      const { reversibility } = data;
      if (reversibility !== undefined)
        oneWay.set(number, reversibility === "irreversible" || reversibility === "unknown");
      if (data["path"] !== "auto") byPeople.add(number);
    } else if (event === "queued") {
      queued.set(number, { proposedAt: proposed.get(number) ?? at, enteredAt: at });
    } else if (event === "landed" || event === "ejected" || event === "dequeued") {
      const entry = queued.get(number);
      queued.delete(number);
      const good = event === "landed" || (data["why"] === "red" ? false : null);
      if (!entry || (event !== "landed" && good === null)) continue;
      passes.push({
        id: `${number}@${entry.enteredAt}`,
        number,
        proposedAt: entry.proposedAt,
        judgedMinutes: byPeople.has(number) ? (entry.enteredAt - entry.proposedAt) / 60_000 : null,
        paths: paths.get(number) ?? [],
        oneWay: oneWay.get(number) ?? null,
        good,
      });
    }
  }
  return passes.sort((a, b) => a.proposedAt - b.proposedAt);
}

/** Imagined changes that passed, and that failed, beside those seen: a young ledger has seen few. */
const imagined = { passed: 19, failed: 1 } as const;
/** The 95th percentile of a normal distribution, in standard deviations. */
const p95Deviations = 1.645;

async function measuredBy(
  reads: Pick<ReadPort, "flow">,
  { queue, passes }: { queue: QueueKey; passes: readonly Pass[] },
): Promise<History["measured"]> {
  const { flakeProbability, buildMinutes } = await memoryOf(reads).lessonsFor(queue, { pulls: [], now: 0 });
  const failed = passes.filter((p) => p.good === false).length;
  const pass = 1 - (failed + imagined.failed) / (passes.length + imagined.passed + imagined.failed);
  if (!buildMinutes || buildMinutes.median <= 0) return { flakeProbability, pass: [[1, pass]] };
  const sigma = Math.log(Math.max(1, buildMinutes.p95 / buildMinutes.median)) / p95Deviations;
  return { medianMinutes: buildMinutes.median, sigma, flakeProbability, pass: [[1, pass]] };
}

async function policyNow(reads: Pick<ReadPort, "decisions" | "decision">, queue: QueueKey): Promise<Policy | null> {
  const [latest] = await reads.decisions(queue, { limit: 1 });
  const record = latest ? await reads.decision(latest.id) : null;
  return record ? policyInForce(record.facts.repo).policy : null;
}

function judgedAgain(
  runs: readonly RecordedRun[],
  { passes, policy }: { passes: readonly Pass[]; policy: Policy },
): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<number, Verdict>();
  for (const run of runs)
    for (const number of run.numbers) {
      const verdict = asProposed(run, { number, policy });
      if (verdict) verdicts.set(number, verdict);
    }
  return new Map(
    passes.flatMap((pass) => {
      const verdict = verdicts.get(pass.number);
      return verdict ? [[pass.id, verdict] as const] : [];
    }),
  );
}

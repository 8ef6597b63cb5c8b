import { stepOfPastDeployment, stepsOfPast } from "../core/constraint/past.js";
import type { RecordedStep } from "../core/constraint/recorded-builds.js";
import { faultWords, type Fault } from "../core/model/fault.js";
import { prNumber, splitQueueKey, type Instant, type QueueKey } from "../core/model/ids.js";
import type { Engine } from "./engine.js";
import { historyDays } from "./pacing.js";
import type { FlowRecord, GitHubHistory, HistoryRead, Try } from "./ports.js";

/** Pull requests read of one queue; the finder looks no further back than `historyDays` anyway. */
export const pastPullsMax = 10_000;
/** Pull requests between two lines of the log. */
const toldEvery = 500;
const dayMs = 86_400_000;
/** When GitHub could not be read for a passing reason, it is asked again after this long. */
const pauseMs = 60_000;
/** And when it refuses, which only a person can change. */
const refusedPauseMs = 6 * 60 * 60_000;

/**
 * Reads a queue's past into its ledger of flow, newest first, a page at a time. How far it came is stored with each
 * page's steps, so a process that dies loses nothing, and no step is ever written twice.
 */
export async function readHistory(engine: Engine, queue: QueueKey): Promise<void> {
  const { store, github, clock, log } = engine;
  const row = (await store.queues()).find((r) => r.queue === queue);
  if (!row) return;
  const history = await github.history(row.repo, row.installationId);
  let was = await store.historyOf(queue, clock.now());
  while (was.phase !== "done") {
    const page = await nextPage(history, was, clock.now());
    if (!page.ok) {
      await store.keepHistory(queue, { was, is: afterFault(was, page.fault, clock.now()), flow: [] });
      log.warn({ queue, fault: page.fault }, "the history could not be read on; it will be tried again");
      return;
    }
    const { is, flow } = page.value;
    if (!(await store.keepHistory(queue, { was, is, flow }))) return;
    if (is.phase !== was.phase || Math.floor(is.pulls / toldEvery) > Math.floor(was.pulls / toldEvery))
      log.info({ queue, read: is.pulls, of: is.total, steps: is.steps, next: is.phase }, "reading the history");
    was = is;
  }
}

interface PageRead {
  readonly is: HistoryRead;
  readonly flow: readonly FlowRecord[];
}

async function nextPage(history: GitHubHistory, was: HistoryRead, now: Instant): Promise<Try<PageRead>> {
  const oldest = now - historyDays * dayMs;
  if (was.phase === "pulls") {
    const page = await history.pulls(splitQueueKey(was.queue).base, was.cursor);
    if (!page.ok) return page;
    const { items, next, total } = page.value;
    const pulls = was.pulls + items.length;
    const enough = pulls >= pastPullsMax || items.some((p) => p.createdAt < oldest);
    const steps = items.filter((p) => p.createdAt >= oldest).flatMap((p) => stepsOfPast(p, was.until));
    const at = next !== null && !enough ? { cursor: next } : { phase: "deployments" as const, cursor: null };
    return kept(was, steps, { ...at, pulls, total: Math.min(total, pastPullsMax) });
  }
  const page = await history.deployments(was.cursor);
  if (!page.ok) return page;
  const { items, next } = page.value;
  const enough = items.some((d) => d.at < oldest);
  const steps = items.filter((d) => d.at >= oldest && d.at < was.until).map(stepOfPastDeployment);
  return kept(was, steps, next !== null && !enough ? { cursor: next } : { phase: "done", cursor: null });
}

function kept(was: HistoryRead, steps: readonly RecordedStep[], more: Partial<HistoryRead>): Try<PageRead> {
  const flow = steps.map((s) => ({ ...s, number: s.number === null ? null : prNumber(s.number) }));
  const is = { ...was, ...more, steps: was.steps + steps.length, notBefore: 0, problem: null };
  return { ok: true, value: { is, flow } };
}

function afterFault(was: HistoryRead, fault: Fault, now: Instant): HistoryRead {
  const problem = faultWords(fault);
  if (fault.kind === "limited") return { ...was, notBefore: fault.until, problem };
  const passes = fault.kind === "unavailable" || fault.kind === "conflict";
  return { ...was, notBefore: now + (passes ? pauseMs : refusedPauseMs), problem };
}

import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import { stepOfPastDeployment, stepsOfPast } from "../core/constraint/flow/past.js";
import type { RecordedStep } from "../core/constraint/flow/recorded-builds.js";
import { prNumber, splitQueueKey, type Instant, type QueueKey } from "../core/model/ids.js";
import type { Engine } from "./engine.js";
import { afterFault } from "./history-pause.js";
import { historyDays } from "./pacing.js";
import { readClasses } from "./past-classes.js";
import type { FlowRecord, GitHubHistory, Try } from "./ports.js";

/** Pull requests read of one queue; the finder looks no further back than `historyDays` anyway. */
export const pastPullsMax = 10_000;
/** Pull requests between two lines of the log. */
const toldEvery = 500;
const dayMs = 86_400_000;

/**
 * Reads a queue's past into its ledger of flow, newest first, a page at a time, and then the classes of what landed. How
 * far it came is stored with each page's steps, so a process that dies loses nothing, and no step is ever written twice.
 */
export async function readHistory(engine: Engine, queue: QueueKey): Promise<void> {
  const { store, github, clock, log } = engine;
  const row = (await store.queues()).find((r) => r.queue === queue);
  if (!row) return;
  const history = await github.history(row.repo, row.installationId);
  let was = await store.historyOf(queue, clock.now());
  while (was.phase === "pulls" || was.phase === "deployments") {
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
  if (was.phase === "classes") await readClasses(engine, { history, was });
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
  return kept(was, steps, next !== null && !enough ? { cursor: next } : { phase: "classes", cursor: null });
}

function kept(was: HistoryRead, steps: readonly RecordedStep[], more: Partial<HistoryRead>): Try<PageRead> {
  const flow = steps.map((s) => ({ ...s, number: s.number === null ? null : prNumber(s.number) }));
  const is = { ...was, ...more, steps: was.steps + steps.length, notBefore: 0, problem: null };
  return { ok: true, value: { is, flow } };
}

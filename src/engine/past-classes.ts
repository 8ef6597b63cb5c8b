import { classStep } from "../core/constraint/flow/past-class.js";
import type { HistoryRead } from "../core/constraint/flow/history-read.js";
import type { PastLanding } from "../core/constraint/flow/past.js";
import type { RecordedStep } from "../core/constraint/flow/recorded-builds.js";
import { faultWords, type Fault } from "../core/model/fault.js";
import { prNumber, type Instant } from "../core/model/ids.js";
import { unreadable } from "../core/model/read.js";
import type { Engine } from "./engine.js";
import { afterFault, mayPass } from "./history-pause.js";
import type { Budget, GitHubHistory } from "./ports.js";

/** Landed changes of a past that are classified, the newest: each takes a request of its own, where a page takes 25. */
export const pastClassesMax = 300;
/** Read by one job, which then leaves its place to live work. */
const atOnce = 25;
/** What GitHub cannot show so often is `unknown`, for it must not keep the rest waiting. */
const triesMax = 3;
/** While less than this share of the hour's requests is left, it is left to live work. */
const reserved = 0.5;

/**
 * Classifies the next changes of a queue's past whose pages are read. What was read is recorded with how far it came,
 * so that a process that dies loses at most one job's reads, most of which are in the cache.
 */
export async function readClasses(
  { store, clock, log }: Engine,
  { history, was }: { history: GitHubHistory; was: HistoryRead },
): Promise<void> {
  const { queue } = was;
  const landings = await store.unclassified(was, pastClassesMax - was.classesRead);
  const budget = landings.length > 0 ? await history.budget() : null;
  const read =
    budget?.ok === true && isSpent(budget.value)
      ? { steps: [], fault: spent(budget.value) }
      : await stepsOf(landings.slice(0, atOnce), { history, tries: was.tries });
  const is = afterClasses(was, { read, left: landings.length, now: clock.now() });
  const flow = read.steps.map((s) => ({ ...s, number: s.number === null ? null : prNumber(s.number) }));
  if (!(await store.keepHistory(queue, { was, is, flow }))) return;
  const { classesRead, classesTotal, phase } = is;
  if (read.fault) log.warn({ queue, fault: read.fault }, "the past's classes could not be read on; tried again later");
  else log.info({ queue, classesRead, of: classesTotal, next: phase }, "classifying the history");
  if (phase !== "done" && !read.fault) await store.wantHistory(queue);
}

function isSpent({ remaining, limit }: Budget): boolean {
  return remaining < reserved * limit;
}

function spent({ remaining, limit, until }: Budget): Fault {
  const message = `${remaining} of ${limit} requests are left for this hour, and they are kept for live work`;
  return { kind: "limited", until, message };
}

interface ClassesRead {
  readonly steps: readonly RecordedStep[];
  /** Why the one after the last step could not be read; null: all were. */
  readonly fault: Fault | null;
}

/** One after the other: what they ask of GitHub stands behind nothing else that is asked. */
async function stepsOf(
  landings: readonly PastLanding[],
  { history, tries }: { history: GitHubHistory; tries: number },
): Promise<ClassesRead> {
  const steps: RecordedStep[] = [];
  for (const landing of landings) {
    const files = await history.files(landing.number, landing.sha);
    if (files.ok) steps.push(classStep(landing, files.value));
    else if (isLasting(files.fault, steps.length === 0 ? tries : 0))
      steps.push(classStep(landing, unreadable(faultWords(files.fault))));
    else return { steps, fault: files.fault };
  }
  return { steps, fault: null };
}

/** Whether the fault is this one change's, and will not pass. */
function isLasting(fault: Fault, tries: number): boolean {
  return fault.kind === "invalid" || (mayPass(fault) && tries + 1 >= triesMax);
}

function afterClasses(
  was: HistoryRead,
  { read: { steps, fault }, left, now }: { read: ClassesRead; left: number; now: Instant },
): HistoryRead {
  const classesRead = was.classesRead + steps.length;
  const known = { ...was, classesRead, classesTotal: was.classesRead + left, steps: was.steps + steps.length };
  if (fault) {
    const tried = mayPass(fault) ? 1 : 0;
    return afterFault({ ...known, tries: steps.length === 0 ? was.tries + tried : tried }, fault, now);
  }
  const phase = steps.length === left ? "done" : "classes";
  return { ...known, phase, tries: 0, notBefore: 0, problem: null };
}

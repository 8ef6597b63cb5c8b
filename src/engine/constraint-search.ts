import { setImmediate, setTimeout } from "node:timers/promises";
import { briefOf } from "../core/constraint/brief/brief.js";
import { dayOf } from "../core/constraint/flow/event.js";
import { findConstraint, newFinder, type Finding } from "../core/constraint/finder/finder.js";
import { emptyLedger, record, type Ledger } from "../core/constraint/flow/ledger.js";
import { paceLessonsOf } from "../core/constraint/accounts/pace-lessons.js";
import type { RecordedFlow } from "../core/constraint/flow/recorded.js";
import type { QueueKey } from "../core/model/ids.js";
import type { Found, Search } from "./ports.js";

/** How many days back the constraint is shown. */
const daysShown = 21;
/** A page waits this long for a day's verdict; the work goes on and the next look finds more of it. */
const patienceMs = 3000;
/** Queues whose verdict is kept. */
const queuesKept = 200;

interface Work {
  readonly key: string;
  found: Found;
  readonly done: Promise<void>;
  /** One for each day gone through. */
  readonly findings: Finding[];
  /** Of the past's changes, how many had a class when the brief was made, and at the last look. */
  classed: { inBrief: number; seen: number };
}

/**
 * A finder that works each day out once: a verdict changes with the days, not with every look. It gives way to webhooks
 * between two days.
 */
export function newSearch(): Search {
  const works = new Map<QueueKey, Work>();
  return async ({ queue, flow, now }) => {
    const lastDay = dayOf((now - flow.origin) / 60_000) - 1;
    // Of days that are over, more comes to light only while the past is being read.
    const known = flow.events.findIndex((e) => dayOf(e.at) > lastDay);
    const key = `${flow.origin}:${lastDay}:${known < 0 ? flow.events.length : known}`;
    let work = works.get(queue);
    if (work?.key !== key) {
      work = begin({ key, flow, lastDay });
      works.delete(queue);
      works.set(queue, work);
      const oldest = works.keys().next().value;
      if (works.size > queuesKept && oldest !== undefined) works.delete(oldest);
    }
    await Promise.race([work.done, setTimeout(patienceMs, undefined, { ref: false })]);
    withClasses(work, { flow, lastDay });
    return work.found;
  };
}

/**
 * The past's classes come after the first verdict and change nothing of it, only what the brief says of who judged what.
 * It is made anew once no more of them come.
 */
function withClasses(work: Work, { flow, lastDay }: { flow: RecordedFlow; lastDay: number }): void {
  const { brief } = work.found;
  const { inBrief, seen } = work.classed;
  work.classed.seen = flow.classedLate;
  if (!brief || inBrief === flow.classedLate || seen !== flow.classedLate) return;
  work.classed.inBrief = flow.classedLate;
  work.found = { ...work.found, brief: briefOf(ledgerUpTo(flow, lastDay), work.findings, flow.origin) };
}

function ledgerUpTo(flow: RecordedFlow, day: number): Ledger {
  const ledger = emptyLedger();
  for (const event of flow.events) if (dayOf(event.at) <= day) record(ledger, event);
  return ledger;
}

function begin({ key, flow, lastDay }: { key: string; flow: RecordedFlow; lastDay: number }): Work {
  const firstDay = dayOf(flow.events[0]?.at ?? Infinity);
  const from = Math.max(firstDay, lastDay - daysShown + 1);
  const work: { -readonly [K in keyof Work]: Work[K] } = {
    key,
    found: { brief: null, model: null, pace: null, daysToWorkOut: Math.max(0, lastDay - from + 1) },
    done: Promise.resolve(),
    findings: [],
    classed: { inBrief: flow.classedLate, seen: flow.classedLate },
  };
  if (from <= lastDay) work.done = goThrough(work, { flow, from, lastDay });
  return work;
}

async function goThrough(
  work: { found: Found; readonly findings: Finding[] },
  { flow, from, lastDay }: { flow: RecordedFlow; from: number; lastDay: number },
): Promise<void> {
  const ledger = emptyLedger();
  const { findings } = work;
  let finder = newFinder();
  let next = 0;
  for (let day = from; day <= lastDay; day++) {
    await setImmediate();
    for (let event = flow.events[next]; event && dayOf(event.at) <= day; event = flow.events[++next])
      record(ledger, event);
    const found = findConstraint(finder, ledger, day);
    finder = found.finder;
    findings.push(found.finding);
    work.found = { ...work.found, daysToWorkOut: lastDay - day };
  }
  await setImmediate();
  const last = findings.at(-1);
  work.found = {
    brief: briefOf(ledger, findings, flow.origin),
    model: last?.model ?? null,
    pace: last ? paceLessonsOf(ledger, last) : null,
    daysToWorkOut: 0,
  };
}

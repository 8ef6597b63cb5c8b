import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { Brief } from "../core/constraint/brief/brief.js";
import { briefOf, forecastMetrics } from "../core/constraint/brief/brief.js";
import { briefHtml } from "../core/constraint/brief/brief-html.js";
import { briefText } from "../core/constraint/brief/brief-words.js";
import { drumMetrics, type DrumAccount } from "../core/constraint/accounts/drum-account.js";
import { drumOfEvents } from "../core/constraint/accounts/event-drum.js";
import { dayMinutes, dayOf, readFlowEvent } from "../core/constraint/flow/event.js";
import type { FlowEvent } from "../core/constraint/flow/event.js";
import type { Finding } from "../core/constraint/finder/finder.js";
import { findConstraint, newFinder } from "../core/constraint/finder/finder.js";
import type { Metric } from "../core/constraint/accounts/metric.js";
import type { RuleAccount } from "../core/constraint/accounts/rule-account.js";
import { emptyLedger, record } from "../core/constraint/flow/ledger.js";
import { flowEventsOf } from "../core/constraint/flow/recorded.js";
import { drumAccount } from "../engine/drum-account.js";
import { memoryOf } from "../engine/lessons.js";
import { ruleAccount } from "../engine/rule-account.js";
import type { Instant } from "../core/model/ids.js";
import { openReader } from "../store/reader.js";

export function register(program: Command): void {
  program
    .command("report")
    .description("the weekly brief: the constraint, what it costs, the one thing to do, what changed")
    .argument(
      "[repository]",
      "OWNER/REPO, or OWNER/REPO@BASE: from the records of the app (DATABASE_URL or DRUMLINE_DATA)",
    )
    .option("--events <file>", "instead: events of the chain, one JSON object a line, in order of time")
    .option("--days <n>", "how many days back the history of the constraint goes", "14")
    .option("--json", "the brief as one JSON document")
    .option("--html", "the brief as one page of HTML")
    .addHelpText("after", help)
    .action(async (repository: string | undefined, options: ReportOptions) => {
      const days = Number(options.days);
      if (!Number.isInteger(days) || days < 1)
        return fail(`--days must be a whole number above 0, not ${options.days}`);
      if ((repository === undefined) === (options.events === undefined))
        return fail("say which repository (OWNER/REPO), or --events FILE");
      const events =
        options.events === undefined ? await recordedEvents(repository ?? "") : await readEvents(options.events);
      if ("problem" in events) return fail(events.problem);
      const found = briefFrom(events.events, days, events.origin);
      if (!found) return fail(`${options.events ?? repository ?? ""}: no whole day of events`);
      const { rules } = events;
      const drum = events.drum({ takes: found.deployTakes, day: found.day });
      const metrics = [...found.metrics, ...events.metrics, ...(drum ? drumMetrics(drum) : [])];
      const brief: Brief = { ...found, metrics, ...(rules && { rules }), ...(drum && { drum }) };
      if (options.json) process.stdout.write(`${JSON.stringify(brief)}\n`);
      else process.stdout.write(options.html ? briefHtml(brief) : `${briefText(brief)}\n`);
    });
}

interface ReportOptions {
  readonly events?: string;
  readonly days: string;
  readonly json?: true;
  readonly html?: true;
}

interface Told {
  readonly events: FlowEvent[];
  /** The moment of minute 0; null: nobody said. */
  readonly origin: Instant | null;
  /** Figures that no event of the chain holds. */
  readonly metrics: readonly Metric[];
  readonly rules?: RuleAccount;
  /** Given how many changes a full deployment takes, and the brief's day; null: nobody said a class. */
  readonly drum: (of: { readonly takes: number | null; readonly day: number }) => DrumAccount | null;
}

/** The finder's windows look back no further. */
const historyDays = 180;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What the app recorded of the repository's queue, beside a running app or without one. */
async function recordedEvents(name: string): Promise<Told | { readonly problem: string }> {
  const [repo = "", base] = name.split("@");
  const dataDir = process.env["DRUMLINE_DATA"] ?? "./data";
  try {
    const reader = await openReader({ databaseUrl: process.env["DATABASE_URL"], dataDir, log: quiet });
    try {
      const queues = (await reader.readPort.queues()).filter((q) => q.repo === repo && (base ?? q.base) === q.base);
      const [queue] = queues;
      if (!queue) return { problem: `${name}: the app knows no such queue` };
      if (queues.length > 1) return { problem: `${name}: say which: ${queues.map((q) => q.queue).join(", ")}` };
      const flow = await reader.readPort.flow(queue.queue, Date.now() - historyDays * dayMinutes * 60_000);
      const forecasts = (await reader.readPort.queueState(queue.queue))?.state.forecasts;
      const rules = await ruleAccount(reader.readPort, queue.queue);
      const { events, origin } = flowEventsOf(flow);
      const of = { reads: reader.readPort, memory: memoryOf(reader.readPort) };
      const drum = await drumAccount(of, { queue: queue.queue, now: Date.now() });
      const metrics = forecastMetrics(forecasts);
      return { events: [...events], origin, metrics, drum: ({ takes }) => drum(takes), ...(rules && { rules }) };
    } finally {
      await reader.close();
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function fail(message: string): void {
  process.stderr.write(`drumline report: ${message}\n`);
  process.exitCode = 2;
}

async function readEvents(file: string): Promise<Told | { readonly problem: string }> {
  const events: FlowEvent[] = [];
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      number++;
      if (line.trim() === "") continue;
      const value: unknown = JSON.parse(line);
      // A day's end, as `constraint --stdio` takes it, holds nothing to report.
      if (typeof value === "object" && value !== null && "type" in value) continue;
      const read = readFlowEvent(value);
      if ("problem" in read) return { problem: `${file}:${number}: ${read.problem}` };
      events.push(read.event);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problem: number > 0 ? `${file}:${number}: ${message}` : message };
  }
  events.sort((a, b) => a.at - b.at);
  return { events, metrics: [], origin: null, drum: (of) => drumOfEvents(events, of) };
}

/** @returns null when the events do not hold one whole day. */
export function briefFrom(events: readonly FlowEvent[], days: number, origin: Instant | null = null): Brief | null {
  const last = events.at(-1);
  const lastDay = last ? dayOf(last.at) - (last.at % dayMinutes > wholeDayMinutes ? 0 : 1) : -1;
  if (lastDay < 0) return null;
  const ledger = emptyLedger();
  const findings: Finding[] = [];
  let finder = newFinder();
  let next = 0;
  for (let day = Math.max(0, lastDay - days + 1); day <= lastDay; day++) {
    for (let event = events[next]; event && dayOf(event.at) <= day; event = events[++next]) record(ledger, event);
    const found = findConstraint(finder, ledger, day);
    finder = found.finder;
    findings.push(found.finding);
    process.stderr.write(`day ${day}: ${found.finding.constraint}\n`);
  }
  return briefOf(ledger, findings, origin);
}

/** A last day whose events go on until this minute counts as whole. */
const wholeDayMinutes = 18 * 60;

const help = `
The events are those of \`drumline constraint --stdio\`; docs/constraint.md has every field.

Examples:
  $ drumline report acme/shop --html > brief.html
  $ drumline report --events events.jsonl --html > brief.html
`;

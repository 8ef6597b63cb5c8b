import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import type { Brief } from "../core/constraint/brief.js";
import { briefOf } from "../core/constraint/brief.js";
import { briefText } from "../core/constraint/brief-words.js";
import { dayMinutes, dayOf, readFlowEvent } from "../core/constraint/event.js";
import type { FlowEvent } from "../core/constraint/event.js";
import type { Finding } from "../core/constraint/finder.js";
import { findConstraint, newFinder } from "../core/constraint/finder.js";
import { emptyLedger, record } from "../core/constraint/ledger.js";
import { briefHtml } from "./report-html.js";

export function register(program: Command): void {
  program
    .command("report")
    .description("the weekly brief: the constraint, what it costs, the one thing to do, what changed")
    .requiredOption("--events <file>", "events of the chain, one JSON object a line, in order of time")
    .option("--days <n>", "how many days back the history of the constraint goes", "14")
    .option("--json", "the brief as one JSON document")
    .option("--html", "the brief as one page of HTML")
    .addHelpText("after", help)
    .action(async (options: { events: string; days: string; json?: true; html?: true }) => {
      const days = Number(options.days);
      if (!Number.isInteger(days) || days < 1)
        return fail(`--days must be a whole number above 0, not ${options.days}`);
      const events = await readEvents(options.events);
      if ("problem" in events) return fail(events.problem);
      const brief = briefFrom(events.events, days);
      if (!brief) return fail(`${options.events}: no whole day of events`);
      if (options.json) process.stdout.write(`${JSON.stringify(brief)}\n`);
      else process.stdout.write(options.html ? briefHtml(brief) : `${briefText(brief)}\n`);
    });
}

function fail(message: string): void {
  process.stderr.write(`drumline report: ${message}\n`);
  process.exitCode = 2;
}

async function readEvents(file: string): Promise<{ readonly events: FlowEvent[] } | { readonly problem: string }> {
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
  return { events: events.sort((a, b) => a.at - b.at) };
}

/** @returns null when the events do not hold one whole day. */
export function briefFrom(events: readonly FlowEvent[], days: number): Brief | null {
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
  return briefOf(ledger, findings);
}

/** A last day whose events go on until this minute counts as whole. */
const wholeDayMinutes = 18 * 60;

const help = `
The events are those of \`drumline constraint --stdio\`; docs/constraint.md has every field.

Example:
  $ drumline report --events events.jsonl --html > brief.html
`;

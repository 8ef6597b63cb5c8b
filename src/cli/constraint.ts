import type { Command } from "commander";
import { evidenceOf } from "../core/constraint/accounts/evidence.js";
import { readFlowEvent } from "../core/constraint/flow/event.js";
import { findConstraint, newFinder } from "../core/constraint/finder/finder.js";
import { emptyLedger, record } from "../core/constraint/flow/ledger.js";
import { LineError, serveLines } from "./lines.js";

export function register(program: Command): void {
  program
    .command("constraint")
    .description("find the constraint of a delivery chain from its events")
    .requiredOption("--stdio", "events and day ends (JSON objects) a line on stdin, one answer for each day on stdout")
    .addHelpText("after", help)
    .action(async () => {
      await serveLines(newConversation());
    });
}

/** One chain's events and days, in order; the memory of a conversation is its ledger and its finder. */
export function newConversation(): (line: Readonly<Record<string, unknown>>) => unknown {
  const ledger = emptyLedger();
  let finder = newFinder();
  return (line) => {
    if (line["type"] !== "day") {
      const read = readFlowEvent(line);
      if ("problem" in read) throw new LineError("bad-event", read.problem);
      record(ledger, read.event);
      return undefined;
    }
    const { day } = line;
    if (typeof day !== "number" || !Number.isInteger(day)) throw new LineError("bad-day", "`day` must be an integer");
    const found = findConstraint(finder, ledger, day);
    finder = found.finder;
    const { constraint, confidence, probabilities } = found.finding;
    return { day, constraint, confidence, probabilities, evidence: evidenceOf(found.finding) };
  };
}

const help = `
An event holds at (minutes from a Monday 00:00), pr, event, and what that event tells: actor, kind, team, value, for,
ok, reason. After a day's events comes {"type":"day","day":d}; docs/constraint.md has every field and the method.

Example:
  $ cat events.jsonl | drumline constraint --stdio
`;

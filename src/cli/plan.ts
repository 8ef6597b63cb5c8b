import type { Command } from "commander";
import { plan } from "../core/queue/plan.js";
import { readSnapshot, SnapshotError } from "../core/queue/read-snapshot.js";
import { LineError, serveLines } from "./lines.js";

export function register(program: Command): void {
  program
    .command("plan")
    .description("the merge queue's planner: a snapshot of a queue in, what to land, eject, cancel and start out")
    .requiredOption("--stdio", "one snapshot (a JSON object) a line on stdin, one answer a line on stdout")
    .addHelpText("after", help)
    .action(async () => {
      await serveLines(answer);
    });
}

function answer(line: Readonly<Record<string, unknown>>): unknown {
  try {
    return plan(readSnapshot(line));
  } catch (error) {
    if (error instanceof SnapshotError) throw new LineError("bad-snapshot", error.message);
    throw error;
  }
}

const help = `
A snapshot holds now, slots, landedCount, queue, landed and builds; docs/planner.md has every field.
An answer holds land, reject, cancel and start, to be applied in this order.

Example:
  $ echo '{"now":0,"slots":2,"landedCount":0,"queue":[{"id":1,"arrivedAt":0,"targets":["a"],"passProbability":0.9,"expectedMinutes":10}]}' \\
      | drumline plan --stdio
`;

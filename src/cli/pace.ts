import type { Command } from "commander";
import { decidePace } from "../core/constraint/pacer/pacer.js";
import { PaceSnapshotError, readPaceSnapshot } from "../core/constraint/pacer/read-snapshot.js";
import { LineError, serveLines } from "./lines.js";

export function register(program: Command): void {
  program
    .command("pace")
    .description("pace a delivery chain: what to let through the gate, and in which order to work")
    .requiredOption("--stdio", "one snapshot (a JSON object) a line on stdin, one answer a line on stdout")
    .addHelpText("after", help)
    .action(async () => {
      await serveLines(answer);
    });
}

function answer(line: Readonly<Record<string, unknown>>): unknown {
  try {
    return decidePace(readPaceSnapshot(line));
  } catch (error) {
    if (error instanceof PaceSnapshotError) throw new LineError("bad-snapshot", error.message);
    throw error;
  }
}

const help = `
A snapshot holds now, stations, gate, inFlight and last7Days; docs/constraint.md has every field.
An answer holds release (ids to let through), order (ids by station) and buffers (minutes, target and zone by team).

Example:
  $ echo '{"now":600,"stations":[],"gate":[],"inFlight":[],"last7Days":{}}' | drumline pace --stdio
`;

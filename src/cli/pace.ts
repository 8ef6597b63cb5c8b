import type { Command } from "commander";
import { decidePace } from "../core/constraint/pacer/pacer.js";
import { PaceSnapshotError, readPaceSnapshot } from "../core/constraint/pacer/read-snapshot.js";
import { registerSnapshots } from "./snapshots.js";

export function register(program: Command): void {
  registerSnapshots(program, {
    name: "pace",
    description: "pace a delivery chain: what to let through the gate, and in which order to work",
    help,
    wrong: PaceSnapshotError,
    answer: (line) => decidePace(readPaceSnapshot(line)),
  });
}

const help = `
A snapshot holds now, stations, gate, inFlight and last7Days; docs/constraint.md has every field.
An answer holds release (ids to let through), order (ids by station) and buffers (by team: minutes, target, zone, and the
size wanted for each reviewer with what it is made of).

Example:
  $ echo '{"now":600,"stations":[],"gate":[],"inFlight":[],"last7Days":{}}' | drumline pace --stdio
`;

import type { Command } from "commander";
import { words } from "../core/explain/words.js";
import { prNumber, type PrNumber } from "../core/model/ids.js";
import { forecast } from "../core/queue/forecast.js";
import { plan } from "../core/queue/plan.js";
import { reasonsOf } from "../core/queue/reasons.js";
import { readSnapshot, SnapshotError } from "../core/queue/read-snapshot.js";
import type { Id, PlanSnapshot } from "../core/queue/snapshot.js";
import { registerSnapshots } from "./snapshots.js";

export function register(program: Command): void {
  registerSnapshots(program, {
    name: "plan",
    description: "the merge queue's planner: a snapshot of a queue in, what to land, eject, cancel and start out",
    help,
    wrong: SnapshotError,
    answer: (line) => {
      const snapshot = readSnapshot(line);
      return {
        ...plan(snapshot),
        ...(line["wantReasons"] === true && { reasons: reasonsInWords(snapshot) }),
        ...(line["wantForecast"] === true && { forecast: forecast(snapshot) }),
      };
    },
  });
}

/** Reasons name pull requests: where any of the caller's changes has another name, all are numbered by their place. */
function reasonsInWords(snapshot: PlanSnapshot): unknown[] {
  const isNumber = (id: Id): id is number => typeof id === "number" && Number.isSafeInteger(id) && id > 0;
  const places = new Map(snapshot.queue.map((c, place) => [c.id, place + 1]));
  const numbered = snapshot.queue.every((c) => isNumber(c.id));
  const unknown = snapshot.queue.length + 1;
  const numberOf = (id: Id): PrNumber => prNumber(numbered && isNumber(id) ? id : (places.get(id) ?? unknown));
  return reasonsOf(snapshot, { numberOf }).map(({ id, reason }) => ({ id, reason, words: words(reason) }));
}

const help = `
A snapshot holds now, slots, landedCount, queue, landed and builds; docs/planner.md has every field.
An answer holds land, reject, cancel and start, to be applied in this order.
With "wantReasons": true it also says why each change is where it is; with "wantForecast": true, when it will be decided.

Example:
  $ echo '{"now":0,"slots":2,"landedCount":0,"queue":[{"id":1,"arrivedAt":0,"targets":["a"],"passProbability":0.9,"expectedMinutes":10}]}' \\
      | drumline plan --stdio
`;

import type { QueueState } from "../core/queue/state.js";
import type { Instant } from "../core/model/ids.js";
import type { FlowRecord } from "./ports.js";

/** Steps through the queue station that a decision made: what entered, what landed, what was sent back. */
export function flowOf(before: QueueState, after: QueueState, now: Instant): FlowRecord[] {
  return Object.values(after.units).flatMap((unit): FlowRecord[] => {
    const was = before.units[unit.number]?.place.kind ?? "proposed";
    const is = unit.place.kind;
    if (was === is) return [];
    const record = (event: string, data: Readonly<Record<string, unknown>>): FlowRecord[] => [
      { at: now, number: unit.number, event, data },
    ];
    if (is === "queued") return record("queued", {});
    if (is === "landed" && unit.place.kind === "landed")
      return record("landed", { sha: unit.place.sha, moved: unit.place.moved });
    if (is === "ejected" && unit.place.kind === "ejected") return record("ejected", { why: unit.place.why.kind });
    return was === "queued" ? record("dequeued", {}) : [];
  });
}

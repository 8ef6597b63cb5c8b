import type { Logger } from "pino";
import { flowEventsOf } from "../core/constraint/flow/recorded.js";
import type { PaceLessons } from "../core/facts/facts.js";
import type { Instant, QueueKey } from "../core/model/ids.js";
import type { ReadPort, Search } from "./ports.js";

/** The finder's windows look back no further. */
export const historyDays = 180;
const dayMs = 86_400_000;
/** While days are still to be worked out, the past is still being read, or nothing is known, it is asked again after this long. */
const soonMs = 60_000;

interface Known {
  pace: PaceLessons | null;
  askAgainAt: Instant;
}

/**
 * How each queue is paced, as found for the last whole day. A decision never waits for it: it is worked out beside, and
 * the next decision finds it.
 */
export function newPacing(of: {
  readonly reads: Pick<ReadPort, "flow" | "history">;
  readonly search: Search;
  readonly now: () => Instant;
  readonly log: Logger;
}): (queue: QueueKey) => PaceLessons | null {
  const known = new Map<QueueKey, Known>();
  return (queue) => {
    const entry = known.get(queue) ?? { pace: null, askAgainAt: 0 };
    known.set(queue, entry);
    const now = of.now();
    if (now < entry.askAgainAt) return entry.pace;
    entry.askAgainAt = now + soonMs;
    find(of, { queue, now }).then(
      ({ pace, whole }) => {
        entry.pace = pace;
        // A verdict speaks of whole days: the next one comes with the next day.
        if (whole) entry.askAgainAt = (Math.floor(now / dayMs) + 1) * dayMs;
      },
      (error: unknown) => of.log.warn({ queue, err: error }, "how to pace the queue could not be worked out"),
    );
    return entry.pace;
  };
}

async function find(
  { reads, search }: { readonly reads: Pick<ReadPort, "flow" | "history">; readonly search: Search },
  { queue, now }: { readonly queue: QueueKey; readonly now: Instant },
): Promise<{ pace: PaceLessons | null; whole: boolean }> {
  const flow = flowEventsOf(await reads.flow(queue, now - historyDays * dayMs));
  const found = await search({ queue, flow, now });
  // A past that is still being read would settle the pace for a day by a part of it; classes do not change it.
  const { phase } = (await reads.history(queue)) ?? { phase: "done" };
  const read = phase === "classes" || phase === "done";
  return { pace: found.pace, whole: read && found.daysToWorkOut === 0 && found.pace !== null };
}

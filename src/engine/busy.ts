import type { QueueRow, ReadPort } from "./ports.js";

/** How many groups the installation's other queues are testing. */
export type BusyElsewhere = (row: QueueRow) => Promise<number>;

/**
 * As their states say now, without their leases: two queues that look at the same moment may together take a slot more
 * than there are, and the next look sees it.
 */
export function busyElsewhereOf(reads: Pick<ReadPort, "queues" | "queueState">): BusyElsewhere {
  return async (row) => {
    const others = (await reads.queues()).filter(
      (q) => q.installationId === row.installationId && q.queue !== row.queue,
    );
    const states = await Promise.all(others.map(async (q) => await reads.queueState(q.queue)));
    const groups = states.flatMap((stored) => stored?.state.groups ?? []);
    return groups.filter((g) => g.phase.kind === "building" || g.phase.kind === "testing").length;
  };
}

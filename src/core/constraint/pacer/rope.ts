import type { Buffer } from "./buffer.js";
import { inOrder, isUrgent } from "./order.js";
import type { PaceSnapshot, WorkId } from "./snapshot.js";
import type { WorthOf } from "./worth.js";

/**
 * The rope: what the gate lets in. The worthiest waiting work is released while its team's buffer has room; people's
 * urgent work always passes. Work whose team nobody here reviews for is not the buffer's to hold.
 */
export function release(
  snapshot: PaceSnapshot,
  of: { readonly buffers: readonly Buffer[]; readonly worthOf: WorthOf },
): WorkId[] {
  const room = new Map(of.buffers.map((b) => [b.team, b.target - b.minutes]));
  const builds = buildsFull(snapshot);
  return inOrder(snapshot.gate, of.worthOf)
    .filter((work) => {
      const left = room.get(work.team) ?? Infinity;
      if (!isUrgent(work) && (left <= 0 || builds)) return false;
      room.set(work.team, left - of.worthOf(work).minutes);
      return true;
    })
    .map((work) => work.id);
}

/** More builds waiting than the slots can do in this time: releasing more would only lengthen the queue. */
export const buildQueueMinutes = 16 * 60;

function buildsFull(snapshot: PaceSnapshot): boolean {
  return snapshot.stations.some((station) => {
    if (station.station !== "ci") return false;
    const minutes = station.waiting.length * (station.meanServiceMinutes ?? 0);
    return minutes > buildQueueMinutes * Math.max(1, station.servers);
  });
}

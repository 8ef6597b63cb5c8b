import type { Buffer } from "./buffer.js";
import { bufferSize } from "./buffer-size.js";
import { buildNeed } from "./need.js";
import { inOrder, isUrgent } from "./order.js";
import type { PaceSnapshot, StationState, WorkId } from "./snapshot.js";
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

/** More builds waiting than the night would take: releasing more would only lengthen the queue. */
function buildsFull(snapshot: PaceSnapshot): boolean {
  return snapshot.stations.some((station) => {
    if (station.station !== "ci") return false;
    return station.waiting.length * (station.meanServiceMinutes ?? 0) > enoughBuilds(station);
  });
}

/** Minutes of builds that are to wait before all slots together. */
export function enoughBuilds(builds: StationState): number {
  return Math.max(1, builds.servers) * (builds.size ?? bufferSize(buildNeed(builds))).minutes;
}

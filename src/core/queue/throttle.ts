import { inScope } from "./scope.js";
import type { Id, LandedChange, QueuedChange, Throttle } from "./snapshot.js";

const minutesPerHour = 60;

export interface Throttled {
  readonly throttle: Throttle;
  /** When there is room again for one more. */
  readonly until: number;
}

export interface Throttling<C extends Id> {
  /** What keeps this change from landing now; null: nothing. */
  readonly of: (change: QueuedChange<C>) => Throttled | null;
  /** May these land together now? A group larger than the whole allowance lands after an hour without any. */
  readonly admits: (group: readonly QueuedChange<C>[]) => boolean;
}

/** Landings of the last hour against what an hour may see: a sliding hour, so that no hour sees more. */
export function throttling<C extends Id>(
  throttles: readonly Throttle[],
  { landed, now }: { landed: readonly LandedChange<C>[]; now: number },
): Throttling<C> {
  const counted = throttles.map((throttle) => {
    const recent = landed.filter((l) => l.at > now - minutesPerHour && inScope(throttle, l)).map((l) => l.at);
    return { throttle, room: Math.max(1, throttle.perHour), recent: recent.sort((a, b) => b - a) };
  });
  const concerns = (throttle: Throttle, change: QueuedChange<C>): boolean =>
    change.hotfix !== true && inScope(throttle, change);
  return {
    of: (change) => {
      const full = counted.find((t) => t.recent.length >= t.room && concerns(t.throttle, change));
      if (!full) return null;
      return { throttle: full.throttle, until: (full.recent[full.room - 1] as number) + minutesPerHour };
    },
    admits: (group) =>
      counted.every(({ throttle, recent, room }) => {
        const members = group.filter((c) => concerns(throttle, c)).length;
        return members === 0 || recent.length === 0 || recent.length + members <= room;
      }),
  };
}

/** Fewer past builds than this say too little about the slowest of them. */
const pastMin = 20;
/** A build may take this many times as long as 95 in 100 did... */
const timesP95 = 1.5;
/** ...and so many minutes more, so that short builds have room for a slow start. */
const roomMinutes = 5;

/**
 * Minutes after which a silent build counts as lost (a failure of cause `timeout`, which speaks against nobody): learned
 * from how long past builds took that ended by themselves, and never more than policy allows. Builds that timed out
 * are no evidence: they would only repeat what was believed before.
 */
export function timeoutMinutes(past: readonly number[], { most }: { most: number }): number {
  if (past.length < pastMin) return most;
  const ascending = [...past].sort((a, b) => a - b);
  const p95 = ascending[Math.floor(0.95 * (ascending.length - 1))] as number;
  return Math.min(most, timesP95 * p95 + roomMinutes);
}

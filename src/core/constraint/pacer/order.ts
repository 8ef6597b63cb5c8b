import type { WorkId, WorkState } from "./snapshot.js";
import type { WorthOf } from "./worth.js";

/** The order in which the line takes its work: people's urgent work, oldest first; then by worth. */
export function inOrder<T extends WorkState>(works: readonly T[], worthOf: WorthOf): T[] {
  return works
    .map((work) => ({ work, index: worthOf(work).index }))
    .sort(compare)
    .map(({ work }) => work);
}

interface Ranked {
  readonly work: WorkState;
  readonly index: number;
}

/** Precedence in one place: urgent before the rest; the older of two urgent; the worthier of two others; the older. */
export function compare(a: Ranked, b: Ranked): number {
  const urgent = Number(isUrgent(b.work)) - Number(isUrgent(a.work));
  if (urgent !== 0) return urgent;
  const older = b.work.ageMinutes - a.work.ageMinutes;
  return isUrgent(a.work) ? older : b.index - a.index || older;
}

/** A machine's word that its own work is urgent passes nobody. */
export function isUrgent(work: WorkState): boolean {
  return work.urgent && work.kind === "human";
}

export const idOf = (work: WorkState): WorkId => work.id;

import type { QueuedChange } from "./snapshot.js";
import type { View } from "./view.js";

/** A build's expected length: its longest member's work, and a minute of overhead. */
export function minutesFor(view: View, members: readonly number[]): number {
  return 1 + members.reduce((longest, c) => Math.max(longest, (view.changes[c] as QueuedChange).expectedMinutes), 0);
}

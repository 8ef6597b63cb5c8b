import { retryMinutes } from "./retry.js";
import type { Id } from "./snapshot.js";
import type { View } from "./view.js";

/**
 * The branch by itself. A build that fails says nothing about its members while the branch would fail without them, so
 * before anybody is ejected the branch has to be vouched for: by a build of it alone, or by anything that passed or
 * landed since the failed build began. While it is red, nobody is ejected, only what was tested on the red branch and
 * passed lands (it mends the branch, or the branch was not red), and only hotfixes and what is said to mend it is built.
 */
export interface TrunkView {
  readonly red: boolean;
  /** A build of the branch alone is worth more than any other now. */
  readonly wanted: boolean;
  /** Is a failure of a build that began then the members' own? */
  readonly vouchedSince: (startedAt: number) => boolean;
}

export function trunkOf<C extends Id, B extends Id>(view: View<C, B>): TrunkView {
  const { trunk, now, landed } = view.snapshot;
  if (!trunk) return { red: false, wanted: false, vouchedSince: () => true };
  const red = trunk.status === "red";
  const passed = view.builds.flatMap((b) => (b.status === "passed" ? [b.finishedAt ?? now] : []));
  const proofs = [...passed, ...landed.map((l) => l.at), ...(trunk.status === "green" ? [trunk.at] : [])];
  const vouchedUntil = proofs.reduce((latest, at) => Math.max(latest, at), -Infinity);
  const vouchedSince = (startedAt: number): boolean => !red && vouchedUntil >= startedAt;
  const doubted = view.builds.some((b) => isLoneFailure(b) && !vouchedSince(b.startedAt));
  const again = red && now >= trunk.at + retryMinutes(trunk.failures ?? 1);
  return { red, wanted: trunk.status !== "running" && (red ? again : doubted), vouchedSince };
}

/** The kind of failure that ejects. A conflict needs no control: git says itself who is at fault. */
export function isLoneFailure(build: View["builds"][number]): boolean {
  return build.status === "failed" && (build.failure ?? "content") === "content" && build.open.length === 1;
}

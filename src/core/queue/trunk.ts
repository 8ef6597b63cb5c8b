import { retryMinutes } from "./retry.js";
import type { Id } from "./snapshot.js";
import type { BuildView, View } from "./view.js";

/**
 * The branch by itself. A build that fails says nothing about its members while the branch would fail without them, so
 * before anybody is ejected the branch has to be vouched for: by a build of it alone, or by anything that passed or
 * landed since the failed build began. Where lanes land in parallel, a landing that was composed of parts vouches for
 * nothing, and what passed without it doesn't vouch for what failed with it. While it is red, nobody is ejected, only what was tested on the red branch and
 * passed lands (it mends the branch, or the branch was not red), and only hotfixes and what is said to mend it is built.
 */
export interface TrunkView {
  readonly red: boolean;
  /** A build of the branch alone is worth more than any other now. */
  readonly wanted: boolean;
  /** Is a failure of this build its members' own? */
  readonly vouchedFor: (build: Pick<BuildView, "startedAt" | "base">) => boolean;
}

export function trunkOf<C extends Id, B extends Id>(view: View<C, B>): TrunkView {
  const { trunk, now, landed } = view.snapshot;
  if (!trunk) return { red: false, wanted: false, vouchedFor: () => true };
  const red = trunk.status === "red";
  // Whatever a proof holds of the branch: all of it, or the first so many landings.
  const proofs = [
    ...view.builds.flatMap((b) => (b.status === "passed" ? [{ at: b.finishedAt ?? now, base: b.base }] : [])),
    ...landed.flatMap((l) => (l.composed === true ? [] : [{ at: l.at, base: l.seq + 1 }])),
    ...(trunk.status === "green" ? [{ at: trunk.at, base: Infinity }] : []),
  ];
  const composed = landed.flatMap((l) => (l.composed === true ? [l.seq] : []));
  const vouchedFor: TrunkView["vouchedFor"] = (failed) =>
    !red &&
    proofs.some(({ at, base }) => at >= failed.startedAt && !composed.some((seq) => base <= seq && seq < failed.base));
  const doubted = view.builds.some((b) => isLoneFailure(b) && !vouchedFor(b));
  const again = red && now >= trunk.at + retryMinutes(trunk.failures ?? 1);
  return { red, wanted: trunk.status !== "running" && (red ? again : doubted), vouchedFor };
}

/** The kind of failure that ejects. A conflict needs no control: git says itself who is at fault. */
export function isLoneFailure(build: View["builds"][number]): boolean {
  return build.status === "failed" && (build.failure ?? "content") === "content" && build.open.length === 1;
}

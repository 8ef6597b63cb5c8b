import type { Facts, PullFacts } from "../facts/facts.js";
import { prNumber, type PrNumber } from "../model/ids.js";
import type { LineEffect } from "../model/effect.js";
import type { QueueState } from "../queue/state.js";
import type { Reason } from "../model/reason.js";

/** More dependencies than this in one description are not read, and the change waits. */
export const dependenciesMax = 50;

/** Pull requests that a description says must land first: `Depends-On: #12, #13` at the start of a line. */
export function dependenciesNamed(body: string): PrNumber[] {
  const lines = body.split("\n").filter((line) => /^\s{0,3}depends[- ]on:?\s/i.test(line));
  const numbers = lines.flatMap((line) => [...line.matchAll(/(?:^|[\s,])#(\d{1,9})\b/g)].map((m) => Number(m[1])));
  return [...new Set(numbers)]
    .filter((n) => n > 0)
    .slice(0, dependenciesMax)
    .map(prNumber);
}

interface Queue {
  readonly facts: Facts;
  readonly state: QueueState;
}

/** GitHub may still show as open what has just landed. */
function hasLanded(number: PrNumber, state: QueueState): boolean {
  return state.units[number]?.place.kind === "landed" || state.landed.some((l) => l.number === number);
}

/** Stacked changes whose lower neighbour has landed point at its branch still: they are pointed at the base. */
export function retargets(pulls: readonly PullFacts[], { facts, state }: Queue): LineEffect[] {
  return pulls
    .filter((p) => p.baseRef !== facts.repo.base && state.landed.some((l) => l.headRef === p.baseRef))
    .map((p) => ({
      kind: "retarget",
      id: `retarget:${p.number}:${p.baseRef}`,
      number: p.number,
      from: p.baseRef,
      to: facts.repo.base,
    }));
}

/** The open pull request whose branch this one is based on, or whose head is among its commits; the nearest one. */
export function stackedOn(pull: PullFacts, { facts, state }: Queue): PrNumber | null {
  const others = facts.pulls.filter(
    (p) =>
      p.number !== pull.number && p.state === "open" && p.headRepo === pull.headRepo && !hasLanded(p.number, state),
  );
  const below = others.find((p) => p.headRef === pull.baseRef && pull.baseRef !== facts.repo.base);
  if (below) return below.number;
  if (pull.commits.state !== "read") return null;
  const own = pull.commits.value.map((c) => c.sha);
  const contained = others
    .map((p) => ({ number: p.number, at: own.lastIndexOf(p.headSha) }))
    .filter((p) => p.at >= 0 && p.at < own.length - 1)
    .sort((a, b) => b.at - a.at || a.number - b.number);
  return contained[0]?.number ?? null;
}

/** What must land before it: reasons to wait, none when all of it has landed. */
export function dependencyReasons(pull: PullFacts, { facts, state }: Queue): Reason[] {
  const below = stackedOn(pull, { facts, state });
  const stack: Reason[] = below === null ? [] : [{ code: "stacked-on", number: below }];
  const named = dependenciesNamed(pull.body).flatMap((number): Reason[] => {
    if (number === pull.number) return [];
    const other = facts.pulls.find((p) => p.number === number);
    if (other?.state === "merged" || hasLanded(number, state)) return [];
    return [{ code: "depends-on", number, state: other?.state === "open" ? "open" : "unknown" }];
  });
  const offBase: Reason[] =
    below === null && pull.baseRef !== facts.repo.base ? [{ code: "other-base", base: pull.baseRef }] : [];
  return [...stack, ...offBase, ...named];
}

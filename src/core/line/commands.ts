import type { GivenCommand, PullFacts, RepoFacts } from "../facts/facts.js";
import type { Actor } from "../model/actor.js";
import type { Instant, Login } from "../model/ids.js";
import type { Reason } from "../model/reason.js";
import type { Truth } from "../model/verdict.js";
import { isCommandName } from "../command/parse.js";
import type { Standing } from "../governance/standing.js";
import { whoText } from "../policy/who.js";
import type { CommandWord, Policy, Who } from "../policy/policy.js";
import type { QueueState, UnitState } from "../queue/state.js";

/** Denials kept for the comment: the latest. */
const deniedKept = 3;

export type MayGive = (by: Actor, who: readonly Who[]) => Truth;

export interface Commanded {
  readonly unit: UnitState;
  /** Highest comment id taken in. */
  readonly seen: number;
  /** What somebody allowed to has asked of the whole line, the last of it; null: nothing. */
  readonly line: LineCommand | null;
}

export type LineCommand =
  | { readonly kind: "resume" }
  | { readonly kind: "pause"; readonly by: Login; readonly why: string; readonly at: Instant }
  | { readonly kind: "drain"; readonly by: Login; readonly at: Instant };

/** What a command to the line changes of its state. */
export function afterLineCommand(
  line: LineCommand | null,
): Partial<Pick<QueueState, "stopped" | "paused" | "draining">> {
  switch (line?.kind) {
    case undefined:
      return {};
    case "resume":
      return { stopped: null, paused: null, draining: null };
    case "pause":
      return { paused: { by: line.by, why: line.why, at: line.at } };
    case "drain":
      return { draining: { by: line.by, at: line.at } };
  }
}

/**
 * Takes in the commands that came since, in order, each with the authority of whoever gave it: what cannot be shown to
 * be allowed is denied, and the denial is said.
 */
export function takeCommands(
  unit: UnitState,
  { pull, seen, policy, may }: { pull: PullFacts; seen: number; repo: RepoFacts; policy: Policy; may: MayGive },
): Commanded {
  let result: Commanded = { unit, seen, line: null };
  const fresh = pull.commands
    .filter((c) => c.commentId > seen)
    .sort((a, b) => a.commentId - b.commentId || a.index - b.index);
  for (const given of fresh)
    result = { ...take(result, given, { pull, policy, may }), seen: Math.max(result.seen, given.commentId) };
  return result;
}

function take(
  before: Commanded,
  given: GivenCommand,
  { pull, policy, may }: { pull: PullFacts; policy: Policy; may: MayGive },
): Commanded {
  const { name } = given.command;
  if (!isCommandName(name)) return before;
  const whoMay = policy.commands[name];
  const liftsOwn = name === "resume" && before.unit.standing.refusal?.by.toLowerCase() === given.by.login.toLowerCase();
  if (!liftsOwn && may(given.by, whoMay) !== "true") {
    const denial: Reason = {
      code: "command-denied",
      command: name,
      by: given.by.login,
      needs: whoMay.map(whoText).join(" or "),
    };
    return { ...before, unit: { ...before.unit, denied: [...before.unit.denied, denial].slice(-deniedKept) } };
  }
  const standing = afterCommand(before.unit.standing, given, { name, pull });
  const mayOverride = may(given.by, policy.commands.override) === "true";
  const kept = name === "resume" ? resumed(standing, { liftsRefusal: liftsOwn || mayOverride }) : standing;
  return {
    ...before,
    unit: { ...before.unit, standing: kept, denied: [] },
    line: lineCommand(given, { name, mayOverride }) ?? before.line,
  };
}

function lineCommand(
  { by, at, command }: GivenCommand,
  { name, mayOverride }: { name: CommandWord; mayOverride: boolean },
): LineCommand | null {
  if (name === "resume") return mayOverride ? { kind: "resume" } : null;
  if (name === "pause") return { kind: "pause", by: by.login, why: command.args.join(" "), at };
  return name === "drain" ? { kind: "drain", by: by.login, at } : null;
}

function afterCommand(
  standing: Standing,
  given: GivenCommand,
  { name, pull }: { name: CommandWord; pull: PullFacts },
): Standing {
  const by = given.by.login;
  const at: Instant = given.at;
  const reason = given.command.args.join(" ");
  switch (name) {
    case "queue":
      return {
        ...standing,
        queue: { wanted: "in", by, at, hotfix: given.command.args[0]?.toLowerCase() === "hotfix" },
      };
    case "dequeue":
      return { ...standing, queue: { wanted: "out", by, at, hotfix: false } };
    case "hold":
      return { ...standing, hold: { by, at } };
    case "resume":
    case "pause":
    case "drain":
      return standing;
    case "explain":
      return { ...standing, explainAsked: true };
    case "human":
      return { ...standing, personAskedFor: { by: given.by, at } };
    case "refuse":
      return { ...standing, refusal: { by, reason, at } };
    case "override":
      return { ...standing, override: { by, reason, at, headSha: pull.headSha } };
  }
}

/** Without the hold; a refusal goes only when its author, or somebody who may override, resumes. */
function resumed(standing: Standing, { liftsRefusal }: { liftsRefusal: boolean }): Standing {
  const { hold: _hold, refusal, queue, ...rest } = standing;
  return {
    ...rest,
    ...(refusal && !liftsRefusal && { refusal }),
    ...(queue?.wanted === "in" && { queue }),
  };
}

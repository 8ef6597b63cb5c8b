import type { Actor, ActorKind } from "../../model/actor.js";
import type { Instant, Login, PrNumber, Sha } from "../../model/ids.js";
import type { ScoredChange } from "../../risk/change.js";
import type { RecordedStep } from "./recorded-builds.js";

/** A pull request as a code host remembers it: what webhooks would have told had anybody listened. */
export interface PastPull {
  readonly number: PrNumber;
  /** Null: an account that is gone. */
  readonly author: Login | null;
  readonly kind: ActorKind;
  readonly createdAt: Instant;
  /** As it stands now, or stood last. */
  readonly draft: boolean;
  readonly merged: { readonly at: Instant; readonly sha: Sha | null } | null;
  readonly closedAt: Instant | null;
  readonly paths: readonly string[];
  /** As risk reads it, and the pull requests that it says it takes out; left out: not known. */
  readonly change?: ScoredChange;
  readonly undoes?: readonly PrNumber[];
  /** Heads that CI looked at, with what it said, oldest first. */
  readonly heads: readonly PastHead[];
  readonly reviews: readonly PastReview[];
  /** Made ready, made a draft, or somebody's judgment asked for. */
  readonly turns: readonly PastTurn[];
}

export interface PastHead {
  readonly sha: Sha;
  readonly pushedAt: Instant;
  readonly runs: readonly PastRun[];
}

export interface PastRun {
  readonly name: string;
  readonly startedAt: Instant;
  /** Null while it runs. */
  readonly completedAt: Instant | null;
  readonly ok: boolean;
}

export interface PastReview {
  readonly by: Login;
  readonly state: "approved" | "changes_requested" | "commented";
  readonly at: Instant;
}

export interface PastTurn {
  readonly what: "ready" | "draft" | "asked";
  readonly at: Instant;
  /** With `asked`: the team, or null for a person. */
  readonly team: string | null;
}

/** A change that landed before anybody listened, as the ledger has it. */
export interface PastLanding {
  readonly number: PrNumber;
  /** When a verdict would have come: as it was opened. */
  readonly judgedAt: Instant;
  /** What it landed as; null: not known. */
  readonly sha: Sha | null;
  readonly title: string;
  /** Without a name: not known. */
  readonly author: Actor;
}

export interface PastDeployment {
  readonly sha: Sha;
  readonly environment: string;
  readonly at: Instant;
  readonly ok: boolean;
}

/** A head whose checks began this soon after the pull request was opened is the one that it was opened with. */
const openedWithMs = 5 * 60_000;

/** The steps that would have been recorded of it before `until`, in order of time. */
export function stepsOfPast(pull: PastPull, until: Instant): RecordedStep[] {
  const { number, author, kind, createdAt } = pull;
  const actor = author === null ? {} : { actor: author };
  const heads = [...pull.heads].sort((a, b) => a.pushedAt - b.pushedAt);
  const first = heads.findLast((h) => h.pushedAt <= createdAt + openedWithMs) ?? heads[0];
  const head = first ? { head: first.sha } : {};
  const draft = wasDraft(pull);
  const step = (at: Instant, event: string, data: RecordedStep["data"]): RecordedStep => ({ at, number, event, data });
  const steps = [
    step(createdAt, "opened", { ...actor, ...head, kind, draft, paths: pull.paths }),
    ...(draft ? [] : [step(createdAt, "ready_for_review", { ...actor, ...head })]),
    ...heads
      .filter((h) => first !== undefined && h.pushedAt > Math.max(createdAt, first.pushedAt))
      .map((h) => step(h.pushedAt, "pushed", { ...actor, head: h.sha })),
    ...heads.flatMap(runSteps),
    ...pull.reviews.map((r) =>
      step(r.at, r.state === "changes_requested" ? r.state : "review_submitted", { actor: r.by, state: r.state }),
    ),
    // After the reviews: of one moment, the next judgment is asked for when the last one is given.
    ...pull.turns.map((turn) => step(turn.at, turnEvents[turn.what], turnData(turn, { ...actor, ...head }))),
    ...endOf(pull).map(({ at, event, data }) => step(at, event, data)),
    ...harmTold(pull),
  ];
  return steps.filter((s) => s.at < until).sort((a, b) => a.at - b.at);
}

/** By the first turn that it took; without one it is now what it was then. */
function wasDraft({ turns, draft }: PastPull): boolean {
  const first = turns
    .filter((t) => t.what !== "asked")
    .reduce<PastTurn | null>((a, b) => (a && a.at <= b.at ? a : b), null);
  return first ? first.what === "ready" : draft;
}

const turnEvents = { ready: "ready_for_review", draft: "converted_to_draft", asked: "review_requested" } as const;

function turnData(turn: PastTurn, author: RecordedStep["data"]): RecordedStep["data"] {
  return turn.what === "asked" ? { team: turn.team } : author;
}

function runSteps({ sha, runs }: PastHead): RecordedStep[] {
  const step = (at: Instant, event: string, data: RecordedStep["data"]): RecordedStep => {
    return { at, number: null, event, data: { sha, for: "ci", ...data } };
  };
  return runs.flatMap(({ name, startedAt, completedAt, ok }) => [
    step(startedAt, "build_started", { name }),
    ...(completedAt === null ? [] : [step(completedAt, "build_finished", { name, ok })]),
  ]);
}

function endOf({ merged, closedAt, change }: PastPull): Pick<RecordedStep, "at" | "event" | "data">[] {
  if (merged) return [{ at: merged.at, event: "landed", data: { sha: merged.sha, ...(change && { change }) } }];
  return closedAt === null ? [] : [{ at: closedAt, event: "closed", data: {} }];
}

/** What it took out came to harm when it landed: recorded of those, so that risk starts with the repository's own past. */
function harmTold({ number, merged, undoes = [] }: PastPull): RecordedStep[] {
  return merged ? undoes.map((of) => ({ at: merged.at, number: of, event: "harmed", data: { by: number } })) : [];
}

export function stepOfPastDeployment({ sha, environment, at, ok }: PastDeployment): RecordedStep {
  return { at, number: null, event: "deployed", data: { sha, environment, ok } };
}

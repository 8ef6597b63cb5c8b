import type { Instant } from "../core/model/ids.js";
import type { ScoredChange } from "../core/risk/change.js";
import { isCounted } from "../core/risk/described.js";
import type { Followed } from "../core/risk/followed.js";
import { riskOf } from "../core/risk/score.js";
import { assess, learn, learnLanding, type RiskState } from "../core/risk/state.js";
import type { FlowRecord } from "./ports.js";

/** Landed changes that are followed: the latest. */
const followedMax = 20_000;

/** What risk learned from the ledger, and what became of the changes that it scored on the way; by number, oldest first. */
export interface Following {
  readonly risk: RiskState;
  readonly followed: Map<string, Followed>;
  /** Who wrote what was drawn for an audit: nobody audits their own. */
  readonly authors: Map<string, string>;
}

export function newFollowing(risk: RiskState): Following {
  return { risk, followed: new Map(), authors: new Map() };
}

/**
 * One record of the ledger. A landing is scored before it is learned from, as a stream would; records that were filled
 * in from history count like any other as long as they hold the change as risk reads it.
 * @returns whether it told of harm that was not known
 */
export function follow(record: FlowRecord, following: Following): boolean {
  const { at, number, event } = record;
  if (number === null) return false;
  if (event === "landed") followLanding(record, following);
  if (event === "harmed") return followHarm(String(number), { at, following });
  return answersAudit(record, following) === "harm" && followHarm(String(number), { at, following });
}

function followLanding({ at, number, data }: FlowRecord, { risk, followed, authors }: Following): void {
  const change = data["change"] as ScoredChange | undefined;
  if (change === undefined) return;
  const assessment = assess(risk, { change, at });
  const id = String(number);
  followed.set(id, {
    id,
    at,
    score: riskOf(risk, { assessment }).score,
    counted: isCounted(assessment.view.described),
    moved: data["moved"] === "auto" ? "auto" : "judged",
    auditShare: typeof data["audit"] === "number" ? data["audit"] : null,
    harmedAt: null,
    answer: null,
  });
  if (typeof data["audit"] === "number") authors.set(id, change.author);
  learnLanding(risk, { assessment, at });
  const [oldest] = followed.keys();
  if (followed.size > followedMax && oldest !== undefined) {
    followed.delete(oldest);
    authors.delete(oldest);
  }
}

function followHarm(id: string, { at, following }: { at: Instant; following: Following }): boolean {
  learn(following.risk, { type: "harmed", id, at });
  const known = following.followed.get(id);
  if (!known) return true;
  if (known.harmedAt !== null) return false;
  known.harmedAt = at;
  return true;
}

/** GitHub's words for people who belong to the repository. */
const insiders: readonly unknown[] = ["OWNER", "MEMBER", "COLLABORATOR"];

/** A review after landing by somebody of the repository, not the author, answers an audit; the last word stands. */
function answersAudit({ number, event, data }: FlowRecord, { followed, authors }: Following): Followed["answer"] {
  const known = followed.get(String(number));
  if (!known || known.auditShare === null) return null;
  if (!insiders.includes(data["standing"]) || data["actor"] === authors.get(known.id)) return null;
  if (event === "changes_requested") known.answer = "harm";
  else if (event === "review_submitted" && data["state"] === "approved") known.answer = "fine";
  return known.answer;
}

import type { UnitDecision } from "../line/decision.js";
import type { Facts } from "../facts/facts.js";
import type { WordsEffect } from "../model/effect.js";
import type { Policy } from "../policy/policy.js";
import type { QueueState, UnitState } from "../queue/state.js";
import { checkContent } from "./check.js";
import { commentContent, settledComment } from "./comment.js";
import { auditLabel, reversibilityLabel, riskLabel } from "./labels.js";
import { digestOf } from "../model/digest.js";

/**
 * What has to be said anew about each unit: only what differs from what was said last, because calls that create
 * content are the scarcest thing that GitHub grants.
 */
export function sayUnits(
  state: QueueState,
  decisions: readonly UnitDecision[],
  { facts, policy }: { facts: Facts; policy: Policy },
): { state: QueueState; effects: WordsEffect[] } {
  const units = { ...state.units };
  const effects: WordsEffect[] = [];
  for (const decision of decisions) {
    const unit = units[decision.number];
    const pull = facts.pulls.find((p) => p.number === decision.number);
    if (!unit || !pull) continue;
    const said = [
      sayCheck(decision, unit, pull),
      sayLabels(decision, unit, policy.show.labels),
      sayComment(decision, unit, policy.show.comment),
    ].flatMap((s) => s ?? []);
    if (said.length === 0) continue;
    const next = said.reduce((u, s) => ({ ...u, ...s.unit, said: { ...u.said, ...s.unit.said } }), unit);
    const place = next.place.kind === "landed" ? { ...next.place, told: true } : next.place;
    units[decision.number] = { ...next, place, words: unit.words + 1 };
    effects.push(...said.map((s) => s.effect));
  }
  return { state: { ...state, units }, effects };
}

interface Said {
  readonly effect: WordsEffect;
  readonly unit: Partial<UnitState>;
}

function sayCheck(decision: UnitDecision, unit: UnitState, pull: Facts["pulls"][number]): Said | null {
  const content = checkContent(decision, { state: unit, pull });
  const digest = digestOf([decision.headSha, content]);
  if (unit.said.check === digest) return null;
  // A landing takes one call; it was told that it is being tested, and is told next that it has landed, or why not.
  if (unit.said.check !== undefined && decision.reasons[0]?.code === "landing") return null;
  const effect: WordsEffect = {
    kind: "check",
    id: `check:${decision.number}:${unit.words}`,
    number: decision.number,
    headSha: decision.headSha,
    ...content,
  };
  return { effect, unit: { said: { check: digest } } };
}

/** Labels change only when the class does; one that people put or took away by hand is left to them. */
function sayLabels(decision: UnitDecision, unit: UnitState, show: boolean): Said | null {
  if (!show || (unit.place.kind === "landed" && !unit.place.audit)) return null;
  const kind = [reversibilityLabel(decision.classification.reversibility), riskLabel(decision.risk.level)];
  const wanted = unit.place.kind === "landed" ? [...kind, auditLabel] : kind;
  const digest = digestOf(wanted);
  if (unit.said.labels === digest) return null;
  const effect: WordsEffect = {
    kind: "labels",
    id: `labels:${decision.number}:${unit.words}`,
    number: decision.number,
    add: wanted.filter((l) => !unit.ourLabels.includes(l)),
    remove: unit.ourLabels.filter((l) => !wanted.includes(l)),
  };
  return { effect, unit: { said: { labels: digest }, ourLabels: wanted } };
}

function sayComment(decision: UnitDecision, unit: UnitState, show: boolean): Said | null {
  if (!show) return null;
  const body = commentContent(decision, unit) ?? (unit.said.comment === undefined ? null : settledComment(decision));
  if (body === null) return null;
  const digest = digestOf(body);
  if (unit.said.comment === digest) return null;
  const effect: WordsEffect = {
    kind: "comment",
    id: `comment:${decision.number}:${unit.words}`,
    number: decision.number,
    body,
  };
  return { effect, unit: { said: { comment: digest } } };
}

import type { UnitDecision } from "../line/decision.js";
import type { UnitState } from "../queue/state.js";
import { isPermission } from "../model/actor.js";
import type { Ask } from "../model/verdict.js";
import { isHeld } from "../line/gate.js";
import { list, text, words } from "./words.js";

/** Findings that matter in the comment; all of them are in the check. */
const findingsShown = 3;
/** People named at once: asking everybody asks nobody. */
const namedMax = 3;

/**
 * The one comment of a work unit: there is one when a person is needed, or asked. Null: nothing to say, and what was
 * said before is answered by `settledComment`.
 */
export function commentContent(decision: UnitDecision, state: UnitState): string | null {
  if (state.place.kind === "landed") return auditComment(decision);
  if (state.place.kind === "ejected") return ejectedComment(decision);
  // What waits at the gate asks nobody yet: that is what the gate is for.
  if (isHeld(state) && state.denied.length === 0 && !explained(state)) return null;
  const denied = state.denied.map((r) => `- ${words(r)}`);
  const asks = decision.verdict.permits ? [] : decision.verdict.asks;
  const holds =
    decision.verdict.path === "hold" || decision.verdict.path === "refuse" || decision.verdict.path === "escalate";
  if (asks.length === 0 && !holds && denied.length === 0 && !explained(state)) return null;
  return [
    ...asks.slice(0, 1).flatMap(askLines),
    ...(asks.length > 1 ? ["", ...asks.slice(1).map((a) => `Also asked: ${mentions(a)} (${text(a.question)})`)] : []),
    ...(asks.length === 0 && holds ? [`**${headlines[decision.verdict.path]}**`] : []),
    "",
    ...decision.reasons.slice(0, 5).map((r) => `- ${words(r)}`),
    ...findings(decision),
    ...(denied.length > 0 ? ["", ...denied] : []),
  ].join("\n");
}

/** What the comment becomes once nobody is needed any more: it stays, and says so. */
export function settledComment(decision: UnitDecision): string {
  return [
    "Nobody needs to do anything here any more.",
    "",
    ...decision.reasons.slice(0, 3).map((r) => `- ${words(r)}`),
  ].join("\n");
}

const headlines = {
  auto: "",
  review: "Needs review.",
  escalate: "Needs a decision.",
  hold: "On hold.",
  refuse: "Refused.",
} as const;

/** Asks for a look at what moved by itself and was drawn; what wasn't drawn needs nobody. */
function auditComment(decision: UnitDecision): string | null {
  const drawn = decision.reasons.find((r) => r.code === "audit-drawn");
  if (!drawn) return null;
  const ask: Ask = { of: drawn.of, count: 1, rule: "audit", question: auditQuestion };
  return [...askLines(ask), "", `- ${words(drawn)}`].join("\n");
}

const auditQuestion =
  "Would you have let this land? Approve it if so; request changes if not, and say what was missed.";

function explained(state: UnitState): boolean {
  return state.standing.explainAsked === true;
}

function askLines(ask: Ask): string[] {
  return [`${mentions(ask)}: **${text(ask.question)}**`];
}

/** Mentions notify, so only people who are asked are mentioned. */
function mentions(ask: Ask): string {
  const named = ask.of.filter((who) => !isPermission(who) && /^[\w.-]+(\/[\w.-]+)?$/.test(who));
  const people = named.slice(0, Math.max(namedMax, ask.count)).map((who) => `@${who}`);
  const anybody = ask.of.filter(isPermission).map((who) => `anybody with ${who} access`);
  return list([...people, ...anybody]) || "Somebody with write access";
}

function findings(decision: UnitDecision): string[] {
  const worst = decision.classification.findings
    .filter((f) => f.reversibility !== "reversible" || f.hazard !== undefined)
    .slice(0, findingsShown);
  if (worst.length === 0) return [];
  return [
    "",
    "**What makes it so**",
    ...worst.map(
      (f) =>
        `- \`${f.path.replaceAll("`", "")}\`${f.line === undefined ? "" : `:${f.line}`} ${text(f.why)} *To make it two-way:* ${text(f.remedy)}`,
    ),
  ];
}

function ejectedComment(decision: UnitDecision): string {
  return ["**Left the queue.**", "", ...decision.reasons.slice(0, 3).map((r) => `- ${words(r)}`)].join("\n");
}

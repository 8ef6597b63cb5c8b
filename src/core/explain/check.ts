import { utcTime } from "../policy/calendar.js";
import type { UnitDecision } from "../line/decision.js";
import type { Annotation } from "../model/effect.js";
import type { Finding } from "../model/classification.js";
import type { PullFacts } from "../facts/facts.js";
import type { UnitState } from "../queue/state.js";
import { isHeld } from "../line/gate.js";
import { proposalAnnotations, proposalLines } from "./proposal.js";
import { code, list, text, words } from "./words.js";

export interface CheckContent {
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: "success" | "failure" | "neutral" | "action_required" | null;
  readonly title: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

/** Reasons shown before the rest folds away. */
const reasonsShown = 6;
const findingsShown = 10;
/** GitHub takes fifty annotations at once; more would be noise. */
const annotationsShown = 50;

/** The verdict in words: why, who acts next, when to expect it. */
export function checkContent(
  decision: UnitDecision,
  { state, pull }: { state: UnitState; pull: PullFacts },
): CheckContent {
  const phase = phaseOf(decision, state);
  return {
    ...phase,
    title: title(decision, state),
    summary: [
      ...decision.reasons.slice(0, reasonsShown).map((r) => `- ${words(r)}`),
      "",
      `**Next:** ${next(decision)}`,
      ...(decision.expected
        ? [
            `**Expected to land:** between ${utcTime(decision.expected.from)} and ${utcTime(decision.expected.to)} (4 of 5 times)`,
          ]
        : []),
      "",
      ...(decision.proposal ? proposalLines(decision.proposal) : []),
      ...findingLines(decision.classification.findings),
      ...moreReasons(decision),
    ].join("\n"),
    annotations: [
      ...(decision.proposal ? proposalAnnotations(decision.proposal) : []),
      ...annotationsOf(decision.classification.findings, pull),
    ].slice(0, annotationsShown),
  };
}

function phaseOf(decision: UnitDecision, state: UnitState): Pick<CheckContent, "status" | "conclusion"> {
  if (state.place.kind === "landed") return { status: "completed", conclusion: "success" };
  if (state.place.kind === "ejected") return { status: "completed", conclusion: "failure" };
  if (decision.verdict.path === "refuse") return { status: "completed", conclusion: "failure" };
  if (state.place.kind === "queued") return { status: "in_progress", conclusion: null };
  if (isHeld(state)) return { status: "queued", conclusion: null };
  if (decision.verdict.permits) return { status: "completed", conclusion: "success" };
  return { status: "completed", conclusion: "action_required" };
}

function title(decision: UnitDecision, state: UnitState): string {
  const { reversibility } = decision.classification;
  const kind = `${capitalised(reversibility)}, ${decision.risk.level} risk`;
  switch (state.place.kind) {
    case "landed":
      return `Landed · ${kind}`;
    case "ejected":
      return `Left the queue · ${kind}`;
    case "queued":
      return `In the queue · ${kind}`;
    case "proposed":
      if (isHeld(state)) return `Waits at the gate · ${kind}`;
      if (decision.verdict.permits) return `Ready · ${kind}`;
      return `${pathTitles[decision.verdict.path]} · ${kind}`;
  }
}

const pathTitles = {
  auto: "Waits",
  review: "Needs review",
  escalate: "Needs a decision",
  hold: "On hold",
  refuse: "Refused",
} as const;

function next(decision: UnitDecision): string {
  const [who] = decision.next;
  if (who === undefined || who === "drumline") return "nobody needs to do anything; Drumline moves it.";
  if (who === "ci") return "CI.";
  return `${list(decision.next.map((n) => `**${text(n)}**`))}.`;
}

function findingLines(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const shown = findings
    .slice(0, findingsShown)
    .map(
      (f) =>
        `- ${code(f.path)}${f.line === undefined ? "" : ` line ${f.line}`}: ${text(f.why)} *To make it two-way:* ${text(f.remedy)} (${code(f.detector)})`,
    );
  const more = findings.length - shown.length;
  return ["### What was found", ...shown, ...(more > 0 ? [`- and ${more} more`] : []), ""];
}

function moreReasons(decision: UnitDecision): string[] {
  const more = decision.reasons.slice(reasonsShown);
  if (more.length === 0) return [];
  return ["<details><summary>More reasons</summary>", "", ...more.map((r) => `- ${words(r)}`), "", "</details>"];
}

/** On lines of the new file only: GitHub shows no annotation on a line that is gone. */
function annotationsOf(findings: readonly Finding[], pull: PullFacts): Annotation[] {
  const files = pull.files.state === "read" ? pull.files.value : [];
  return findings
    .filter((f) => files.some((file) => file.path === f.path && file.status !== "removed"))
    .map((f) => ({
      path: f.path,
      line: f.line ?? 1,
      level: f.reversibility === "irreversible" || f.reversibility === "unknown" ? "warning" : "notice",
      title: f.detector,
      message: `${f.why}\nTo make it two-way: ${f.remedy}\nSource: ${f.source}`,
    }));
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

import { utcTime } from "../policy/calendar.js";
import type { PolicyReplay, ReplayedUnit } from "../facts/facts.js";
import type { PolicyProposal } from "../line/proposal.js";
import type { Annotation } from "../model/effect.js";
import { formatProblem } from "../policy/problem.js";
import { code, count, text } from "./words.js";

/** Shown in the check before the rest is only counted. */
const problemsShown = 10;
const testsShown = 10;
const differencesShown = 20;

/** What a pull request that changes the policy would bring about, as Markdown for its check. */
export function proposalLines(proposal: PolicyProposal): string[] {
  const { rows, more } = proposalDifferences(proposal);
  const table = [
    "",
    "| change | now | proposed |",
    "|---|---|---|",
    ...rows.map((r) => `| #${r.number} ${text(r.title)} | ${r.was} | ${r.is} |`),
    "",
  ];
  return [
    "### The policy that it proposes",
    "This change is judged by the policy on the base branch; what follows is what its own would do.",
    "",
    ...proposalSentences(proposal).map((s) => `- ${s}`),
    ...(rows.length > 0 ? table : []),
    ...(more > 0 ? [`- and ${more} more`] : []),
    "",
  ];
}

/** What is to be said of it, a sentence of Markdown each; check, dashboard and command line say the same. */
export function proposalSentences(proposal: PolicyProposal): string[] {
  switch (proposal.kind) {
    case "removed":
      return ["It removes the policy: the safe default would hold, under which nothing moves by itself."];
    case "unreadable":
      return [`It could not be read (${text(proposal.why)}).`];
    case "read":
      return [...validity(proposal), ...testSentences(proposal), ...replaySentences(proposal.replay)];
  }
}

/** A recorded change that would have come out differently, with both outcomes in words. */
export interface Difference {
  readonly number: number;
  readonly title: string;
  readonly was: string;
  readonly is: string;
}

/** The newest of them, and how many more there are. */
export function proposalDifferences(proposal: PolicyProposal): { rows: readonly Difference[]; more: number } {
  const replay = proposal.kind === "read" ? proposal.replay : null;
  if (!replay) return { rows: [], more: 0 };
  const rows = replay.different.slice(0, differencesShown).map(({ number, title, was, is, permitted, permits }) => ({
    number,
    title,
    was: outcome(was, permitted),
    is: outcome(is, permits),
  }));
  return { rows, more: replay.differing - rows.length };
}

type ReadProposal = Extract<PolicyProposal, { kind: "read" }>;

function validity({ valid, rules, automatic, problems }: ReadProposal): string[] {
  const head = valid
    ? `It is valid: ${count(rules, "rule")}, ${automatic} of them automatic.`
    : "**It is not valid**, so this change cannot land as it stands.";
  const shown = problems.slice(0, problemsShown).map((p) => code(formatProblem(p)));
  return [head, ...shown, ...moreThan(problems.length, problemsShown)];
}

function testSentences({ valid, tests: { run, failed } }: ReadProposal): string[] {
  if (run === 0) return valid ? ["It has no tests of its own (`tests:`)."] : [];
  const head =
    failed.length === 0
      ? `All of its ${count(run, "test")} pass.`
      : `**${run - failed.length} of its ${count(run, "test")} pass**, so this change cannot land as it stands.`;
  const shown = failed.slice(0, testsShown).map((t) => `Test “${text(t.name)}” fails: ${text(t.differs.join("; "))}`);
  return [head, ...shown, ...moreThan(failed.length, testsShown)];
}

function replaySentences(replay: PolicyReplay | null): string[] {
  if (!replay) return [];
  if (replay.since === null || replay.units === 0)
    return ["No change has been decided here yet that it could be tried on."];
  const over = `the last ${count(replay.units, "change")} decided here, since ${utcTime(replay.since)}`;
  return replay.differing === 0
    ? [`Replayed over ${over}: every one would have come out the same.`]
    : [`Replayed over ${over}: **${replay.differing} would have come out differently.**`];
}

function outcome(path: ReplayedUnit["was"], permits: boolean): string {
  return permits ? `${path}, may land` : path;
}

function moreThan(all: number, shown: number): string[] {
  return all > shown ? [`and ${all - shown} more`] : [];
}

/** On the lines of the proposed text itself; what is wrong in a text that it extends stands in the summary. */
export function proposalAnnotations(proposal: PolicyProposal): Annotation[] {
  if (proposal.kind !== "read") return [];
  const { path, problems, tests } = proposal;
  return [
    ...problems
      .filter((p) => p.path === path)
      .map((p): Annotation => ({
        path,
        line: p.line,
        level: p.severity === "error" ? "failure" : "warning",
        title: p.severity === "error" ? "The policy is not valid" : "Is this meant?",
        message: p.hint === undefined ? p.message : `${p.message}\n${p.hint}`,
      })),
    ...tests.failed.map((t): Annotation => ({
      path,
      line: t.line,
      level: "failure",
      title: `Test “${t.name}” fails`,
      message: t.differs.join("\n"),
    })),
  ];
}

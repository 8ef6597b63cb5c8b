import { utcTime } from "../core/policy/calendar.js";
import type { Command } from "commander";
import { proposalDifferences, proposalSentences } from "../core/explain/proposal.js";
import { autonomyWords, list, percent, words } from "../core/explain/words.js";
import { pullFacts } from "../core/facts/facts.js";
import type { UnitDecision } from "../core/line/decision.js";
import type { Finding } from "../core/model/classification.js";
import type { Reason } from "../core/model/reason.js";
import type { Truth, VerdictNode } from "../core/model/verdict.js";
import type { DecisionRecord } from "../engine/ports.js";
import { InputError, orFail } from "./input.js";
import { parseReference, readRecords, recordNamed } from "./records.js";

interface Options {
  readonly record?: string;
  readonly number?: string;
  readonly json?: true;
}

/** `explain`: the verdict tree in words, from the record alone: nothing is decided anew. */
export function register(program: Command): void {
  program
    .command("explain")
    .description("Say in words why a pull request stands where it stands, from the recorded decision.")
    .argument("[pull request]", "OWNER/REPO#N")
    .option("--record <file>", "a record as `drumline record` prints it; - for stdin")
    .option("--number <n>", "with --record: only this pull request")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Without --record it reads DATABASE_URL, or the data folder that DRUMLINE_DATA names (default ./data).
Exit code: 0, 2 when there is no such record.`,
    )
    .action(async (which: string | undefined, options: Options) => {
      await orFail("explain", async () => await run(which, options));
    });
}

interface Explained {
  readonly record: DecisionRecord;
  readonly unit: UnitDecision;
}

async function run(which: string | undefined, options: Options): Promise<void> {
  const explained =
    options.record === undefined ? [await fromStore(which)] : fromFile(options.record, which ?? options.number);
  if (options.json) {
    const all = explained.map(({ record, unit }) => ({
      record: record.id,
      queue: record.queue,
      at: record.at,
      ...unit,
    }));
    process.stdout.write(`${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`);
  } else process.stdout.write(explained.map(explain).join("\n"));
}

async function fromStore(which: string | undefined): Promise<Explained> {
  const reference = parseReference(which ?? "");
  if (reference === null) throw new InputError("name a pull request as OWNER/REPO#N, or give --record FILE");
  const record = await recordNamed(which ?? "");
  const unit = record.decision.units.find((u) => u.number === reference.number);
  if (unit === undefined) throw new InputError(`record ${record.id} says nothing about ${which ?? ""}`);
  return { record, unit };
}

function fromFile(file: string, which: string | undefined): readonly Explained[] {
  const number = which === undefined ? null : (parseReference(which)?.number ?? Number(which));
  const all = readRecords(file).flatMap((record) =>
    record.decision.units.filter((u) => number === null || u.number === number).map((unit) => ({ record, unit })),
  );
  if (all.length === 0) throw new InputError(`${file} says nothing about ${which ?? "any pull request"}`);
  return all;
}

/** How well such ranges have held in this queue. */
function heldSoFar({ decision }: DecisionRecord): string {
  const { told = 0, held = 0 } = decision.next.forecasts ?? {};
  return told === 0 ? "" : `; so far ${held} of ${told} such ranges held`;
}

function explain({ record, unit }: Explained): string {
  const { repo, pulls } = record.facts;
  const pull = pullFacts({ ...record.facts, pulls }, unit.number);
  const { classification, risk, verdict, expected } = unit;
  return [
    `${repo.name}#${unit.number}${pull ? ` ${pull.title}` : ""}`,
    `head ${unit.headSha.slice(0, 12)}, policy ${record.policyDigest.slice(0, 12)}, record ${record.id} of ${utcTime(record.at)}`,
    "",
    `Path: ${verdict.path}${verdict.permits ? ", may enter the queue" : ""}`,
    `Class: ${classification.reversibility}, ${risk.level} risk (${percent(risk.score)})`,
    ...(unit.autonomy ? [`Autonomy: ${autonomyWords(unit.autonomy)}`] : []),
    `Next: ${whoNext(unit.next)}`,
    ...(expected
      ? [`Expected to land: ${utcTime(expected.from)} to ${utcTime(expected.to)} (4 of 5 times)${heldSoFar(record)}`]
      : []),
    "",
    "Where it stands",
    ...unit.reasons.map((reason) => `  - ${say(reason)}`),
    "",
    "Verdict",
    ...treeLines(verdict.tree, "  "),
    ...section(
      "Asked for",
      verdict.asks.map((ask) => `  - ${list([...ask.of])} (${ask.count}): ${ask.question} [${ask.rule}]`),
    ),
    ...section("The policy that it proposes", proposalText(unit)),
    ...section("Findings", classification.findings.map(findingLine)),
    ...section(
      "Risk",
      risk.why.map((why) => `  - ${why}`),
    ),
    "",
  ].join("\n");
}

function whoNext(next: readonly string[]): string {
  return next.length === 0 || next[0] === "drumline" ? "nobody; Drumline moves it" : list([...next]);
}

const marks: Readonly<Record<Truth, string>> = { true: "yes", false: "no", "not-applicable": "n/a", unknown: "?" };

function treeLines(node: VerdictNode, indent: string): readonly string[] {
  return [
    `${indent}${marks[node.truth].padEnd(4)}${node.name}`,
    ...node.reasons.map((reason) => `${indent}    - ${say(reason)}`),
    ...node.children.flatMap((child) => treeLines(child, `${indent}    `)),
  ];
}

/** What is wrong with it, and which recorded changes it would have decided otherwise: the old outcome, then the new. */
function proposalText({ proposal }: UnitDecision): readonly string[] {
  if (!proposal) return [];
  const { rows, more } = proposalDifferences(proposal);
  return [
    ...proposalSentences(proposal).map((sentence) => `  - ${plain(sentence)}`),
    ...rows.map((r) => `      #${r.number} ${r.title}: ${r.was} -> ${r.is}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

function findingLine(finding: Finding): string {
  const where = finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
  return `  - ${where}: ${finding.why} To make it two-way: ${finding.remedy} (${finding.detector})`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function say(reason: Reason): string {
  return plain(words(reason));
}

/** The words are Markdown; a terminal shows them without its escapes and emphasis. */
function plain(markdown: string): string {
  return markdown
    .replaceAll("**", "")
    .replace(/\\([\\`*_{}[\]<>|~#])/g, "$1")
    .replaceAll("\u200b", "");
}

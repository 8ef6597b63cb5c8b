import type { Command } from "commander";
import type { ScoredChange, ScoredFile } from "../core/risk/change.js";
import { fileStatusOf } from "../core/risk/change.js";
import { readPrior } from "../core/risk/prior.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { riskOf } from "../core/risk/score.js";
import type { RiskState } from "../core/risk/state.js";
import { assess, initialRiskState, learn, learnLanding } from "../core/risk/state.js";
import { LineError, serveLines } from "./lines.js";

export function register(program: Command): void {
  program
    .command("score")
    .description("the risk of each landed change, learned from the outcomes so far and never from later ones")
    .requiredOption("--stdio", "changes and outcomes in time order, one a line on stdin, one answer a line on stdout")
    .addHelpText("after", help)
    .action(async () => {
      const state = initialRiskState(readPrior(shippedPriorText));
      await serveLines((line) => answer(state, line));
    });
}

/** A change is scored first and learned after, so that its score knows only what came before it. */
export function answer(state: RiskState, line: Readonly<Record<string, unknown>>): unknown {
  switch (line["type"]) {
    case "change": {
      const { at, change } = readChange(line);
      const assessment = assess(state, { change, at });
      const { score, why } = riskOf(state, { assessment });
      learnLanding(state, { assessment, at });
      return { id: line["id"], score, why };
    }
    case "outcome": {
      learn(state, { type: "harmed", id: idOf(line), at: seconds(line) });
      return { ok: true };
    }
    default:
      throw new LineError("bad-type", 'a line\'s type is "change" or "outcome"');
  }
}

type Line = Readonly<Record<string, unknown>>;

/** Checked by hand: a schema library's copies would cost more than the score itself. */
function readChange(line: Line): { at: number; change: ScoredChange } {
  const files = readFiles(line["files"] ?? []);
  return {
    at: seconds(line),
    change: {
      id: idOf(line),
      author: nameOf(line["author"] ?? "unknown", "author"),
      isBot: line["is_bot"] === true,
      title: textOf(line["title"] ?? "", "title"),
      files,
      fileCount: countOf(line["n_files"] ?? files.length, "n_files"),
      added: countOf(line["added"] ?? files.reduce((sum, f) => sum + f.added, 0), "added"),
      deleted: countOf(line["deleted"] ?? files.reduce((sum, f) => sum + f.deleted, 0), "deleted"),
      ...(line["findings"] !== undefined && { findings: readFindings(line["findings"]) }),
    },
  };
}

function readFiles(value: unknown): readonly ScoredFile[] {
  if (!Array.isArray(value)) throw new LineError("bad-line", "files: expected a list");
  return value.map((file: unknown, i): ScoredFile => {
    const where = `files.${i}`;
    if (typeof file !== "object" || file === null) throw new LineError("bad-line", `${where}: expected an object`);
    const { path, added, deleted, status } = file as Line;
    return {
      path: textOf(path, `${where}.path`),
      added: countOf(added ?? 0, `${where}.added`),
      deleted: countOf(deleted ?? 0, `${where}.deleted`),
      status: fileStatusOf(textOf(status ?? "M", `${where}.status`)),
    };
  });
}

function readFindings(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new LineError("bad-line", "findings: expected a list of detectors");
  return value.map((detector: unknown, i) => textOf(detector, `findings.${i}`));
}

/** Milliseconds, from the line's seconds. */
function seconds(line: Line): number {
  const at = line["at"];
  if (typeof at !== "number" || !Number.isFinite(at))
    throw new LineError("bad-line", "at: expected seconds since 1970");
  return at * 1000;
}

function idOf(line: Line): string {
  return nameOf(line["id"], "id");
}

function nameOf(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new LineError("bad-line", `${where}: expected a text or a number`);
}

function textOf(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new LineError("bad-line", `${where}: expected a text`);
}

function countOf(value: unknown, where: string): number {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw new LineError("bad-line", `${where}: expected a count`);
}

const help = `
Lines in, in time order (at: seconds since 1970):
  {"type":"change","id":1,"at":1700000000,"author":7,"is_bot":false,"title":"…","files":[{"path","added","deleted","status"}],
   "n_files":1,"added":3,"deleted":0}          answered {"id":1,"score":0.012,"why":["…","…","…"]}
  {"type":"outcome","id":1,"at":1700009999,"kind":"reverted"}   answered {"ok":true}
A change may also have "findings":["supply/dependencies",…]: the detectors of \`drumline classify\` that found something.

score is the probability that the change will be taken out again or do harm; docs/risk.md says how it is learned.
`;

import { readFileSync } from "node:fs";
import { InvalidArgumentError, type Command } from "commander";
import pc from "picocolors";
import { classify } from "../core/classify/classify.js";
import { detectorTables } from "../core/classify/detector-table.js";
import { detectors } from "../core/classify/detectors.js";
import { readDiff } from "../core/classify/diff.js";
import type { ActorKind } from "../core/model/actor.js";
import type { Change } from "../core/model/change.js";
import type { Classification, Finding, Risk } from "../core/model/classification.js";
import { parsePolicy } from "../core/policy/parse.js";
import type { RiskThresholds } from "../core/policy/policy.js";
import { formatProblem } from "../core/policy/problem.js";
import { scoredChangeOf } from "../core/risk/change.js";
import { readPrior } from "../core/risk/prior.js";
import { shippedPriorText } from "../core/risk/prior-data.js";
import { score } from "../core/risk/score.js";
import { initialRiskState } from "../core/risk/state.js";
import { shippedPacks } from "../engine/packs.js";
import { gitDiff } from "./git-diff.js";
import { LineError, serveLines } from "./lines.js";

interface Options {
  readonly policy?: string;
  readonly git?: string;
  readonly repo: string;
  readonly diff?: string;
  readonly json?: true;
  readonly jsonl?: true;
  readonly detectors?: true;
}

/** `classify`: what kind of change is this, from a diff alone; no server, no network. */
export function register(program: Command): void {
  program
    .command("classify")
    .description("Say how reversible and how risky a change is, with the evidence on its lines.")
    .option("--git <range>", "commits of a clone, for example main...HEAD", notAnOption)
    .option("--repo <dir>", "the clone", ".")
    .option("--diff <file>", "a unified git diff; - reads standard input")
    .option("--policy <file>", "the policy whose risk thresholds name the level")
    .option("--json", "print one JSON document")
    .option("--jsonl", "read one change a line, answer one line each")
    .option("--detectors", "print what is looked for, as Markdown")
    .addHelpText("after", helpText)
    .action(run);
}

const helpText = `
One of --git, --diff, --jsonl and --detectors. Exit code: 0 no findings, 1 findings or not reversible, 2 unreadable input.
With --jsonl a line is {"id","diff","title"?,"body"?,"labels"?,"author"?:{"login","kind":"human|bot|agent"}}.`;

function notAnOption(value: string): string {
  if (value.startsWith("-")) throw new InvalidArgumentError("a range does not begin with a dash");
  return value;
}

async function run(options: Options): Promise<void> {
  if (options.detectors) {
    process.stdout.write(detectorTables(detectors));
    return;
  }
  const sources = [options.git, options.diff, options.jsonl].filter((o) => o !== undefined);
  if (sources.length !== 1) return fail("give one of --git RANGE, --diff FILE, --jsonl and --detectors");
  const policy = options.policy === undefined ? null : policyOf(options.policy);
  if (policy?.state === "unreadable") return fail(policy.why);
  const thresholds = policy?.thresholds;
  if (options.jsonl) {
    await serveLines((request) => answerLine(request, thresholds));
    return;
  }
  const diff = options.git === undefined ? readText(options.diff ?? "-") : await gitDiff(options.git, options.repo);
  if (diff.state === "unreadable") return fail(diff.why);
  const answer = judge(diff.text, { described: {}, thresholds });
  process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : forPeople(answer));
  if (answer.findings.length > 0 || answer.reversibility !== "reversible") process.exitCode = 1;
}

function fail(message: string): void {
  process.stderr.write(`drumline classify: ${message}\n`);
  process.exitCode = 2;
}

type Text = { readonly state: "read"; readonly text: string } | { readonly state: "unreadable"; readonly why: string };

function readText(file: string): Text {
  try {
    return { state: "read", text: readFileSync(file === "-" ? 0 : file, "utf8") };
  } catch (error) {
    return {
      state: "unreadable",
      why: `can't read ${file}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** What a policy says about classification: from which scores on the risk is medium, high, critical. */
function policyOf(file: string): { state: "read"; thresholds: RiskThresholds } | { state: "unreadable"; why: string } {
  const text = readText(file);
  if (text.state === "unreadable") return text;
  const { policy, problems } = parsePolicy(text.text, { path: file, extended: shippedPacks() });
  if (policy) return { state: "read", thresholds: policy.risk };
  return { state: "unreadable", why: problems.map(formatProblem).join("\n") };
}

interface Answer extends Classification {
  readonly risk: Risk;
}

type Described = Partial<Omit<Change, "files">>;

interface Given {
  readonly described: Described;
  readonly thresholds: RiskThresholds | undefined;
}

function judge(diff: string, { described, thresholds }: Given): Answer {
  const { files, problems } = readDiff(diff);
  const change: Change = {
    title: described.title ?? "",
    body: described.body ?? "",
    labels: described.labels ?? [],
    author: described.author ?? { login: "", kind: "human" },
    files,
  };
  const { reversibility, findings } = classify(change, { problems });
  return { reversibility, risk: priorRisk(change, { findings, thresholds }), findings };
}

/**
 * Without a repository's own history risk is the prior's: what changes of this shape came to elsewhere. There is no
 * time in it, so none is asked for.
 */
const priorState = initialRiskState(readPrior(shippedPriorText));

function priorRisk(
  change: Change,
  { findings, thresholds }: { findings: readonly Finding[]; thresholds: RiskThresholds | undefined },
): Risk {
  const scored = scoredChangeOf(change, { id: "", findings });
  return score(priorState, scored, { now: 0, ...(thresholds && { thresholds }) });
}

function answerLine(request: Readonly<Record<string, unknown>>, thresholds: RiskThresholds | undefined): unknown {
  const diff = request["diff"];
  if (typeof diff !== "string") throw new LineError("bad-request", '"diff" must be a text');
  return { id: request["id"] ?? null, ...judge(diff, { described: describedBy(request), thresholds }) };
}

function describedBy(request: Readonly<Record<string, unknown>>): Described {
  const { title, body, labels, author } = request;
  return {
    ...(title !== undefined && { title: textOf(title, "title") }),
    ...(body !== undefined && body !== null && { body: textOf(body, "body") }),
    ...(labels !== undefined && labels !== null && { labels: textsOf(labels) }),
    ...(author !== undefined && author !== null && { author: authorOf(author) }),
  };
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string") throw new LineError("bad-request", `"${name}" must be a text`);
  return value;
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new LineError("bad-request", '"labels" must be a list of texts');
  return value.map((label) => textOf(label, "labels"));
}

function authorOf(value: unknown): Change["author"] {
  const fields: Partial<Record<string, unknown>> = typeof value === "object" && value !== null ? value : {};
  const { login, kind } = fields;
  const kinds: readonly ActorKind[] = ["human", "bot", "agent"];
  const known = kinds.find((k) => k === kind);
  if (typeof login !== "string" || known === undefined)
    throw new LineError("bad-request", '"author" must be {"login","kind":"human|bot|agent"}');
  return { login, kind: known };
}

const paint = {
  irreversible: pc.red,
  unknown: pc.magenta,
  recoverable: pc.yellow,
  reversible: pc.green,
} as const;

function forPeople(answer: Answer): string {
  const { reversibility, risk, findings } = answer;
  const head = `${pc.bold(paint[reversibility](reversibility))}, risk ${risk.level} (${risk.score.toFixed(2)}: ${risk.why.join("; ")})`;
  return `${[head, ...findings.map(findingForPeople)].join("\n\n")}\n`;
}

function findingForPeople(f: Finding): string {
  const place = f.line === undefined ? f.path : `${f.path}:${f.line}`;
  const hazard = f.hazard === undefined ? "" : `, ${f.hazard} hazard`;
  const head = `${pc.bold(printable(place))}: ${paint[f.reversibility](f.reversibility)}${hazard} ${pc.dim(f.detector)}`;
  return `${head}\n  ${printable(f.why)}\n  ${pc.dim("Two-way:")} ${printable(f.remedy)}`;
}

/** A file's name may hold control characters that would write over the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

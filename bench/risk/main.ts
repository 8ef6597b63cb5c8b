import { parseArgs } from "node:util";
import { harmWindowMs } from "../../src/core/risk/history.js";
import type { RiskPrior } from "../../src/core/risk/prior.js";
import type { LabelledRepo } from "./data.js";
import { readRepos } from "./data.js";
import type { Answer } from "./evaluate.js";
import { scoreStream } from "./evaluate.js";
import type { RepoMatrix } from "./matrix.js";
import { matrixOf } from "./matrix.js";
import type { Judged } from "../../src/core/risk/figures.js";
import { auc, calibrationError, recallAt } from "../../src/core/risk/figures.js";
import { fitPrior } from "./train.js";

/**
 * `npm run bench -- risk --data DIR`: how well risk foresees the reverts of repositories it was not trained on.
 * Each repository is streamed cold, in time order, with coefficients trained on the others only; the figures are
 * then given for the whole stream, for its last quarter (when the repository's own history has spoken) and by
 * quarters (the learning curve). Nothing is tuned on the repository that is measured.
 */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({ args: [...args], options: { data: { type: "string" } } });
  if (values.data === undefined) {
    process.stderr.write("usage: npm run bench -- risk --data DIR\n");
    process.exitCode = 2;
    return;
  }
  const repos = readRepos(values.data);
  const matrices = repos.map(matrixOf);
  const results = streamLeftOut(repos, matrices);
  process.stdout.write(`${speedText(results)}\n`);
  const early = streamAfter(repos, matrices);
  for (const [name, counted] of populations) {
    const of = (from: number, to: number) =>
      results.map((r) => ({ ...r, answers: r.answers.slice(...span(r, from, to)).filter(counted) }));
    process.stdout.write(`\n${name}, left-one-out, whole stream\n${tableText(of(0, 1))}`);
    process.stdout.write(`\n${name}, left-one-out, last quarter\n${tableText(of(0.75, 1))}`);
    const later = early.map((r) => ({ ...r, answers: r.answers.slice(...span(r, 0.75, 1)).filter(counted) }));
    process.stdout.write(`\n${name}, trained on all first three quarters, last quarter\n${tableText(later)}`);
    const quarters = [0, 0.25, 0.5, 0.75].map((from) => summaryText(of(from, from + 0.25)));
    process.stdout.write(`\n${name}, learning curve, by quarter of the stream\n${quarters.join("\n")}\n`);
  }
}

interface Result {
  readonly name: string;
  readonly answers: readonly Answer[];
  readonly perSecond: number;
}

const populations: ReadonlyArray<readonly [string, (a: Answer) => boolean]> = [
  ["changes by people, reverts left out", (a) => a.counted],
  ["all changes (a bot's and a revert count as good)", () => true],
];

function streamLeftOut(repos: readonly LabelledRepo[], matrices: readonly RepoMatrix[]): Result[] {
  return repos.map((repo, left) => {
    process.stderr.write(`${repo.name}: training on the others, streaming\n`);
    const prior: RiskPrior = fitPrior(matrices.filter((_, i) => i !== left));
    return { name: repo.name, ...scoreStream(repo, prior) };
  });
}

/**
 * As an installation sees it whose coefficients were trained on its own past: on the first three quarters of every
 * repository, less the 60 days before the cut, whose outcomes were not all known yet.
 */
function streamAfter(repos: readonly LabelledRepo[], matrices: readonly RepoMatrix[]): Result[] {
  process.stderr.write("training on the first three quarters of all, streaming\n");
  const prior = fitPrior(
    matrices.map((m) => {
      const cut = (m.at[Math.floor(0.75 * m.at.length)] ?? 0) - harmWindowMs;
      const known = m.at.filter((at) => at < cut).length;
      return { ...m, rows: m.rows.slice(0, known), labels: m.labels.slice(0, known) };
    }),
  );
  return repos.map((repo) => ({ name: repo.name, ...scoreStream(repo, prior) }));
}

function span(result: Result, from: number, to: number): [number, number] {
  return [Math.floor(from * result.answers.length), Math.floor(to * result.answers.length)];
}

interface Figures {
  readonly bad: number;
  readonly auc: number;
  readonly recall20: number;
  readonly recall50: number;
  readonly error: number;
  readonly sizeAuc: number;
  readonly sizeRecall20: number;
}

function figuresOf(answers: readonly Answer[]): Figures {
  const bySize: Judged[] = answers.map((a) => ({ score: a.size, bad: a.bad }));
  return {
    bad: answers.filter((a) => a.bad).length,
    auc: auc(answers),
    recall20: recallAt(answers, 0.2),
    recall50: recallAt(answers, 0.5),
    error: calibrationError(answers),
    sizeAuc: auc(bySize),
    sizeRecall20: recallAt(bySize, 0.2),
  };
}

/** Means over the repositories, weighted by their number of bad changes. */
function weighted(all: readonly Figures[]): Figures {
  const bad = all.reduce((sum, f) => sum + f.bad, 0);
  const mean = (of: (f: Figures) => number) => all.reduce((sum, f) => sum + (f.bad > 0 ? f.bad * of(f) : 0), 0) / bad;
  return {
    bad,
    auc: mean((f) => f.auc),
    recall20: mean((f) => f.recall20),
    recall50: mean((f) => f.recall50),
    error: mean((f) => f.error),
    sizeAuc: mean((f) => f.sizeAuc),
    sizeRecall20: mean((f) => f.sizeRecall20),
  };
}

function tableText(results: readonly Result[]): string {
  const figures = results.map((r) => figuresOf(r.answers));
  const head = "repository              bad    AUC  rec@20  rec@50  cal.err  size AUC  size rec@20";
  const rows = results.map((r, i) => rowText(r.name, figures[i] as Figures));
  return `${[head, ...rows, rowText("weighted", weighted(figures))].join("\n")}\n`;
}

function summaryText(results: readonly Result[]): string {
  return rowText("weighted", weighted(results.map((r) => figuresOf(r.answers))));
}

/** Cut, never rounded up (an error is never rounded down). */
function rowText(name: string, f: Figures): string {
  const cut = (x: number, width: number) => (Math.floor(x * 1000) / 1000).toFixed(3).padStart(width);
  return [
    name.padEnd(22),
    String(f.bad).padStart(5),
    cut(f.auc, 7),
    cut(f.recall20, 8),
    cut(f.recall50, 8),
    (Math.ceil(f.error * 10000) / 10000).toFixed(4).padStart(9),
    cut(f.sizeAuc, 10),
    cut(f.sizeRecall20, 13),
  ].join("");
}

function speedText(results: readonly Result[]): string {
  const slowest = Math.min(...results.map((r) => r.perSecond));
  return `slowest stream: ${Math.floor(slowest)} changes scored and learned a second, on one core`;
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { classify } from "../../src/core/classify/classify.js";
import type { Detector } from "../../src/core/classify/detector.js";
import { detectors } from "../../src/core/classify/detectors.js";
import { readDiff, type DiffProblem } from "../../src/core/classify/diff.js";
import type { Change } from "../../src/core/model/change.js";
import { ownersOf, parseCodeowners } from "../../src/core/policy/codeowners.js";
import { accuracy } from "./cases.js";
import { pullRequest } from "./pull-request.js";

const sizes = [30, 100, 300, 1_000, 3_000];

/**
 * How right the answers are (`--only cases`) and what they cost (`--only speed`); both without the option.
 */
export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      seeds: { type: "string", default: "3" },
      lines: { type: "string", default: "20" },
      data: { type: "string" },
    },
  });
  if (values.only !== "speed") accuracy();
  if (values.only !== "cases") speed(values);
}

/**
 * How long a diff takes from text to verdict, by its size: made-up pull requests of several seeds, and with
 * `--data DIR` the diffs of real changes (`*.diffs.jsonl.gz`) put together. On one core; the first run of a size is
 * shown apart, since a command line pays for a cold start and a server doesn't.
 */
function speed(values: { seeds: string; lines: string; data?: string | undefined }): void {
  const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
  process.stdout.write(
    "                                          first run        best run          best run        kept in memory\n" +
      "diff                     files    lines  ms    cpu ms     ms    cpu ms   ms/file  lines/s   while / after, MB\n",
  );
  for (const files of sizes) {
    const diffs = seeds.map((seed) => pullRequest({ files, linesPerFile: Number(values.lines), seed }));
    report(`made up, ${seeds.length} seeds`, { files, diffs });
  }
  if (values.data !== undefined) {
    const real = realFiles(values.data);
    for (const files of sizes) report("real changes", { files, diffs: [spread(real, files).join("")] });
  }
  owners();
}

interface Timed {
  readonly ms: number;
  /** Of all threads: on a machine that others use too it says more than the clock. */
  readonly cpu: number;
}

function report(name: string, { files, diffs }: { files: number; diffs: readonly string[] }): void {
  const timed = diffs.map((diff) => {
    const runs = [0, 1, 2, 3].map(() => once(diff));
    const best = runs.reduce((a, b) => (b.cpu < a.cpu ? b : a));
    return { lines: diff.split("\n").length - 1, first: runs[0] ?? best, best, kept: kept(diff) };
  });
  const mean = (of: (t: (typeof timed)[number]) => number) => timed.reduce((sum, t) => sum + of(t), 0) / timed.length;
  const worst = (of: (t: (typeof timed)[number]) => number) => Math.max(...timed.map(of));
  const row = [
    name.padEnd(24),
    String(files).padStart(5),
    mean((t) => t.lines)
      .toFixed(0)
      .padStart(8),
    ...[worst((t) => t.first.ms), worst((t) => t.first.cpu), worst((t) => t.best.ms), worst((t) => t.best.cpu)].map(
      (n) => n.toFixed(0).padStart(8),
    ),
    (worst((t) => t.best.cpu) / files).toFixed(3).padStart(8),
    (mean((t) => t.lines / t.best.cpu) * 1000).toFixed(0).padStart(8),
    `${worst((t) => t.kept.during).toFixed(1)} / ${worst((t) => t.kept.after).toFixed(1)}`.padStart(16),
  ];
  process.stdout.write(`${row.join(" ")}\n`);
}

function changeOf(diff: string): { change: Change; problems: readonly DiffProblem[] } {
  const { files, problems } = readDiff(diff);
  return { change: { title: "", body: "", labels: [], author: { login: "a", kind: "human" }, files }, problems };
}

function once(diff: string): Timed {
  const began = process.cpuUsage();
  const started = performance.now();
  const { change, problems } = changeOf(diff);
  const verdict = classify(change, { problems });
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(began);
  if (verdict.findings.length > 1_000) throw new Error("more findings than the limit");
  return { ms, cpu: (user + system) / 1_000 };
}

/** How often memory is looked at during a run. */
const samples = 8;

/** What classifying keeps beside the diff itself, in MiB: the most seen while files are judged, and at the end. */
function kept(diff: string): { during: number; after: number } {
  const collect = collector();
  const { change, problems } = changeOf(diff);
  const step = Math.max(1, Math.floor(change.files.length / samples));
  let seen = 0;
  let during = 0;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const before = heap();
  const probe: Detector = {
    id: "bench/probe",
    reads: "",
    reversibility: "reversible",
    why: "",
    remedy: "",
    source: "",
    concerns: () => {
      if (seen++ % step === 0) during = Math.max(during, heap() - before);
      return false;
    },
    detect: () => [],
  };
  const verdict = classify(change, { problems, using: [...detectors, probe] });
  const after = Math.max(0, heap() - before);
  if (verdict.findings.length > 1_000) throw new Error("more findings than the limit");
  return { during, after };
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  return typeof collect === "function" ? (collect as () => void) : () => undefined;
}

/** The files of real diffs, each as its own piece of text. */
function realFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".diffs.jsonl.gz"))
    .flatMap((name) =>
      gunzipSync(readFileSync(join(folder, name)))
        .toString("utf8")
        .trim()
        .split("\n"),
    )
    .flatMap((line) => (JSON.parse(line) as { diff: string }).diff.split(/^(?=diff --git )/m))
    .map((piece) => (piece.endsWith("\n") ? piece : `${piece}\n`));
}

function spread(all: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] ?? "");
}

/** 3,000 paths by 1,000 rules. */
function owners(): void {
  const rules = Array.from({ length: 1_000 }, (_, i) =>
    i % 3 === 0 ? `/packages/p${i}/ @t${i}` : i % 3 === 1 ? `*.e${i} @u${i}` : `docs/**/x${i}*/ @o/t${i}`,
  );
  const paths = Array.from({ length: 3_000 }, (_, i) => `packages/q${i}/src/deep/er/file${i}.ts`);
  const started = performance.now();
  const file = parseCodeowners(rules.join("\n"));
  const owned = paths.filter((path) => ownersOf(file, path).length > 0).length;
  const ms = performance.now() - started;
  process.stdout.write(
    `owners of ${paths.length} paths by ${rules.length} rules: ${ms.toFixed(0)} ms (${owned} owned)\n`,
  );
}

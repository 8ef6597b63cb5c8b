import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { classify } from "../../src/core/classify/classify.js";
import { readDiff } from "../../src/core/classify/diff.js";
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
  process.stdout.write("diff                     files    lines  first ms  best ms  ms/file  lines/s  heap MB\n");
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

function report(name: string, { files, diffs }: { files: number; diffs: readonly string[] }): void {
  const timed = diffs.map((diff) => {
    const lines = diff.split("\n").length - 1;
    const runs = [0, 1, 2, 3].map(() => once(diff));
    return { lines, first: runs[0]?.ms ?? 0, best: Math.min(...runs.map((r) => r.ms)), heap: runs[0]?.heap ?? 0 };
  });
  const mean = (of: (t: (typeof timed)[number]) => number) => timed.reduce((sum, t) => sum + of(t), 0) / timed.length;
  const worst = (of: (t: (typeof timed)[number]) => number) => Math.max(...timed.map(of));
  const row = [
    name.padEnd(24),
    String(files).padStart(5),
    mean((t) => t.lines)
      .toFixed(0)
      .padStart(8),
    worst((t) => t.first)
      .toFixed(0)
      .padStart(9),
    worst((t) => t.best)
      .toFixed(0)
      .padStart(8),
    (worst((t) => t.best) / files).toFixed(3).padStart(8),
    (mean((t) => t.lines / t.best) * 1000).toFixed(0).padStart(8),
    worst((t) => t.heap / 2 ** 20)
      .toFixed(0)
      .padStart(8),
  ];
  process.stdout.write(`${row.join(" ")}\n`);
}

function once(diff: string): { ms: number; heap: number } {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const { files, problems } = readDiff(diff);
  const verdict = classify(
    { title: "", body: "", labels: [], author: { login: "a", kind: "human" }, files },
    { problems },
  );
  const ms = performance.now() - started;
  if (verdict.findings.length > 1_000) throw new Error("more findings than the limit");
  return { ms, heap: Math.max(0, process.memoryUsage().heapUsed - before) };
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

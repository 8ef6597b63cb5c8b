import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { codeownersPaths, ownersOf, parseCodeowners } from "../core/policy/codeowners.js";
import { LineError, serveLines } from "./lines.js";

interface Options {
  readonly codeowners?: string;
  readonly json?: true;
  readonly jsonl?: true;
}

/** `owners`: who owns these paths by a CODEOWNERS file, exactly as GitHub reads it. */
export function register(program: Command): void {
  program
    .command("owners")
    .description("Name the owners of paths by a CODEOWNERS file, as GitHub reads it.")
    .argument("[path...]", "paths from the repository's root")
    .option("--codeowners <file>", `the file; else the first of ${codeownersPaths.join(", ")}`)
    .option("--json", "print one JSON document")
    .option("--jsonl", "read one question a line, answer one line each")
    .addHelpText(
      "after",
      `
Exit code: 0, 1 when the file has lines that GitHub passes over, 2 when it can't be read.
With --jsonl a line is {"id","codeowners":"<file text>","paths":["…"]}.`,
    )
    .action(run);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  if (options.jsonl) {
    await serveLines(answerLine);
    return;
  }
  if (paths.length === 0) return fail("name at least one path");
  const file = options.codeowners ?? codeownersPaths.find((path) => existsSync(path));
  if (file === undefined) return fail(`no CODEOWNERS file here (${codeownersPaths.join(", ")})`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return fail(`can't read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { owners, errors } = answer(text, paths);
  for (const e of errors) process.stderr.write(`${file}:${e.line}:${e.column}: ${e.message}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ owners, errors }, null, 2)}\n`);
  else for (const path of paths) process.stdout.write(`${path}\t${owners[path]?.join(" ") || "(no owner)"}\n`);
  if (errors.length > 0) process.exitCode = 1;
}

function fail(message: string): void {
  process.stderr.write(`drumline owners: ${message}\n`);
  process.exitCode = 2;
}

interface Answer {
  readonly owners: Readonly<Record<string, readonly string[]>>;
  readonly errors: ReadonlyArray<{ line: number; column: number; message: string }>;
}

function answer(text: string, paths: readonly string[]): Answer {
  const file = parseCodeowners(text);
  // A path may be called like a member of every object, so the table is built from entries.
  return { owners: Object.fromEntries(paths.map((path) => [path, ownersOf(file, path)])), errors: [...file.errors] };
}

function answerLine(request: Readonly<Record<string, unknown>>): unknown {
  const { id, codeowners, paths } = request;
  if (typeof codeowners !== "string") throw new LineError("bad-request", '"codeowners" must be a text');
  if (!Array.isArray(paths) || !paths.every((path): path is string => typeof path === "string"))
    throw new LineError("bad-request", '"paths" must be a list of texts');
  return { id: id ?? null, ...answer(codeowners, paths) };
}

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import pc from "picocolors";
import { diagnose, filesWanted, isWorkflow, workflowFolder } from "../core/doctor/doctor.js";
import type { DoctorFacts, DoctorProblem } from "../core/doctor/problem.js";
import { absent } from "../core/model/read.js";
import { shippedPacks } from "../engine/packs.js";

/** The app's manifest, beside `dist`. */
const manifestPath = join(import.meta.dirname, "../../../app.yml");

interface Options {
  readonly dir: string;
  readonly base?: string;
  readonly json?: true;
}

/** `doctor`: what would make the queue stall in this repository, before it does? */
export function register(program: Command): void {
  program
    .command("doctor")
    .description("What would make the queue stall in a repository: triggers, path filters, rules, permissions.")
    .argument("[repository]", "OWNER/REPO: ask GitHub, as the app (APP_ID, PRIVATE_KEY_PATH) or with GITHUB_TOKEN")
    .option("--dir <dir>", "the checkout to look at, without asking GitHub", ".")
    .option("--base <branch>", "the branch that the queue lands on; else the checkout's default branch")
    .option("--json", "print one JSON document")
    .addHelpText("after", "\nExit code: 0 healthy (warnings allowed), 1 something would stall, 2 wrong use.")
    .action(run);
}

async function run(repository: string | undefined, options: Options): Promise<void> {
  if (repository !== undefined) {
    const facts = await fromGitHub(repository, options);
    return facts === null ? undefined : report(facts, options);
  }
  if (!existsSync(options.dir) || !statSync(options.dir).isDirectory()) fail(`${options.dir} is no folder`);
  else report(fromCheckout(options), options);
}

function fail(message: string): null {
  process.stderr.write(`drumline doctor: ${message}\n`);
  process.exitCode = 2;
  return null;
}

/** What GitHub tells, or null after saying why it doesn't. GitHub's libraries are loaded only here. */
async function fromGitHub(repository: string, { base }: Options): Promise<DoctorFacts | null> {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined) return fail(`${repository} is not OWNER/REPO`);
  try {
    const { accessFrom } = await import("../github/credentials.js");
    const { readForDoctor } = await import("../github/doctor.js");
    const found = await readForDoctor(accessFrom(process.env), { owner, repo, base });
    return { ...found, extended: shippedPacks(), manifest: readFileSync(manifestPath, "utf8") };
  } catch (error) {
    return fail(`can't read ${repository}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What a checkout tells: files only. */
function fromCheckout({ dir, base }: Options): DoctorFacts {
  const folder = join(dir, workflowFolder);
  const workflows = existsSync(folder) ? readdirSync(folder).map((name) => `${workflowFolder}/${name}`) : [];
  const paths = [...workflows.filter(isWorkflow), ...filesWanted].filter((path) => existsSync(join(dir, path)));
  return {
    base: base ?? defaultBranch(dir),
    files: Object.fromEntries(paths.map((path) => [path, readFileSync(join(dir, path), "utf8")])),
    extended: shippedPacks(),
    manifest: readFileSync(manifestPath, "utf8"),
    installation: absent,
    baseRules: absent,
    groupRules: absent,
    stagingRules: absent,
    seenChecks: [],
  };
}

/** What the remote calls its default branch; without one the usual name, on which little depends. */
function defaultBranch(dir: string): string {
  try {
    const args = ["-C", dir, "symbolic-ref", "--short", "refs/remotes/origin/HEAD"];
    const head = execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return head.trim().replace(/^origin\//, "");
  } catch {
    return "main";
  }
}

function report(facts: DoctorFacts, options: Options): void {
  const problems = diagnose(facts, Date.now());
  const errors = problems.filter((p) => p.severity === "error").length;
  if (errors > 0) process.exitCode = 1;
  const asked = facts.baseRules.state !== "absent" || facts.installation.state !== "absent";
  if (options.json) {
    const answer = { healthy: errors === 0, base: facts.base, askedGitHub: asked, problems };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const lines = [...problems.flatMap(inWords), summary(errors, problems.length - errors)];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (!asked)
    process.stderr.write(
      "Only the files were looked at; name OWNER/REPO to see rules and permissions on GitHub too.\n",
    );
}

function inWords({ severity, where, what, why, remedy }: DoctorProblem): string[] {
  const place = where ? `${where.path}:${where.line}:${where.col}: ` : "";
  const colour = severity === "error" ? pc.red : pc.yellow;
  return [`${place}${colour(`${severity}: ${what}`)}`, `    ${why}`, `    ${pc.green("remedy")}: ${remedy}`];
}

function summary(errors: number, warnings: number): string {
  const count = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
  if (errors > 0) return pc.red(`the queue would stall here: ${count(errors, "error")}, ${count(warnings, "warning")}`);
  return pc.green(`healthy${warnings > 0 ? `, with ${count(warnings, "warning")}` : ""}`);
}

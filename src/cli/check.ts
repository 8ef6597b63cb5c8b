import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import pc from "picocolors";
import { shippedPacks } from "../engine/packs.js";
import { read, type Read } from "../core/model/read.js";
import { appliedRules, runPolicyTests, type TestResult } from "../core/governance/policy-tests.js";
import { policyJsonSchema } from "../core/policy/json-schema.js";
import { lintPolicy } from "../core/policy/lint.js";
import { lintFindings } from "../core/policy/lint-findings.js";
import { policyLimits } from "../core/policy/limits.js";
import { extendsNamed, parsePolicy } from "../core/policy/parse.js";
import type { Policy, Rule } from "../core/policy/policy.js";
import { formatProblem, type Problem } from "../core/policy/problem.js";
import { needText, whenText } from "../core/policy/words.js";
import { whoText } from "../core/policy/who.js";

/** Where a repository keeps its policy, first found wins. */
export const policyPaths = [".github/drumline.yml", ".github/drumline.yaml", "drumline.yml"] as const;

interface Options {
  readonly extended: Readonly<Record<string, string>>;
  readonly orgPolicy?: string;
  readonly json?: true;
  readonly schema?: true;
  readonly quiet?: true;
}

/** `check`: is this policy valid, does it mean what its tests say, and what does it say in words? */
export function register(program: Command): void {
  program
    .command("check")
    .description("Check a policy: every problem with its place, its own tests, and what it says in words.")
    .argument("[file]", `the policy; else the first of ${policyPaths.join(", ")}`)
    .option("--org-policy <file>", "the text behind the OWNER/.github that it extends; else GITHUB_TOKEN reads it")
    .option("--extended <name=file>", "the text behind an OWNER/.github that it extends; repeatable", nameAndFile, {})
    .option("--json", "print one JSON document")
    .option("--quiet", "print problems only")
    .option("--schema", "print the JSON Schema for editors instead")
    .addHelpText(
      "after",
      `
Exit code: 0 valid (warnings allowed), 1 an error or a failing test, 2 the file can't be read.
Shipped packs are found by their name: ${Object.keys(shippedPacks()).sort().join(", ")}.`,
    )
    .action(run);
}

function nameAndFile(written: string, known: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = written.indexOf("=");
  return at > 0 ? { ...known, [written.slice(0, at)]: written.slice(at + 1) } : { ...known, [written]: "" };
}

async function run(given: string | undefined, options: Options): Promise<void> {
  if (options.schema) {
    process.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
    return;
  }
  const file = given ?? policyPaths.find((path) => existsSync(path));
  if (file === undefined) return fail(`no policy here (${policyPaths.join(", ")}); name a file`);
  const text = readText(file);
  if (text === null) return;
  const handed: Record<string, Read<string>> = { ...shippedPacks() };
  for (const [name, path] of Object.entries(options.extended)) {
    const other = readText(path);
    if (other === null) return;
    handed[name] = read(other);
  }
  const orgPolicy = options.orgPolicy === undefined ? null : readText(options.orgPolicy);
  if (options.orgPolicy !== undefined && orgPolicy === null) return;
  report(await checked(text, { file, extended: await withOrganisations(text, { handed, orgPolicy }) }), options);
}

/** What these texts extend from `OWNER/.github`: handed over, or read with a token; what is left has no text. */
async function withOrganisations(
  text: string,
  { handed, orgPolicy }: { handed: Readonly<Record<string, Read<string>>>; orgPolicy: string | null },
): Promise<Readonly<Record<string, Read<string>>>> {
  const extended = { ...handed };
  const waiting = [...extendsNamed(text)];
  const asked = new Set<string>();
  for (const name of waiting) {
    const owner = /^([\w.-]+)\/\.github$/.exec(name)?.[1];
    if (owner === undefined || name in extended || asked.size >= policyLimits.extended) continue;
    asked.add(name);
    const found = orgPolicy === null ? await fromGitHub(owner) : read(orgPolicy);
    if (found === null) continue;
    extended[name] = found;
    if (found.state === "read") waiting.push(...extendsNamed(found.value));
  }
  return extended;
}

/** GitHub's libraries are loaded only for a policy that needs them. */
async function fromGitHub(owner: string): Promise<Read<string> | null> {
  if (!process.env["GITHUB_TOKEN"]) return null;
  const { organisationPolicy } = await import("../github/organisation.js");
  return await organisationPolicy(owner, process.env);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    fail(`can't read ${file === "" ? "a file: write --extended NAME=FILE" : `${file}: ${messageOf(error)}`}`);
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fail(message: string): void {
  process.stderr.write(`drumline check: ${message}\n`);
  process.exitCode = 2;
}

interface Checked {
  readonly file: string;
  readonly policy: Policy | null;
  readonly problems: readonly Problem[];
  readonly tests: readonly TestResult[];
}

async function checked(
  text: string,
  { file, extended }: { file: string; extended: Readonly<Record<string, Read<string>>> },
): Promise<Checked> {
  const now = Date.now();
  const { policy, problems, tests } = parsePolicy(text, { path: file, extended });
  const remote = extendsNamed(text).filter((name) => name.includes("/") && !(name in extended));
  const results = policy ? runPolicyTests(policy, tests, { now }) : [];
  return {
    file,
    policy,
    problems: [...problems.map((p) => withRemoteHint(p, remote)), ...(policy ? await linted(policy, now) : [])],
    tests: results,
  };
}

/** What the author can hardly mean. Detectors bring their parsers, so they are loaded only for a valid policy. */
async function linted(policy: Policy, now: number): Promise<Problem[]> {
  const { detectors } = await import("../core/classify/detectors.js");
  const ids = detectors.map((d) => d.id);
  const found = [...lintPolicy(policy, now), ...lintFindings(policy, ids)];
  return found.sort((a, b) => a.line - b.line || a.col - b.col);
}

/** Another repository's text is read by the app; here somebody must hand it over. */
function withRemoteHint(problem: Problem, remote: readonly string[]): Problem {
  const name = remote.find((r) => r.endsWith("/.github") && problem.message.includes(`\`${r}\``));
  const hint = "hand it over with --org-policy FILE, or set GITHUB_TOKEN to a token that may read it";
  return name === undefined ? problem : { ...problem, message: `\`${name}\` lies elsewhere and was not read`, hint };
}

function report({ file, policy, problems, tests }: Checked, options: Options): void {
  const failed = tests.filter((t) => t.differs.length > 0);
  const errors = problems.filter((p) => p.severity === "error");
  const valid = policy !== null && errors.length === 0 && failed.length === 0;
  if (!valid) process.exitCode = 1;
  if (options.json) {
    const outcomes = tests.map(({ name, place, verdict, differs }) => ({
      name,
      line: place.line,
      passed: differs.length === 0,
      differs,
      path: verdict.path,
      permits: verdict.permits,
      rules: appliedRules(verdict),
    }));
    process.stdout.write(`${JSON.stringify({ file, valid, problems, tests: outcomes }, null, 2)}\n`);
    return;
  }
  const lines = [
    ...problems.map((p) => coloured(formatProblem(p), p.severity)),
    ...failed.flatMap(({ name, place, differs }) =>
      differs.map((d) => pc.red(`${place.path}:${place.line}:${place.col}: test \`${name}\`: ${d}`)),
    ),
  ];
  if (policy && !options.quiet) lines.push(...inWords(policy), summary({ policy, tests, problems, valid }));
  if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
}

function coloured(text: string, severity: Problem["severity"]): string {
  return severity === "error" ? pc.red(text) : pc.yellow(text);
}

function summary(of: {
  policy: Policy;
  tests: readonly TestResult[];
  problems: readonly Problem[];
  valid: boolean;
}): string {
  const automatic = of.policy.rules.filter((r) => r.then === "auto").length;
  const passed = of.tests.filter((t) => t.differs.length === 0).length;
  const warnings = of.problems.filter((p) => p.severity === "warning").length;
  const parts = [
    `${of.policy.rules.length} rules, ${automatic} of them automatic`,
    of.tests.length === 0 ? "no tests" : `${passed} of ${of.tests.length} tests pass`,
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? "warning" : "warnings"}`] : []),
  ];
  return of.valid ? pc.green(`valid: ${parts.join("; ")}`) : pc.red(`not valid: ${parts.join("; ")}`);
}

/** What the policy means, rule by rule, so that its author sees it at once. */
function inWords(policy: Policy): string[] {
  const always = needText(policy.always);
  return [
    pc.bold("Every change"),
    `  needs ${always === "" ? "nobody's judgment" : always}`,
    ...policy.rules.flatMap((rule) => [pc.bold(rule.name), `  ${ruleText(rule)}`]),
    "",
  ];
}

function ruleText(rule: Rule): string {
  const needs = needText(rule.needs);
  const outcome = {
    auto: needs === "" ? "moves by itself" : `moves by itself with ${needs}`,
    review: `needs ${needs}`,
    escalate: `asks at once for ${needs}`,
    hold: needs === "" ? "waits" : `waits for ${needs}`,
    refuse: needs === "" ? "is refused" : `is refused without ${needs}`,
  }[rule.then];
  const trips =
    rule.then === "auto" && rule.trips
      ? `; ${rule.trips.reverts} reverts in ${rule.trips.days} days turn it into ${rule.downgrade ?? "review"}`
      : "";
  const owner = rule.owner ? `; ${whoText(rule.owner)} answers for it` : "";
  return `${rule.when ? whenText(rule.when) : "every change"} ${outcome}${trips}${owner}`;
}

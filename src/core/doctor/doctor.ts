import { groupBranch, stagingBranch } from "../line/planning.js";
import type { Instant } from "../model/ids.js";
import { codeownersPaths, parseCodeowners } from "../policy/codeowners.js";
import { emptyPolicy } from "../policy/defaults.js";
import { lintPolicy } from "../policy/lint.js";
import { extendsNamed, parsePolicy } from "../policy/parse.js";
import type { Policy } from "../policy/policy.js";
import type { Problem } from "../policy/problem.js";
import { concurrencyProblems } from "./concurrency.js";
import { installationProblems, readManifest } from "./permissions.js";
import type { DoctorFacts, DoctorProblem } from "./problem.js";
import { actionsApp, requiredProblems, type Required } from "./required.js";
import { baseRuleProblems, ownBranchProblems } from "./rules.js";
import { nothingRequired, stagingBuilt } from "./triggers.js";
import { readWorkflow, type Workflow } from "./workflow.js";

/** Where a policy is read from; one under another name is never read. */
const policyPath = ".github/drumline.yml";
const misplaced = [".github/drumline.yaml", "drumline.yml", "drumline.yaml"];
/** Below it lie the workflows. */
export const workflowFolder = ".github/workflows";
/** The files, where they exist, that the doctor wants to see beside the workflows. */
export const filesWanted: readonly string[] = [policyPath, ...misplaced, ...codeownersPaths];

export function isWorkflow(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}
/** The check that the app itself sets on proposals. It is never waited for on groups. */
const ownCheck = "Drumline";
/** GitHub Actions' number on github.com, which rules use to say who must report a check. */
const actionsAppId = 15_368;

/** Everything that would make the queue stall here, errors first. `now` decides which rules have lapsed. */
export function diagnose(facts: DoctorFacts, now: Instant): DoctorProblem[] {
  const { policy, problems } = policyOf(facts, now);
  const { slots, lanes } = (policy ?? emptyPolicy).queue;
  const found = [
    ...installationProblems(facts.installation, readManifest(facts.manifest)),
    ...baseRuleProblems(facts.baseRules, { base: facts.base, lanes }),
    ...ownBranchProblems(facts.groupRules, "drumline/**"),
    ...ownBranchProblems(facts.stagingRules, "drumline-staging/**"),
    ...problems,
    ...workflowProblems(facts, { required: requiredOf(policy, facts), slots }),
    ...codeownersProblems(facts),
  ];
  return distinct(found).sort((a, b) => rank(a) - rank(b));
}

function rank(problem: DoctorProblem): number {
  return problem.severity === "error" ? 0 : 1;
}

function distinct(problems: readonly DoctorProblem[]): DoctorProblem[] {
  return [...new Map(problems.map((p) => [JSON.stringify(p), p])).values()];
}

function policyOf(facts: DoctorFacts, now: Instant): { policy: Policy | null; problems: DoctorProblem[] } {
  const text = facts.files[policyPath];
  const elsewhere = misplaced.filter((path) => path in facts.files).map(unread);
  if (text === undefined) return { policy: null, problems: elsewhere };
  const remote = extendsNamed(text).filter((name) => name.includes("/") && !(name in facts.extended));
  if (remote.length > 0) return { policy: null, problems: [...elsewhere, ...remote.map(notSeen)] };
  const parsed = parsePolicy(text, { path: policyPath, extended: facts.extended });
  const linted = parsed.policy ? lintPolicy(parsed.policy, now) : [];
  return { policy: parsed.policy, problems: [...elsewhere, ...[...parsed.problems, ...linted].map(ofPolicy)] };
}

function unread(path: string): DoctorProblem {
  return {
    severity: "warning",
    where: { path, line: 1, col: 1 },
    what: `a policy under this name is not read`,
    why: "the safe default holds instead: nothing moves by itself",
    remedy: `move it to ${policyPath}`,
  };
}

/** Another repository's text is the app's to read; without it nothing can be said of the policy. */
function notSeen(name: string): DoctorProblem {
  return {
    severity: "warning",
    where: { path: policyPath, line: 1, col: 1 },
    what: `the policy extends \`${name}\`, which was not read, so its checks are not known here`,
    why: "a check that it asks for may be one that nobody reports",
    remedy: `\`drumline check --extended ${name}=FILE\` looks at both together`,
  };
}

function ofPolicy({ path, line, col, message, hint, severity }: Problem): DoctorProblem {
  return {
    severity,
    where: { path, line, col },
    what: message,
    why:
      severity === "error"
        ? "a policy with an error is not applied: the last good one holds, or the safe default"
        : "the policy hardly means this",
    remedy: hint ?? "`drumline check` says more",
  };
}

/** As the line asks for them: the policy's checks and those that rules on the base require. */
function requiredOf(policy: Policy | null, { baseRules }: DoctorFacts): Required[] {
  const ruled = baseRules.state === "read" ? baseRules.value : [];
  const all: Required[] = [
    ...(policy?.queue.checks ?? []).map((check) => ({ ...check, by: "the policy" })),
    ...ruled.flatMap((rule) =>
      rule.checks
        .filter((c) => c.appId === null || c.appId === actionsAppId)
        .map(({ name, appId }) => ({ name, app: appId === null ? null : actionsApp, by: rule.source })),
    ),
  ];
  return all.filter((r, i) => r.name !== ownCheck && all.findIndex((o) => o.name === r.name) === i);
}

function workflowProblems(
  facts: DoctorFacts,
  { required, slots }: { required: readonly Required[]; slots: number },
): DoctorProblem[] {
  const read = Object.entries(facts.files)
    .filter(([path]) => isWorkflow(path))
    .map(([path, text]) => readWorkflow(text, path));
  const workflows = read.filter((w): w is Workflow => "jobs" in w);
  const groups = Array.from({ length: slots }, (_, slot) => groupBranch(facts.base, slot));
  const missing =
    required.length > 0
      ? requiredProblems(required, { workflows, groups, seen: facts.seenChecks })
      : nothingRequired(workflows, { groups });
  return [
    ...read.filter((w): w is DoctorProblem => !("jobs" in w)),
    ...missing,
    ...workflows.flatMap((w) => concurrencyProblems(w, { groups, slots })),
    ...workflows.flatMap((w) => stagingBuilt(w, stagingBranch(facts.base, 0))),
  ];
}

function codeownersProblems({ files }: DoctorFacts): DoctorProblem[] {
  const path = codeownersPaths.find((p) => p in files);
  if (path === undefined) return [];
  return parseCodeowners(files[path] ?? "").errors.map(({ line, column, message }) => ({
    severity: "warning",
    where: { path, line, col: column },
    what: message,
    why: "GitHub passes over the whole line, so its paths have other owners or none, and wait for the wrong people",
    remedy: "mend the line; `drumline owners PATH` shows who owns what",
  }));
}

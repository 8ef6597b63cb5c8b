import type { Read } from "../model/read.js";
import type { LaneSettings } from "../policy/policy.js";
import type { DoctorProblem, RuleFacts } from "./problem.js";

interface Words {
  readonly severity: DoctorProblem["severity"];
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

const letPass = "let the app bypass it: it only ever fast-forwards the base to what CI passed";

/** Rules on the base that a fast-forward by the app runs into. The queue lands merge commits, and no pull request is merged by button. */
const onBase: Readonly<Record<string, Words>> = {
  update: {
    severity: "error",
    what: "a rule restricts who may update the base",
    why: "GitHub refuses to land a group",
    remedy: letPass,
  },
  lock_branch: {
    severity: "error",
    what: "the base is locked",
    why: "nobody can land anything",
    remedy: "unlock the branch",
  },
  required_linear_history: {
    severity: "error",
    what: "a rule requires a linear history",
    why: "the queue lands the merge commits that were tested, and GitHub refuses them",
    remedy: "drop the rule, or let the app bypass it",
  },
  required_signatures: {
    severity: "warning",
    what: "a rule requires signed commits",
    why: "one unsigned commit of a change keeps its whole group from landing",
    remedy: "have all commits signed, or let the app bypass it",
  },
  pull_request: {
    severity: "error",
    what: "a rule requires a pull request for every update of the base",
    why: "GitHub refuses to land a group: a fast-forward to the tested commit is no pull request's merge",
    remedy: letPass,
  },
  merge_queue: {
    severity: "error",
    what: "GitHub's own merge queue is switched on",
    why: "two queues move one branch: GitHub refuses every landing that isn't its own queue's",
    remedy: "switch it off for this branch (`Require merge queue`)",
  },
  required_deployments: {
    severity: "warning",
    what: "a rule requires deployments before an update of the base",
    why: "groups are not deployed before they land unless your CI does so on `drumline/**`",
    remedy: "deploy from the queue's branches, or let the app bypass it",
  },
};

const branchWords: Readonly<Record<string, string>> = {
  creation: "restricts who may create branches",
  update: "restricts who may update branches",
  deletion: "keeps branches from being deleted",
  non_fast_forward: "forbids force pushes",
  required_linear_history: "requires a linear history",
  required_signatures: "requires signed commits",
  pull_request: "requires pull requests",
  required_status_checks: "requires checks before a push",
  merge_queue: "switches GitHub's merge queue on",
  branch_name_pattern: "restricts branch names",
};

/** Where the policy has lanes: what lands composed is a commit that CI never saw. */
const composed: Words = {
  severity: "warning",
  what: "a rule requires checks before an update of the base, and the policy has lanes",
  why: "GitHub refuses what lands composed of parts that were each tested: each such group is tested once more",
  remedy: "let the app bypass it, or leave `queue.lanes` out",
};

export function baseRuleProblems(
  rules: Read<readonly RuleFacts[]>,
  { base, lanes }: { readonly base: string; readonly lanes: LaneSettings | null },
): DoctorProblem[] {
  if (rules.state === "unreadable") return [unreadableRules(base, rules.why)];
  if (rules.state === "absent") return [];
  return rules.value.flatMap((rule) => {
    const words = rule.type === "required_status_checks" && lanes ? composed : onBase[rule.type];
    return words === undefined || rule.bypass === "yes" ? [] : [ruled(words, rule)];
  });
}

/** Rules that were meant for other branches and bind the queue's own, which it makes, force-pushes and deletes. */
export function ownBranchProblems(rules: Read<readonly RuleFacts[]>, branches: string): DoctorProblem[] {
  if (rules.state === "unreadable") return [unreadableRules(branches, rules.why)];
  if (rules.state === "absent") return [];
  return rules.value.flatMap((rule) => {
    const what = branchWords[rule.type];
    if (what === undefined || rule.bypass === "yes") return [];
    const severity = rule.type === "deletion" ? "warning" : "error";
    const why = severity === "error" ? "the queue can't build groups there" : "the queue's branches pile up";
    const remedy = `exclude \`drumline/**\` and \`drumline-staging/**\` from it, or let the app bypass it`;
    return [ruled({ severity, what: `a rule on \`${branches}\` ${what}`, why, remedy }, rule)];
  });
}

function ruled({ severity, what, why, remedy }: Words, { source, bypass }: RuleFacts): DoctorProblem {
  const unsure = bypass === "unknown" ? "; whether the app bypasses it could not be read" : "";
  return {
    severity: bypass === "unknown" ? "warning" : severity,
    where: null,
    what: `${what} (${source}${unsure})`,
    why,
    remedy,
  };
}

function unreadableRules(branch: string, why: string): DoctorProblem {
  return {
    severity: "error",
    where: null,
    what: `the rules of \`${branch}\` can't be read: ${why}`,
    why: "the queue can't know what GitHub will refuse",
    remedy: "give the app `administration: read` and `metadata: read`",
  };
}

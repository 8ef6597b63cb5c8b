import { detectors } from "../classify/detectors.js";
import type { PolicyReplay, ProposedPolicy, PullFacts } from "../facts/facts.js";
import type { Judged } from "../governance/judged.js";
import { runPolicyTests } from "../governance/policy-tests.js";
import type { Instant } from "../model/ids.js";
import { lintPolicy } from "../policy/lint.js";
import { lintFindings } from "../policy/lint-findings.js";
import { parsePolicy } from "../policy/parse.js";
import { formatProblem, type Problem } from "../policy/problem.js";

/** What is to be said of a policy that a pull request proposes; the pull request itself is judged by the present one. */
export type PolicyProposal =
  | { readonly kind: "removed" }
  | { readonly kind: "unreadable"; readonly why: string }
  | {
      readonly kind: "read";
      readonly path: string;
      readonly valid: boolean;
      readonly rules: number;
      readonly automatic: number;
      readonly problems: readonly Problem[];
      readonly tests: { readonly run: number; readonly failed: readonly FailedTest[] };
      /** Null: nothing could be replayed, because the text is not valid. */
      readonly replay: PolicyReplay | null;
    };

export interface FailedTest {
  readonly name: string;
  readonly line: number;
  readonly differs: readonly string[];
}

/** Null: the pull request leaves the policy as it is. */
export function policyProposal({ proposedPolicy }: PullFacts, now: Instant): PolicyProposal | null {
  if (!proposedPolicy) return null;
  const { text } = proposedPolicy;
  if (text.state === "absent") return { kind: "removed" };
  if (text.state === "unreadable") return { kind: "unreadable", why: text.why };
  return examined({ ...text.value, extended: proposedPolicy.extended, replay: proposedPolicy.replay }, now);
}

const faultsShown = 5;

/** What keeps a proposed policy from landing, whoever approves it: it could not hold, or does not do what it says. */
export function proposalFault(proposal: PolicyProposal | null): Judged["fault"] {
  if (proposal === null || proposal.kind === "removed") return undefined;
  if (proposal.kind === "unreadable")
    return { path: "hold", reason: { code: "proposed-policy", fault: "unreadable", what: [proposal.why] } };
  const { valid, problems, tests } = proposal;
  const errors = problems.filter((p) => p.severity === "error").map(formatProblem);
  const failing = tests.failed.map((t) => `line ${t.line}: test “${t.name}”: ${t.differs.join("; ")}`);
  const fault = !valid ? "invalid" : failing.length > 0 ? "tests-failing" : null;
  if (fault === null) return undefined;
  const what = [...errors, ...failing].slice(0, faultsShown);
  return { path: "refuse", reason: { code: "proposed-policy", fault, what } };
}

function examined(
  { path, text, extended, replay }: { path: string; text: string } & Pick<ProposedPolicy, "extended" | "replay">,
  now: Instant,
): PolicyProposal {
  const { policy, problems, tests } = parsePolicy(text, { path, extended });
  const ids = detectors.map((d) => d.id);
  const doubts = policy ? [...lintPolicy(policy, now), ...lintFindings(policy, ids)] : [];
  const results = policy ? runPolicyTests(policy, tests, { now }) : [];
  return {
    kind: "read",
    path,
    valid: policy !== null && doubts.every((p) => p.severity !== "error"),
    rules: policy?.rules.length ?? 0,
    automatic: policy?.rules.filter((r) => r.then === "auto").length ?? 0,
    problems: [...problems, ...doubts.sort((a, b) => a.line - b.line || a.col - b.col)],
    tests: {
      run: results.length,
      failed: results
        .filter((r) => r.differs.length > 0)
        .map(({ name, place, differs }) => ({ name, line: place.line, differs })),
    },
    replay,
  };
}

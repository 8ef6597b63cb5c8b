import type { PolicyText, RepoFacts } from "../facts/facts.js";
import { digestOf } from "../model/digest.js";
import type { Reason } from "../model/reason.js";
import { safeDefault } from "../policy/defaults.js";
import { parsePolicy } from "../policy/parse.js";
import type { Policy } from "../policy/policy.js";
import { formatProblem, type Problem } from "../policy/problem.js";

export interface PolicyInForce {
  readonly policy: Policy;
  /** The text that it comes from; null for the safe default. */
  readonly text: PolicyText | null;
  /** The texts that it may extend. */
  readonly extended: RepoFacts["extended"];
  /** Why it isn't simply the repository's own present policy; empty when it is. */
  readonly reasons: readonly Reason[];
  /** Everything wrong with the present text. */
  readonly problems: readonly Problem[];
}

const problemsShown = 5;

/**
 * Which policy holds: the base branch's own if it is valid; otherwise the last one that was; otherwise the safe
 * default, under which nothing moves by itself.
 */
export function policyInForce(repo: RepoFacts): PolicyInForce {
  const { policy: present, extended } = repo;
  const fallback = { policy: safeDefault, text: null, extended };
  if (present.state === "absent") return { ...fallback, reasons: [{ code: "policy-absent" }], problems: [] };
  const parsed = present.state === "read" ? parse(present.value, extended) : null;
  if (parsed?.policy && present.state === "read") {
    return { policy: parsed.policy, text: present.value, extended, reasons: [], problems: parsed.problems };
  }
  const problems = parsed?.problems ?? [];
  const last = lastGood(repo);
  const why: Reason =
    present.state === "unreadable"
      ? { code: "policy-unreadable", why: present.why }
      : {
          code: "policy-invalid",
          problems: problems
            .filter((p) => p.severity === "error")
            .slice(0, problemsShown)
            .map(formatProblem),
          held: last ? "last-good" : "safe-default",
        };
  return { ...fallback, ...last, reasons: [why], problems };
}

/** The last policy that was valid, with what it extended then: a text that broke elsewhere doesn't take it down. */
function lastGood(repo: RepoFacts): Pick<PolicyInForce, "policy" | "text" | "extended"> | null {
  const text = repo.lastGoodPolicy;
  if (!text) return null;
  const extended = { ...repo.extended, ...text.extended };
  const { policy } = parse(text, extended);
  return policy && { policy, text, extended };
}

/** Of everything that the policy in force was made from: its own text, and what it extends. */
export function policyDigest({ policy, text, extended }: PolicyInForce): string {
  if (!text) return "safe-default";
  if (policy.extends.length === 0) return text.digest;
  return `${text.digest}+${digestOf(policy.extends.map((name) => [name, extended[name] ?? null]))}`;
}

function parse(text: PolicyText, extended: RepoFacts["extended"]) {
  return parsePolicy(text.text, { path: text.path, extended });
}

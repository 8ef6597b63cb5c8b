import type { CheckAnnotation, CheckConclusion, CheckFacts } from "../facts/facts.js";
import type { FailureCause } from "../queue/state.js";

/**
 * Only a check that ran to its end and said no speaks about the content. CI that was cancelled, never came up or was
 * forgotten (GitHub gives up on a check after two weeks, and on a runner that it lost) broke itself; one that was
 * skipped, or wants a person, is as somebody set it up.
 *
 * GitHub also calls it `failure` when a job's runner was lost under it. What the check says of itself tells that apart
 * (`lostRunner`). Anybody who can change the workflow can make it say the same, and a change that starves the runner is
 * at fault itself, so CI's words are believed of the same members `wordsBelieved` times; then it is a failure like any other.
 */
export function causeOf(bad: readonly CheckFacts[], attempt: number): FailureCause {
  const causes = new Set(bad.map((check) => causeOfCheck(check, attempt)));
  return gravest.find((cause) => causes.has(cause)) ?? "infrastructure";
}

/** Attempts at the same members of which a runner that CI says was lost explains the failure. */
export const wordsBelieved = 3;

function causeOfCheck(check: CheckFacts, attempt: number): FailureCause {
  if (check.conclusion === null) return "infrastructure";
  const cause = causeByConclusion[check.conclusion];
  return cause === "content" && attempt <= wordsBelieved && lostRunner(check) ? "infrastructure" : cause;
}

/** Does a failed check's own account explain its failure by the runner, and by nothing in the content? */
export function lostRunner({ failed }: Pick<CheckFacts, "failed">): boolean {
  if (!failed) return false;
  const { said } = failed;
  // Unasked or unreadable: GitHub's conclusion stands, unless CI's own summary says it.
  const failures = said?.state === "read" ? said.value.filter((a) => a.level === "failure") : [];
  const explained = failures.some((a) => sayRunnerLost(a.message)) || failed.output.split("\n").some(sayRunnerLost);
  return explained && failures.every((a) => sayRunnerLost(a.message) || followsFromLoss(a));
}

/**
 * How Actions words it, as the first words of an annotation. Each with somebody who was told so; the table test has the
 * whole sentences.
 */
const runnerLostWords: readonly RegExp[] = [
  // fedimint/fedimint#6021, meshery-extensions/meshery-extensions-packages#465, ankidroid/Anki-Android-Backend#600
  /^The (self-)?hosted runner:?(?: [^\n]{1,200})? lost communication with the server\b/,
  // actions/runner#2427
  /^The runner has received a shutdown signal\b/,
  // actions/runner-images#10401
  /^The (self-)?hosted runner encountered an error while running your job\b/,
  // karmada-io/karmada#5001
  /^Received request to deprovision\b/,
  // actions/runner-images#3517
  /^An error occurred while provisioning resources \(Error Type: /,
  // actions/runner-images#2179
  /^GitHub Actions has encountered an internal error when running your job\b/,
  // spdk/spdk#3876
  /^The job was not acquired by Runner of type \S+ even after multiple attempts\b/,
  /^Internal server error\. Correlation ID: /,
  // actions/runner-images#10699: the runner's own process, not a test's
  /^System\.IO\.IOException: No space left on device : '[^']*\/_diag\//,
  // googleapis/google-cloud-java#12055; another ending names what the workflow asks for and may not have
  /^Failed to resolve action download info\.(?: Error: (?:Service Unavailable|Internal Server Error))?$/,
  // actions/checkout#814, actions/checkout#225
  /^Response status code does not indicate success: 5\d\d\b/,
  // actions/runner#2427: said beside a shutdown, and where a job's cancelling ended as a failure
  /^The operation was canceled\.$/,
];

function sayRunnerLost(text: string): boolean {
  const line = text.trim().replace(/^(?:##\[error\]|Error: )/, "");
  return runnerLostWords.some((words) => words.test(line));
}

/** Where Actions puts what it says of a job itself. */
const actionsPath = ".github";

/** A step that was killed (by signals 2, 9 and 15) says no more than that; any other exit code is the step's own answer. */
function followsFromLoss({ path, message }: CheckAnnotation): boolean {
  return path === actionsPath && /^Process completed with exit code (?:130|137|143)\.?$/.test(message.trim());
}

const causeByConclusion = {
  success: "infrastructure",
  neutral: "infrastructure",
  failure: "content",
  timed_out: "timeout",
  skipped: "policy",
  action_required: "policy",
  cancelled: "infrastructure",
  startup_failure: "infrastructure",
  stale: "infrastructure",
} as const satisfies Readonly<Record<CheckConclusion, FailureCause>>;
/** One that speaks about the content outweighs the others: a job that fails cancels its siblings. */
const gravest = ["content", "timeout", "policy", "infrastructure"] as const;

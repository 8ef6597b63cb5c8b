import { describe, expect, test } from "@jest/globals";
import { aCheck } from "../../../test/build/queue.js";
import type { CheckAnnotation, CheckFacts } from "../facts/facts.js";
import { absent, read, unreadable, type Read } from "../model/read.js";
import { causeOf, wordsBelieved } from "./cause.js";

/** What Actions said in the open, word for word, and where: https://github.com/ADDRESS. */
const lost: readonly (readonly [string, string])[] = [
  [
    "The hosted runner: GitHub Actions 9 lost communication with the server. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.",
    "fedimint/fedimint/issues/6021",
  ],
  [
    "The hosted runner lost communication with the server. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.",
    "meshery-extensions/meshery-extensions-packages/issues/465",
  ],
  [
    "The self-hosted runner lost communication with the server. Verify the machine is running and has a healthy network connection. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.",
    "ankidroid/Anki-Android-Backend/issues/600",
  ],
  [
    "The self-hosted runner: 04922ab0a5cde170c99dee4153a188a070226aa0 lost communication with the server. Verify the machine is running and has a healthy network connection. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.",
    "open-telemetry/opentelemetry-collector-contrib/issues/34000",
  ],
  [
    "The self-hosted runner: lost communication with the server. Verify the machine is running and has a healthy network connection.",
    "actions/runner/issues/2040",
  ],
  [
    "The runner has received a shutdown signal. This can happen when the runner service is stopped, or a manually started runner is canceled.",
    "actions/runner/issues/2427",
  ],
  ["##[error]The operation was canceled.", "actions/runner/issues/2427"],
  [
    "The hosted runner encountered an error while running your job. (Error Type: Disconnect).",
    "actions/runner-images/issues/10401",
  ],
  [
    "Received request to deprovision: The request was cancelled by the remote provider.",
    "karmada-io/karmada/issues/5001",
  ],
  ["An error occurred while provisioning resources (Error Type: Disconnect).", "actions/runner-images/issues/3517"],
  ["GitHub Actions has encountered an internal error when running your job.", "actions/runner-images/issues/2179"],
  ["The job was not acquired by Runner of type hosted even after multiple attempts", "spdk/spdk/issues/3876"],
  ["Internal server error. Correlation ID: 79b9a27c-24a5-41cb-b9af-7f4a788e3b2a", "spdk/spdk/issues/3876"],
  [
    "System.IO.IOException: No space left on device : '/home/runner/runners/2.319.1/_diag/Worker_20240929-071716-utc.log'\n   at System.IO.RandomAccess.WriteAtOffset(SafeFileHandle handle, ReadOnlySpan`1 buffer, Int64 fileOffset)",
    "actions/runner-images/issues/10699",
  ],
  ["Error: Failed to resolve action download info.", "googleapis/google-cloud-java/issues/12055"],
  ["Failed to resolve action download info. Error: Service Unavailable", "googleapis/google-cloud-java/issues/12055"],
  ["Response status code does not indicate success: 503 (Service Unavailable).", "actions/checkout/issues/814"],
];

const notLost: readonly string[] = [
  "Process completed with exit code 1.",
  // Killed, and nobody says why: a test may have taken all the memory.
  "Process completed with exit code 137.",
  "expected 'The runner has received a shutdown signal' to equal 'ok'",
  "No space left on device",
  // actions/runner/issues/1247: what the workflow asks for is not allowed.
  "Failed to resolve action download info. Error: Bad request - freertos/ci-cd-github-actions@main is not allowed to be used",
  // actions/runner/issues/3310: the token may not.
  "Response status code does not indicate success: 401 (Unauthorized).",
  // A step that hangs may hang because of the change.
  "The action 'Run tests' has timed out after 5 minutes.",
];

const at = (message: string, of: Partial<CheckAnnotation> = {}): CheckAnnotation => ({
  path: ".github",
  level: "failure",
  message,
  ...of,
});
function failed(said: Read<readonly CheckAnnotation[]> | undefined, output = ""): CheckFacts {
  return aCheck("failure", { failed: { id: 1, output, annotations: 1, ...(said && { said }) } });
}
const shutdown = at("The runner has received a shutdown signal. This can happen when the runner service is stopped.");

describe("what a failed check says of itself", () => {
  test.each(lost)("%s (%s)", (message) => {
    expect(causeOf([failed(read([at(message)]))], 1)).toBe("infrastructure");
    expect(causeOf([failed(absent, message)], 1)).toBe("infrastructure");
  });

  test.each(notLost)("no runner was lost: %s", (message) => {
    expect(causeOf([failed(read([at(message)]))], 1)).toBe("content");
    expect(causeOf([failed(undefined, message)], 1)).toBe("content");
  });

  const own = at("Process completed with exit code 1.");
  const killed = at("Process completed with exit code 143.");
  test.each<[string, CheckFacts, string]>([
    ["nobody asked", failed(undefined), "content"],
    ["it says nothing", failed(read([])), "content"],
    ["it could not be read", failed(unreadable("503")), "content"],
    ["a step was killed with its runner", failed(read([killed, shutdown])), "infrastructure"],
    ["a step had failed before its runner was lost", failed(read([own, shutdown])), "content"],
    ["a test had failed before", failed(read([at("1 is not 2", { path: "src/a.test.ts" }), shutdown])), "content"],
    ["a linter had warned before", failed(read([at("unused", { path: "a.ts", level: "warning" }), shutdown])), "infrastructure"], // prettier-ignore
    ["only a warning says it", failed(read([{ ...shutdown, level: "warning" }])), "content"],
    ["a file of the change is killed in words", failed(read([{ ...killed, path: "a.sh" }, shutdown])), "content"],
    ["a commit status failed", aCheck("failure", { kind: "status" }), "content"],
  ])("%s", (_, check, cause) => {
    expect(causeOf([check], 1)).toBe(cause);
  });

  test("another check that failed by itself outweighs it", () => {
    expect(causeOf([failed(read([shutdown])), aCheck("failure", { name: "lint" })], 1)).toBe("content");
    expect(causeOf([failed(read([shutdown])), aCheck("cancelled", { name: "lint" })], 1)).toBe("infrastructure");
  });

  test("it is believed of the same members so often, then it counts as what GitHub calls it", () => {
    const causes = Array.from({ length: wordsBelieved + 1 }, (_, i) => causeOf([failed(read([shutdown]))], i + 1));
    expect(causes).toEqual([...Array<string>(wordsBelieved).fill("infrastructure"), "content"]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { aCheck } from "../../../test/build/queue.js";
import type { CheckFacts } from "../facts/facts.js";
import { buildResult } from "./groups.js";

const needsTest = { required: [{ name: "ci/test", app: null }], optional: [] };
const needsNothing = { required: [], optional: ["slow"] };

describe("what CI's checks amount to", () => {
  test.each<[string, CheckFacts[], typeof needsTest | typeof needsNothing, string]>([
    ["nothing reported yet", [], needsTest, "pending"],
    ["it runs", [aCheck(null)], needsTest, "pending"],
    ["it passed", [aCheck("success")], needsTest, "passed"],
    ["neutral passes, as on GitHub", [aCheck("neutral")], needsTest, "passed"],
    ["skipped is not passed", [aCheck("skipped")], needsTest, "failed policy"],
    ["it failed", [aCheck("failure")], needsTest, "failed content"],
    [
      "another check failed that nobody requires",
      [aCheck("success"), aCheck("failure", { name: "lint" })],
      needsTest,
      "passed",
    ],
    ["only another check passed", [aCheck("success", { name: "lint" })], needsTest, "pending"],
    ["one of two still runs", [aCheck("success"), aCheck(null, { name: "lint" })], needsNothing, "pending"],
    ["all passed", [aCheck("success"), aCheck("success", { name: "lint" })], needsNothing, "passed"],
    ["one skipped, one passed", [aCheck("skipped"), aCheck("success", { name: "lint" })], needsNothing, "passed"],
    ["an optional one failed", [aCheck("success"), aCheck("failure", { name: "slow" })], needsNothing, "passed"],
    ["an optional one runs", [aCheck("success"), aCheck(null, { name: "slow" })], needsNothing, "passed"],
    ["only an optional one passed", [aCheck("success", { name: "slow" })], needsNothing, "pending"],
    ["all skipped", [aCheck("skipped")], needsNothing, "pending"],
    ["CI itself broke", [aCheck("startup_failure")], needsTest, "failed infrastructure"],
    ["its runner was forgotten", [aCheck("stale")], needsTest, "failed infrastructure"],
    ["it wants a person", [aCheck("action_required")], needsTest, "failed policy"],
    [
      "one failed, and CI cancelled the rest for it",
      [aCheck("cancelled"), aCheck("failure", { name: "lint" })],
      needsNothing,
      "failed content",
    ],
    ["it was cancelled", [aCheck("cancelled")], needsTest, "failed infrastructure"],
    ["CI's own time-out", [aCheck("timed_out")], needsTest, "failed timeout"],
    [
      "one timed out, one failed",
      [aCheck("timed_out"), aCheck("failure", { name: "lint" })],
      needsNothing,
      "failed content",
    ],
  ])("%s", (_, checks, rules, expected) => {
    const result = buildResult(checks, { ...rules, attempt: 1 });
    expect(result.kind === "failed" ? `failed ${result.cause}` : result.kind).toBe(expected);
  });

  test("a required check of another app doesn't count", () => {
    const rules = { required: [{ name: "ci/test", app: "trusted" }], optional: [], attempt: 1 };
    expect(buildResult([aCheck("success", { app: "forged" })], rules).kind).toBe("pending");
    expect(buildResult([aCheck("success", { app: "trusted" })], rules).kind).toBe("passed");
  });
});

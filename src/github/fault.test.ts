import { describe, expect, test } from "@jest/globals";
import { attempt, faultOf } from "./fault.js";

const now = 1_000_000;

function answer(status: number, headers: Readonly<Record<string, string>> = {}, message = "no"): Error {
  return Object.assign(new Error(message), { name: "HttpError", status, response: { headers } });
}

describe("what GitHub's refusals mean", () => {
  test.each<[string, Error, unknown]>([
    ["401", answer(401), { kind: "forbidden", message: "no" }],
    ["403 without a limit", answer(403), { kind: "forbidden", message: "no" }],
    [
      "403 with retry-after",
      answer(403, { "retry-after": "7" }),
      { kind: "limited", until: now + 7_000, message: "no" },
    ],
    [
      "429 with the quota used up",
      answer(429, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2000" }),
      { kind: "limited", until: 2_000_000, message: "no" },
    ],
    [
      "a secondary limit that names no time",
      answer(403, {}, "You have exceeded a secondary rate limit"),
      { kind: "limited", until: now + 60_000, message: "You have exceeded a secondary rate limit" },
    ],
    ["404", answer(404), { kind: "not-found" }],
    ["405: the base was modified", answer(405), { kind: "conflict", message: "no" }],
    ["422", answer(422), { kind: "invalid", message: "no" }],
    ["502", answer(502), { kind: "unavailable", message: "no" }],
    [
      "a time-out",
      Object.assign(new Error("late"), { name: "TimeoutError" }),
      { kind: "unavailable", message: "late" },
    ],
  ])("%s", (_, error, fault) => {
    expect(faultOf(error, now)).toEqual(fault);
  });

  test("a bug of ours is no fault of GitHub's", async () => {
    expect(faultOf(new TypeError("x is undefined"), now)).toBeNull();
    await expect(
      attempt(
        async () => await Promise.reject(new TypeError("bug")),
        () => now,
      ),
    ).rejects.toThrow("bug");
  });
});

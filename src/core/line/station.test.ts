import { expect, test } from "@jest/globals";
import { aPull, aReview, commit } from "../../../test/build/facts.js";
import { prNumber } from "../model/ids.js";
import { read, unreadable } from "../model/read.js";
import { safeDefault } from "../policy/defaults.js";
import type { UnitState } from "../queue/state.js";
import { stationOf } from "./station.js";

const check = { name: "ci", app: null, kind: "check", url: null, startedAt: null, completedAt: null } as const;
const proposed: UnitState["place"] = { kind: "proposed" };

test.each([
  ["a draft", aPull({ draft: true }), proposed, "authoring"],
  ["one whose checks run", aPull({ checks: read([{ ...check, conclusion: null }]) }), proposed, "ci"],
  ["one whose checks are done", aPull({ checks: read([{ ...check, conclusion: "success" }]) }), proposed, "review"],
  ["one that somebody approved", aPull({ reviews: read([aReview("ben")]) }), proposed, "approval"],
  [
    "one that somebody approved and somebody else did not",
    aPull({ reviews: read([aReview("ben"), aReview("cat", { id: 2, state: "changes-requested" })]) }),
    proposed,
    "review",
  ],
  [
    "one whose approval is void",
    aPull({ reviews: read([aReview("ben", { diffDigest: "d0", headSha: commit(9) })]) }),
    proposed,
    "review",
  ],
  ["one whose checks nobody can read", aPull({ checks: unreadable("503") }), proposed, null],
  ["one whose reviews nobody can read", aPull({ reviews: unreadable("503") }), proposed, null],
  ["one in the queue", aPull(), { kind: "queued", at: 0, by: null, hotfix: false, moved: "judged" }, "queue"],
  ["one that landed", aPull(), { kind: "landed", at: 0, sha: commit(2), moved: "auto", told: true }, "deploy"],
  [
    "one that was sent back",
    aPull(),
    { kind: "ejected", at: 0, headSha: commit(1), why: { kind: "conflict", group: "g", with: [prNumber(2)] } },
    "authoring",
  ],
] as const)("%s waits where it says", (_, pull, place, expected) => {
  expect(stationOf(pull, { place, policy: safeDefault })).toBe(expected);
});

import { expect, test } from "@jest/globals";
import { aPull, commit } from "../../../test/build/facts.js";
import { prNumber } from "../model/ids.js";
import { read } from "../model/read.js";
import type { UnitState } from "../queue/state.js";
import { stationOf } from "./station.js";

const check = { name: "ci", app: null, kind: "check", url: null, startedAt: null, completedAt: null } as const;
const proposed: UnitState["place"] = { kind: "proposed" };

test.each([
  ["a draft", aPull({ draft: true }), proposed, "authoring"],
  ["one whose checks run", aPull({ checks: read([{ ...check, conclusion: null }]) }), proposed, "ci"],
  ["one whose checks are done", aPull({ checks: read([{ ...check, conclusion: "success" }]) }), proposed, "review"],
  ["one in the queue", aPull(), { kind: "queued", at: 0, by: null, hotfix: false, moved: "judged" }, "queue"],
  ["one that landed", aPull(), { kind: "landed", at: 0, sha: commit(2), moved: "auto", told: true }, "deploy"],
  [
    "one that was sent back",
    aPull(),
    { kind: "ejected", at: 0, headSha: commit(1), why: { kind: "conflict", group: "g", with: [prNumber(2)] } },
    "authoring",
  ],
] as const)("%s waits where it says", (_, pull, place, expected) => {
  expect(stationOf(pull, { place: place })).toBe(expected);
});

import { expect, test } from "@jest/globals";
import { commit } from "../../test/build/facts.js";
import { prNumber } from "../core/model/ids.js";
import { mergeMessage } from "./landing.js";

test.each<[string, string]>([
  ["Add a page", "Add a page"],
  ["Tidy [skip ci]", "Tidy (skip ci)"],
  ["[CI SKIP] Tidy [no ci]", "(CI SKIP) Tidy (no ci)"],
  ["Two\nskip-checks: true", "Two skip-checks: true"],
])("the title %j can't keep CI from starting", (title, said) => {
  const member = { number: prNumber(7), headSha: commit(1), title, headRef: "topic" };
  expect(mergeMessage(member, { attempt: 1 })).toBe(`Merge pull request #7 from topic\n\n${said}`);
});

test("a later attempt makes another commit, so that CI runs again", () => {
  const member = { number: prNumber(7), headSha: commit(1), title: "Add a thing", headRef: "topic" };
  expect(mergeMessage(member, { attempt: 2 })).toBe("Merge pull request #7 from topic\n\nAdd a thing\n\nAttempt 2");
});

test("a merge that no CI saw says of what it is composed", () => {
  const member = { number: prNumber(7), headSha: commit(1), title: "Add a thing", headRef: "topic" };
  expect(mergeMessage(member, { parts: ["g1", "g3"] })).toBe(
    "Merge pull request #7 from topic\n\nAdd a thing\n\nComposed of parts that were each tested: g1, g3",
  );
});

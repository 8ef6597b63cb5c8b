import { expect, test } from "@jest/globals";
import { revertsNamed } from "./reverts.js";

test.each<[string, string, string, number[]]>([
  ["GitHub's button", 'Revert "Add x"', "Reverts acme/shop#12", [12]],
  ["words", "Undo it", "This reverts #7, see the incident", [7]],
  ["a pull request in words", "Undo it", "reverts pull request #7", [7]],
  ["in the title", "Revert #3: too slow", "", [3]],
  ["a mention is no revert", "Fix", "Follows #3", []],
  ["a title that only speaks of reverting", "Add revert button (#9)", "", []],
])("%s", (_, title, body, numbers) => {
  expect(revertsNamed({ title, body })).toEqual(numbers);
});

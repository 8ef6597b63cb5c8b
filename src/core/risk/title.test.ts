import { describe, expect, test } from "@jest/globals";
import { titleFacts, titleSimilarity } from "./title.js";

describe("titles", () => {
  test.each([
    ['Revert "feat: add a queue (#12)" (#13)', { undoes: true, relands: false }],
    ["[cli] Revert replace update-notifier", { undoes: true, relands: false }],
    ['Revert "Revert "feat: add a queue""', { undoes: false, relands: true }],
    ["Reland the queue", { undoes: false, relands: true }],
    ["fix: do not revert the transaction on timeout", { undoes: false, relands: false }],
  ])("%s", (title, expected) => {
    expect(titleFacts(title)).toMatchObject(expected);
  });

  test.each([
    ["feat(cli): add x", "feat(cli)"],
    ["[ET-VK] new op", "et-vk"],
    ["Arm backend: add pass", "arm backend"],
    ["Add x: y", "add x"],
    ["just words", ""],
    ["", ""],
  ])("the tag of %s", (title, tag) => {
    expect(titleFacts(title).tag).toBe(tag);
  });

  test("a title says several things", () => {
    expect([...titleFacts("fix: enable the default cache").intents].sort()).toEqual(["enable", "fix", "optimise"]);
  });

  test("a revert resembles what it takes out", () => {
    const words = (title: string) => titleFacts(title).words;
    expect(titleSimilarity(words("Add a merge queue"), new Set(words("Reland: add a merge queue")))).toBe(0.75);
    expect(titleSimilarity(words("Add a merge queue"), new Set(words("")))).toBe(0);
  });
});

import { describe, expect, test } from "@jest/globals";
import { aPull } from "../../../test/build/facts.js";
import { dependencyUpdate, levelOf, worstLevel } from "./update.js";

const bot = { login: "dependabot[bot]", kind: "bot" as const };

describe("updates of dependencies", () => {
  test.each<[string, string, string, string]>([
    // title, body, names, level
    ["Bump left-pad from 1.3.0 to 1.3.1", "", "left-pad", "patch"],
    ["build(deps): bump @types/node from 20.1.0 to 20.2.0 in /web", "", "@types/node", "minor"],
    ["Bump actions/checkout from 3 to 4", "", "actions/checkout", "major"],
    ["Update rails requirement from ~> 7.0 to ~> 8.0", "", "", "unknown"],
    [
      "chore(deps): update dependency eslint to v9",
      "| [eslint](https://x) | [`8.1.0` -> `9.0.0`](https://y) |",
      "eslint",
      "major",
    ],
    [
      "fix(deps): update dependency zod to v4.1.2",
      "| zod | dependencies | patch | `4.1.1` -> `4.1.2` |",
      "zod",
      "patch",
    ],
    ["chore(deps): update dependency eslint to v9", "", "eslint", "unknown"],
    [
      "Bump the all group with 2 updates",
      "Bumps the all group.\n\nUpdates `a` from 1.0.0 to 1.0.1\nUpdates `b` from 1.0.0 to 2.0.0\n",
      "a b",
      "major",
    ],
    ["Update node Docker digest to abc1234", "| node | digest | `1234abc` -> `abc1234` |", "node", "digest"],
  ])("%s", (title, body, names, level) => {
    const update = dependencyUpdate(aPull({ title, body, author: bot }));
    if (names === "") {
      expect(update === null || worstLevel(update) === "unknown").toBe(true);
      return;
    }
    expect(update?.items.map((i) => i.name).join(" ")).toBe(names);
    expect(update && worstLevel(update)).toBe(level);
  });

  test.each([
    ["a person's title", { title: "Bump left-pad from 1.3.0 to 1.3.1" }],
    ["a bot's other work", { title: "Translate the menu", author: bot }],
    ["an update only in the body", { title: "Translate", body: "Updates `a` from 1.0.0 to 1.0.1", author: bot }],
  ])("%s is none", (_what, pull) => {
    expect(dependencyUpdate(aPull(pull))).toBeNull();
  });

  test.each<[string, string, string]>([
    ["1.2.3", "1.2.4", "patch"],
    ["v1.2.3", "v1.3.0", "minor"],
    ["0.2.3", "0.3.0", "major"],
    ["1.2.3", "2.0.0-rc.1", "unknown"],
    ["latest", "1.0.0", "unknown"],
  ])("%s to %s is %s", (from, to, level) => {
    expect(levelOf({ name: "x", from, to })).toBe(level);
  });
});

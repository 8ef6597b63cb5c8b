import { describe, expect, test } from "@jest/globals";
import { parsePolicy } from "./parse.js";
import { formatProblem } from "./problem.js";

function problems(text: string): string[] {
  return parsePolicy(text, { path: "p.yml", extended: {} }).problems.map(formatProblem);
}

describe("problems of a policy", () => {
  test.each<[string, string, string[]]>([
    ["an unknown key", "rulez: []", ["p.yml:1:1: there is no `rulez`\n    did you mean `rules`?"]],
    [
      "an unknown condition",
      "rules:\n  - name: a\n    when: { pathes: src }",
      ["p.yml:3:13: `when`: there is no `pathes`\n    did you mean `paths`?"],
    ],
    [
      "a wrong word",
      "rules:\n  - name: a\n    then: autos",
      ["p.yml:3:11: `then`: `autos` is not a word for this\n    did you mean `auto`?"],
    ],
    ["a missing name", "rules:\n  - then: review", ["p.yml:2:5: `name`: is missing"]],
    ["a wrong type", "rules: yes", ["p.yml:1:8: `rules`: wants a list, not `yes`"]],
    [
      "nobody",
      "always: { from: boss }",
      [
        "p.yml:1:17: `from`: `boss` is nobody\n    write @login, @org/team, or one of read, triage, write, maintain, admin, human, bot, agent, outsider, owners, author",
      ],
    ],
    [
      "an automatic rule that nobody answers for",
      "rules:\n  - { name: a, then: auto, downgrade: review }",
      [
        "p.yml:2:5: `a` moves changes by itself and has no `owner`\n    say who answers for it: @login or @org/team, here or once under `automatic`",
        "p.yml:2:5: `a` moves changes by itself and has no `trips`\n    say what stops it: { reverts: 2, days: 30 }, here or once under `automatic`",
      ],
    ],
    [
      "a pack that isn't there",
      "extends: defaults",
      ["p.yml:1:10: there is no `defaults` to extend\n    a shipped pack's name, or OWNER/.github"],
    ],
  ])("%s", (_what, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test("an empty policy is one", () => {
    expect(parsePolicy("", { path: "p.yml", extended: {} }).policy).not.toBeNull();
  });
});

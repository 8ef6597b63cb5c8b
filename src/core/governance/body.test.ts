import { describe, expect, test } from "@jest/globals";
import { dependsOn, linksIssue, sectionNamed } from "./body.js";

describe("a description", () => {
  test.each<[string, string, string | null]>([
    ["says something", "## Rollback plan\n\nRestore it.\n\n## Next", "Restore it."],
    ["in a list", "# Rollback plan:\n- one\n- two", "one\ntwo"],
    ["with parts below", "## Rollback plan\n### First\nStop.\n## Other\nNo.", "First\nStop."],
    ["in capitals, underlined", "ROLLBACK PLAN\n---\nRestore.", "Restore."],
    ["nothing but a hint", "## Rollback plan\n<!-- how do we go back? -->\n\n## Next\nx", ""],
    ["only in code", "```\n## Rollback plan\nRestore\n```", null],
    ["no such heading", "Rollback plan: restore", null],
  ])("%s", (_what, body, expected) => {
    expect(sectionNamed(body, "Rollback plan")).toBe(expected);
  });

  test.each<[string, boolean]>([
    ["Fixes #12", true],
    ["See acme/shop#12.", true],
    ["https://github.com/acme/shop/issues/12", true],
    ["[the issue](https://github.com/acme/shop/issues/12)", true],
    ["PROJ-77", true],
    ["<!-- Fixes #12 -->", false],
    ["Depends-On: #12", false],
    ["Depends-On: #12\nFixes #13", true],
    ["nothing", false],
    ["version 1.2.3, UTF-8x", false],
  ])("%s links an issue: %s", (body, expected) => {
    expect(linksIssue(body)).toBe(expected);
  });

  test("names what it depends on", () => {
    expect(dependsOn("Depends-On: #12, acme/lib#3\ndepends on nothing\n")).toEqual(["#12", "acme/lib#3"]);
  });
});

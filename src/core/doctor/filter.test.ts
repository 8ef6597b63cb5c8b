import { describe, expect, test } from "@jest/globals";
import { matchesFilter, selects } from "./filter.js";

describe("filter patterns of workflow triggers", () => {
  test.each([
    ["drumline/**", "drumline/main/0", true],
    ["drumline/*", "drumline/main/0", false],
    ["drumline/*/*", "drumline/main/0", true],
    ["**", "drumline/main/0", true],
    ["*", "drumline/main/0", false],
    ["*", "main", true],
    ["mai?n", "man", true],
    ["mai?n", "main", true],
    ["v[0-9]+", "v2026", true],
    ["v[0-9]+", "v", false],
    ["release-[a-c].x", "release-d.x", false],
    ["a\\*", "a*", true],
    ["drumline/**", "drumline-staging/main/0", false],
    ["drumline**", "drumline-staging/main/0", true],
  ])("%s on %s: %s", (pattern, name, matches) => {
    expect(matchesFilter(pattern, name)).toBe(matches);
  });

  test("the last pattern that matches decides", () => {
    expect(selects(["**", "!drumline/**"], "drumline/main/0")).toBe(false);
    expect(selects(["!drumline/**", "**"], "drumline/main/0")).toBe(true);
    expect(selects(["main"], "drumline/main/0")).toBe(false);
  });

  test("a pattern made to backtrack ends at once", () => {
    expect(matchesFilter("**a".repeat(200), "a".repeat(5_000) + "b")).toBe(false);
  });
});

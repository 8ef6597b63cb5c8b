import { describe, expect, test } from "@jest/globals";
import { differences } from "./differences.js";

describe("differences", () => {
  test.each([
    ["the same", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ["keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ["a value", { a: { b: 1 } }, { a: { b: 2 } }, ["a.b"]],
    ["an item more", { a: [1] }, { a: [1, 2] }, ["a[1]"]],
    ["items in another order", [1, 2], [2, 1], ["[0]", "[1]"]],
    ["a key less", { a: 1, b: null }, { a: 1 }, ["b"]],
    ["a list for an object", { a: [] }, { a: {} }, ["a"]],
    ["nothing for something", null, { a: 1 }, ["(all)"]],
  ])("%s", (_what, recorded, recomputed, paths) => {
    expect(differences(recorded, recomputed).map((d) => d.path)).toEqual(paths);
  });
});

import { describe, expect, test } from "@jest/globals";
import type { Fragment } from "../sides.js";
import { jsonEntries, yamlEntries } from "./outline.js";
import type { Entry } from "./outline.js";

const fragment = (text: string): Fragment =>
  text.split("\n").map((line, i) => ({ text: line, number: i + 10, changed: line.includes("new") }));
const shown = (entries: readonly Entry[]) =>
  entries.filter((e) => e.value !== null).map((e) => `${e.line} ${e.keys.join(".")} = ${e.value}`);

describe("yamlEntries", () => {
  test.each([
    ["a whole document", "on:\n  push:\n    branches: [main]", ["12 on.push.branches.[] = main"]],
    [
      "a fragment that returns to outer levels",
      "      image: a\n  other:\n    x: 1\nlast: 2",
      ["10 ?.?.image = a", "12 ?.other.x = 1", "13 last = 2"],
    ],
    [
      "the rest of a list item, then the next item",
      "    run: a\n  - name: b\n    run: c",
      ["10 [].run = a", "11 [].name = b", "12 [].run = c"],
    ],
    ["a list at its key's indentation", "- a\n- b\nkey: c", ["10 ?.[] = a", "11 ?.[] = b", "12 key = c"]],
    ["comments and quotes", "# a: 1\n\"b\": 'x # y' # z", ["11 b = x # y"]],
    ["several documents", "a: 1\n---\na: 2", ["10 a = 1", "12 a = 2"]],
  ])("%s", (_, text, expected) => {
    expect(shown(yamlEntries(fragment(text)))).toEqual(expected);
  });

  test("a block scalar knows its last row", () => {
    const [run] = yamlEntries(fragment("run: |\n  a\n  new\nname: b"));
    expect(run).toMatchObject({ value: "a\nnew\n", row: 0, endRow: 2, changed: true });
  });
});

describe("jsonEntries", () => {
  test.each([
    ["a whole document", '{\n  "a": {"b": [1, "x"]}\n}', ["11 a.b.[] = 1", "11 a.b.[] = x"]],
    [
      "a fragment that closes what it did not open",
      '    "x": "1",\n    "y": "2"\n  },\n  "scripts": {\n    "z": "3"',
      ["10 ?.x = 1", "11 ?.y = 2", "14 scripts.z = 3"],
    ],
    ["pairs alone", '"a": 1,\n"b": "}"', ["10 a = 1", "11 b = }"]],
    ["items of a list, then a key", '  "a",\n  "b"\n ],\n "c": 1', ["10 ?.[] = a", "11 ?.[] = b", "13 c = 1"]],
  ])("%s", (_, text, expected) => {
    expect(shown(jsonEntries(fragment(text)))).toEqual(expected);
  });
});

import { describe, expect, test } from "@jest/globals";
import { readFile } from "../../../../test/build/edits.js";
import { sidesOf } from "../sides.js";
import { addressOf, everyBlock, terraformBlocks } from "./terraform.js";
import type { Block } from "./terraform.js";

function shown(blocks: readonly Block[]): string[] {
  return [...everyBlock(blocks)].map(
    ([b, around]) =>
      `${[...around, b].map(addressOf).join(" > ")}: ${b.attributes.map((a) => `${a.name}=${a.value}`).join(", ")}`,
  );
}
const after = (before: string, text: string) =>
  sidesOf(readFile({ path: "a.tf", before, after: text })).after.flatMap((f) => terraformBlocks(f));

describe("terraformBlocks", () => {
  test("nested blocks and attributes of a whole file", () => {
    const text =
      'resource "a" "b" {\n  x = "1" # y\n  lifecycle {\n    prevent_destroy = true\n  }\n}\nmodule "m" { source = "./m" }\n';
    expect(shown(after("", text))).toEqual([
      'a.b: x="1"',
      "a.b > lifecycle: prevent_destroy=true",
      'module.m: source="./m"',
    ]);
  });

  test("a hunk in the middle of a block takes its title from the hunk's header", () => {
    const body = "  a = 1\n  b = 2\n  c = 3\n  d = 4\n  e = 5\n  f = 6\n  g = 7\n";
    const text = `resource "a" "b" {\n${body}}\n`;
    expect(shown(after(text, text.replace("e = 5", "e = 9")))).toEqual(["a.b: b=2, c=3, d=4, e=9, f=6, g=7"]);
  });

  test("the end of one block and the beginning of the next", () => {
    const tail =
      'resource "a" "b" {\n  a = 1\n  b = 2\n  c = 3\n  d = 4\n  lifecycle {\n    x = true\n  }\n}\n\nresource "c" "d" {\n  a = 1\n  b = 2\n  c = 3\n  d = 4\n}\n';
    const found = after(tail, tail.replace("x = true", "x = false"));
    expect(shown(found)).toEqual(["a.b: c=3, d=4", "a.b > lifecycle: x=false"]);
  });
});

import { describe, expect, test } from "@jest/globals";
import { captures } from "./grammars.js";

describe("grammars", () => {
  test.each([
    ["tsx", "export function a() {}", "(function_declaration name: (identifier) @n)", "a"],
    ["python", "def a():\n  pass", "(function_definition name: (identifier) @n)", "a"],
    ["go", "package p\nfunc A() {}", "(function_declaration name: (identifier) @n)", "A"],
    ["java", "class A { int b() { return 1; } }", "(method_declaration name: (identifier) @n)", "b"],
    ["rust", "pub fn a() {}", "(function_item name: (identifier) @n)", "a"],
    ["ruby", "def a\nend", "(method name: (identifier) @n)", "a"],
    ["bash", "rm -rf /", "(command name: (command_name) @n)", "rm"],
    ["terraform", 'resource "a" "b" {}', "(block (identifier) @n)", "resource"],
  ] as const)("%s is read", (grammar, text, query, name) => {
    expect(captures(grammar, text, query).map((c) => c.text)).toEqual([name]);
  });

  test("a broken fragment is read as far as it goes", () => {
    const found = captures("go", "}\n\nfunc A() {\n  x := (", "(function_declaration name: (identifier) @n)");
    expect(found.map((c) => [c.text, c.row])).toEqual([["A", 2]]);
  });
});

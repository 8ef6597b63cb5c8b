import { describe, expect, test } from "@jest/globals";
import type { Fragment } from "../sides.js";
import { mask } from "./mask.js";

const fragment = (text: string): Fragment =>
  text.split("\n").map((line, i) => ({ text: line, number: i + 1, changed: true }));

describe("mask", () => {
  test.each([
    ["a.ts", 'a("b // c") // d', 'a("      ")', 'a("b // c")'],
    ["a.ts", "x /* y\nz */ w", "x\n     w", "x\n     w"],
    ["a.ts", " * rm(x)\n */ y", "\n", "\n"],
    ["a.ts", "`a\nrm(x)` + b", "`\n     ` + b", "`a\nrm(x)` + b"],
    ["a.ts", 'see("http://x")', 'see("        ")', 'see("http://x")'],
    ["a.py", '"""doc\nrm(x)\n"""\nrun()', '"""\n\n"""\nrun()', '"""doc\nrm(x)\n"""\nrun()'],
    ["a.py", "x = 'it''s' # no", "x = '  '' '", "x = 'it''s'"],
    ["a.rs", "fn a<'a>() {} // 'b", "fn a<'a>() {}", "fn a<'a>() {}"],
    ["a.sh", "echo $# ${a#b} # c", "echo $# ${a#b}", "echo $# ${a#b}"],
    ["a.tf", 'a = "x#y" // z', 'a = "   "', 'a = "x#y"'],
    ["a.go", 's := "it\'s" // x', 's := "    "', 's := "it\'s"'],
  ])("%s: %s", (path, text, code, uncommented) => {
    const masked = mask(fragment(text), path);
    const trimmed = (lines: readonly string[]) => lines.map((l) => l.trimEnd()).join("\n");
    expect(trimmed(masked.code)).toBe(code);
    expect(trimmed(masked.uncommented)).toBe(uncommented);
  });
});

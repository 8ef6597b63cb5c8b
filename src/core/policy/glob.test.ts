import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import picomatch from "picomatch";
import { globMatches, parseGlob } from "./glob.js";
import { policyLimits } from "./limits.js";

function matches(pattern: string, path: string): boolean {
  const glob = parseGlob(pattern);
  if ("error" in glob) throw new Error(glob.error);
  return globMatches(glob, path);
}

describe("globs", () => {
  test.each<[string, string[], string[]]>([
    ["*.md", ["a.md", "docs/x/a.md", ".github/a.md"], ["a.mdx", "md"]],
    ["/*.md", ["a.md"], ["docs/a.md"]],
    ["docs/", ["docs/a", "docs/b/c", "x/docs/a"], ["docs", "adocs/a"]],
    ["/docs/", ["docs/a", "docs/b/c"], ["x/docs/a"]],
    ["docs/**", ["docs/a", "docs/b/c"], ["docs", "x/docs/a"]],
    ["docs/*", ["docs/a"], ["docs/b/c"]],
    ["src", ["src", "src/a", "x/src/a/b"], ["srcs/a"]],
    ["src/api", ["src/api", "src/api/a"], ["x/src/api"]],
    ["**/a.ts", ["a.ts", "x/a.ts", "x/y/a.ts"], ["ba.ts"]],
    ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "b"]],
    ["*.{ts,js}", ["a.ts", "b.js"], ["a.tsx"]],
    ["{a,b}/{c,d}.md", ["a/c.md", "b/d.md"], ["a/e.md"]],
    ["a[0-9]?.txt", ["a1x.txt"], ["ax1.txt", "a12.txtx"]],
    ["a[!0-9]", ["ab"], ["a1"]],
    ["**", ["a", "a/b"], []],
    ["*", ["a", "a/b"], []],
  ])("%s", (pattern, yes, no) => {
    expect(yes.filter((path) => !matches(pattern, path))).toEqual([]);
    expect(no.filter((path) => matches(pattern, path))).toEqual([]);
  });

  test.each([
    ["x".repeat(policyLimits.patternLength + 1), "patternLength"],
    ["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}", "globAlternatives"],
    ["{".repeat(50) + "a,b" + "}".repeat(50) + "{a,b,c,d,e,f,g,h}{a,b,c,d,e,f,g,h}{a,b}", "globAlternatives"],
    ["!docs", "none:"],
  ])("a hostile or wrong one is refused by name", (pattern, limit) => {
    expect(parseGlob(pattern)).toEqual({ error: expect.stringContaining(limit) });
  });

  test("agree with picomatch on rooted patterns", () => {
    const segment = fc.stringMatching(/^[ab*?]{1,4}$/).filter((s) => !s.includes("**"));
    const pattern = fc.array(fc.oneof(segment, fc.constant("**")), { minLength: 2, maxLength: 4 });
    const path = fc.array(
      fc.stringMatching(/^[ab.]{1,3}$/).filter((s) => !/^\.+$/.test(s)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(pattern, path, (parts, names) => {
        // Ours also takes what lies below a plainly named folder; there is no such name here.
        const last = parts.at(-1) ?? "";
        fc.pre(/[*?]/.test(last) && last !== "**");
        const expected = picomatch.isMatch(names.join("/"), parts.join("/"), { dot: true });
        expect(matches(`/${parts.join("/")}`, names.join("/"))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("take time in proportion, whatever the stars", () => {
    const started = performance.now();
    expect(matches(`/${"*a".repeat(200)}b`, "a".repeat(4000))).toBe(false);
    expect(matches(`/${"**/".repeat(100)}b`, "a/".repeat(2000) + "a")).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { codeownersBytes, ownersOf, parseCodeowners } from "./codeowners.js";

const me = "@me";

/** Pattern, paths it owns, paths it does not. Kinds of cases as in hmarr/codeowners and GitHub's documentation. */
const patterns: ReadonlyArray<readonly [string, readonly string[], readonly string[]]> = [
  ["*", ["a", "a/b", "a/b.c/d"], []],
  ["**", ["a", "a/b"], []],
  ["/", [], ["a", "a/b"]],
  ["foo", ["foo", "foo/bar", "bar/foo", "bar/foo/baz"], ["foo.txt", "bar/foo.txt", "Foo", "xfoo"]],
  ["/foo", ["foo", "foo/bar", "foo/bar/baz"], ["fool.txt", "bar/foo", "bar/foo/baz"]],
  ["foo/", ["foo/bar", "foo/bar/baz", "bar/foo/baz/qux"], ["foo", "bar/foo", "bar/baz"]],
  ["/foo/", ["foo/bar", "foo/bar/baz"], ["foo", "bar/foo/baz"]],
  ["foo/bar", ["foo/bar", "foo/bar/baz"], ["foo/bart", "baz/foo/bar", "baz/foo/bar/qux"]],
  ["foo/bar/", ["foo/bar/baz"], ["foo/bar", "foo/bart", "baz/foo/bar/qux"]],
  ["f*", ["foo", "foo/bar", "bar/foo/baz"], ["bar/baz", "xfoo"]],
  ["/*", ["foo", "bar"], ["foo/bar", "foo/bar/baz"]],
  ["/f*", ["foo", "foo/bar/baz"], ["bar/foo", "xfoo"]],
  ["f*/", ["foo/bar", "bar/foo/baz"], ["foo", "bar/foo"]],
  ["/*/", ["foo/bar", "bar/foo/baz"], ["foo"]],
  ["/f*/", ["foo/bar"], ["foo", "bar/foo", "bar/foo/baz"]],
  ["f\\*o", ["f*o"], ["foo"]],
  ["f\\?o", ["f?o"], ["foo"]],
  ["f?o", ["foo", "a/fXo/b"], ["fo", "fooo", "f/o"]],
  ["docs/*", ["docs/getting-started.md"], ["docs", "docs/build-app/troubleshooting.md", "x/docs/a"]],
  ["docs/b*", ["docs/build", "docs/build-app/troubleshooting.md"], ["docs/a", "x/docs/b"]],
  ["foo/*.txt", ["foo/bar.txt"], ["foo/bar/baz.txt", "qux/foo/bar.txt"]],
  ["foo/*/baz", ["foo/bar/baz", "foo/bar/baz/qux"], ["foo/baz", "foo/bar"]],
  ["*.js", ["a.js", "x/y/a.js", "dir.js/file"], ["a.jsx", "a.js.map"]],
  ["apps/", ["apps/a", "x/apps/a/b"], ["apps"]],
  ["**/logs", ["logs", "build/logs", "scripts/logs/a", "a/b/logs/c/d"], ["logs2", "a/xlogs"]],
  ["**/foo/bar", ["foo/bar", "qux/foo/bar", "qux/foo/bar/baz"], ["foo/baz/bar", "qux/foo/baz/bar"]],
  ["**/*bar*", ["bar", "foo/rebar", "foo/qux/bar", "foo/barrio/x"], ["foo/ba"]],
  ["foo/bar/**", ["foo/bar/baz", "foo/bar/baz/qux"], ["foo/bar", "qux/foo/bar/baz"]],
  ["foo/**/bar", ["foo/bar", "foo/bar/baz", "foo/q/bar", "foo/q/r/bar/s"], ["qux/foo/bar", "foo/barn"]],
  ["foo/**/", ["foo/bar", "foo/bar/baz"], ["foo"]],
  ["foo/**/bar/b*", ["foo/bar/baz", "foo/qux/bar/baz"], ["foo/bar", "foo/bar/qux", "foo/qux/bar/qux"]],
  ["foo/**/*", ["foo/a", "foo/a/b"], ["foo", "x/foo/a"]],
  ["/**/x.go", ["x.go", "a/b/x.go"], ["a/yx.go"]],
  ["my\\ dir/", ["my dir/a"], ["my", "dir/a"]],
  ["/app/(group)/@slot/é+.tsx", ["app/(group)/@slot/é+.tsx"], ["app/group"]],
];

describe("patterns", () => {
  test.each(patterns)("%s", (pattern, yes, no) => {
    const file = parseCodeowners(`${pattern} ${me}`);
    expect(file.errors).toEqual([]);
    for (const path of yes) expect([path, ownersOf(file, path)]).toEqual([path, [me]]);
    for (const path of no) expect([path, ownersOf(file, path)]).toEqual([path, []]);
  });
});

describe("lines", () => {
  test("the last match wins, one set of owners a file, none clears", () => {
    const file = parseCodeowners(
      "* @all\n/apps/ @octocat @org/apps dev@example.com\n/apps/github\n/apps/github/x @x\n",
    );
    expect(ownersOf(file, "README")).toEqual(["@all"]);
    expect(ownersOf(file, "apps/a")).toEqual(["@octocat", "@org/apps", "dev@example.com"]);
    expect(ownersOf(file, "apps/github")).toEqual([]);
    expect(ownersOf(file, "apps/github/x")).toEqual(["@x"]);
  });

  test("comments, blanks, tabs, carriage returns and a byte order mark", () => {
    const file = parseCodeowners("\ufeff# c\r\n\r\n   # d\n\t*.md\t@a  @b # why\r\n*.go @c#no blank\n");
    expect(file.errors).toEqual([]);
    expect(file.rules).toEqual([
      { line: 4, pattern: "*.md", owners: ["@a", "@b"] },
      { line: 5, pattern: "*.go", owners: ["@c"] },
    ]);
  });

  test.each([
    ["!foo @a", 1],
    ["a[bc] @a", 2],
    ["\\#x @a", 1],
    ["***/x @a", 1],
    ["x\\", 2],
    ["*.txt docs@", 7],
    ["*.txt @a nobody", 10],
    ["*.txt @a @b/c/d", 10],
    ["  *.txt @", 9],
  ])("%s is an error and the line counts for nothing", (line, column) => {
    const file = parseCodeowners(`* @before\n${line}\n`);
    expect(file.errors).toMatchObject([{ line: 2, column }]);
    expect(ownersOf(file, "a.txt")).toEqual(["@before"]);
  });

  test("a file of 3 MB is not loaded, one byte less is", () => {
    const rule = "* @a\n";
    expect(parseCodeowners(rule + "#".repeat(codeownersBytes - rule.length)).errors).toHaveLength(1);
    expect(ownersOf(parseCodeowners(rule + "#".repeat(codeownersBytes - rule.length - 1)), "x")).toEqual(["@a"]);
  });
});

describe("cost", () => {
  test("a hostile pattern does not explode", () => {
    const file = parseCodeowners(`${"**/a*".repeat(200)}b @a\n${"*a".repeat(500)}b @a\n`);
    const started = performance.now();
    expect(ownersOf(file, `${"a".repeat(2000)}/`.repeat(20))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("any text is read without a throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 50 }), (text, path) => {
        expect(Array.isArray(ownersOf(parseCodeowners(text), path))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

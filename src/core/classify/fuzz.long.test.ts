import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { classifiedDiff } from "../../../test/build/classified.js";
import { ownersOf, parseCodeowners } from "../policy/codeowners.js";
import { diffLimits } from "./diff.js";

/** Inputs in the long run, over all properties. */
const runs = { pieces: 60_000, mutated: 30_000, junk: 10_000, owners: 20_000 };

const paths = fc.constantFrom(
  "db/migrations/1_x.sql",
  "db/migrate/20240101_x.rb",
  "app/migrations/0002_x.py",
  "migrations/20240101_x.ts",
  ".github/workflows/ci.yml",
  "api/openapi.yaml",
  "schema.graphql",
  "a.proto",
  "main.tf",
  "package.json",
  "src/a.ts",
  "CODEOWNERS",
  "k8s/a.yaml",
);
const header = paths.map((p) => `diff --git a/${p} b/${p}\nindex 1111111..2222222 100644\n--- a/${p}\n+++ b/${p}`);
const content = fc.oneof(
  fc.constantFrom(
    "DROP TABLE x;",
    "ALTER TABLE t DROP COLUMN a,",
    "  remove_column :a, :b",
    "migrations.RunSQL(",
    "op.execute('",
    "{{{{",
    "&a [*a, *a]",
    "$$",
    "/*",
    "'",
    '"""',
    "on: pull_request_target",
    "message M {",
    "type Q {",
  ),
  fc.string({ unit: "binary", maxLength: 60 }).map((s) => s.replaceAll("\n", " ")),
);
const marked = fc.tuple(fc.constantFrom("+", "-", " "), content).map(([mark, text]) => mark + text);
const hunk = fc.tuple(fc.array(marked, { minLength: 1, maxLength: 12 }), fc.boolean()).map(([lines, honest]) => {
  const count = (marks: string) => lines.filter((l) => marks.includes(l.slice(0, 1))).length;
  const extra = honest ? 0 : 3;
  return [`@@ -1,${count("- ")} +1,${count("+ ") + extra} @@`, ...lines].join("\n");
});
const diff = fc.array(fc.oneof(header, hunk, content), { maxLength: 8 }).map((pieces) => pieces.join("\n"));

function sound(text: string): void {
  const { reversibility, findings } = classifiedDiff(text);
  expect(["reversible", "recoverable", "irreversible", "unknown"]).toContain(reversibility);
  for (const f of findings) expect(f.path.length).toBeGreaterThan(0);
}

test("pieces of diffs in any order", () => {
  fc.assert(fc.property(diff, sound), { numRuns: runs.pieces });
}, 1_800_000);

test("a sound diff with one stretch overwritten", () => {
  const mutated = fc
    .tuple(header, hunk, fc.nat(), fc.string({ unit: "binary", maxLength: 10 }))
    .map(([h, k, at, put]) => {
      const text = `${h}\n${k}\n`;
      const i = at % text.length;
      return text.slice(0, i) + put + text.slice(i + put.length);
    });
  fc.assert(fc.property(mutated, sound), { numRuns: runs.mutated });
}, 1_800_000);

test("binary junk", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), sound), { numRuns: runs.junk });
}, 1_800_000);

test("CODEOWNERS of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ maxLength: 80 }), (text, path) => {
      expect(Array.isArray(ownersOf(parseCodeowners(text), path))).toBe(true);
    }),
    { numRuns: runs.owners },
  );
}, 1_800_000);

test.each([
  ["a line of 10 MB", (p: string) => `${p}\n@@ -0,0 +1 @@\n+${"x".repeat(10_000_000)}\n`],
  ["a line just within the limit", (p: string) => `${p}\n@@ -0,0 +1 @@\n+${"(".repeat(diffLimits.line - 10)}\n`],
  ["a hundred thousand statements", (p: string) => `${p}\n@@ -0,0 +1,100000 @@\n${"+DROP TABLE a;\n".repeat(100_000)}`],
  [
    "quotes that never close",
    (p: string) => `${p}\n@@ -0,0 +1,20000 @@\n${"+'/*$a$ BEGIN CREATE FUNCTION\n".repeat(20_000)}`,
  ],
  ["deep nesting", (p: string) => `${p}\n@@ -0,0 +1 @@\n+${"[{(".repeat(100_000)}\n`],
  [
    "billion laughs",
    (p: string) =>
      `${p}\n@@ -0,0 +1,9 @@\n+a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 8 }, (_, i) => `+${"bcdefghi"[i]}: &${"bcdefghi"[i]} [${`*${"abcdefgh"[i]},`.repeat(9)}]\n`).join("")}`,
  ],
])(
  "%s ends soon, for every kind of file",
  (_, make) => {
    for (const path of [
      "db/migrations/1.sql",
      "db/migrate/1_x.rb",
      "app/migrations/0002_x.py",
      "migrations/001_x.ts",
      ".github/workflows/x.yml",
      "api/openapi.yaml",
      "a.proto",
      "main.tf",
      "schema.graphql",
      "package.json",
      "src/a.py",
      "k8s/a.yaml",
    ]) {
      const started = performance.now();
      sound(
        make(
          `diff --git a/${path} b/${path}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/${path}`,
        ),
      );
      expect([path, performance.now() - started < 10_000]).toEqual([path, true]);
    }
  },
  600_000,
);

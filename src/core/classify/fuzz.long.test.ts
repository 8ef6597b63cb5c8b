import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { classifiedDiff } from "../../../test/build/classified.js";
import { ownersOf, parseCodeowners } from "../policy/codeowners.js";
import { diffLimits } from "./diff.js";

/** Inputs in the long run, over all properties. */
const runs = { pieces: 60_000, mutated: 30_000, junk: 10_000, families: 24_000, owners: 20_000 };
/** Of all properties; printed, so that a failure can be made again: `DRUMLINE_SEED=… DRUMLINE_TESTS=long`. */
const seed = Number(process.env["DRUMLINE_SEED"] ?? Date.now() % 1_000_000);
process.stdout.write(`fuzz seed ${seed}\n`);

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
  fc.assert(fc.property(diff, sound), { seed, numRuns: runs.pieces });
}, 1_800_000);

/** Words that each family of parsers and detectors starts at, in any order, cut anywhere. */
const families: Readonly<Record<string, readonly string[]>> = {
  "src/index.ts": [
    "export function f(",
    "a: A,",
    "b = {",
    "}): Promise<",
    "class A {",
    "constructor(",
    "`${",
    "=>",
    "@x(",
  ],
  "src/a/client.py": ["def f(self, *, a=", "class A:", "    def g(", "**k)", "-> ", "# noqa", '"""', "@p"],
  "client/client.go": ["func (c *C[T]) F(", "type S interface {", "a, b int,", "...string)", "struct{", "map[string]"],
  "crates/a/src/lib.rs": [
    "pub fn f<'a>(",
    "impl<T> A<T> {",
    "pub enum E {",
    "&'a str,",
    "-> Result<",
    "#[x]",
    "pub trait",
  ],
  "src/main/java/A.java": ["public class A {", "public int f(", "final @N Map<K,", "int... a)", "throws", "/**"],
  "lib/a.rb": ["def f(a,", "k:, **o", "&b)", "private", "class A", "%w[email", "end"],
  "schema.graphql": [
    "type A implements B &",
    "directive @a(b: C = {",
    ") repeatable on",
    "enum E {",
    '"""',
    "= [",
    "!",
  ],
  "config/flags.ts": ["a: { default: false", 'flag.Bool("x",', "enabled =", "{ on: true,", "}}}", "=>", ": :"],
  "src/export.ts": ["const columns = [", '"email",', "csv(", "%w[ssn", "headers:", "logger.info(u.email"],
  "priv/repo/migrations/20250101_x.exs": ["create index(:t,", "concurrently: true", "create constraint(", "def down"],
  "schemas/a.avsc": ['{"type":"record",', '"symbols": [', '"default": null}', "]}}", '"name": "a"'],
  "config/app.yaml": ["log: { retention_days: 9", "branch-protection:", "- a", "contexts:", "a: &a [*a]", "? - :"],
};

test("each family's own words in any order", () => {
  const file = fc.constantFrom(...Object.keys(families)).chain((path) => {
    const line = fc.oneof(fc.constantFrom(...(families[path] ?? [])), fc.string({ unit: "binary", maxLength: 12 }));
    const lines = fc.array(fc.tuple(fc.constantFrom("+", "-", " "), fc.array(line, { maxLength: 5 })), {
      maxLength: 14,
    });
    return fc.tuple(fc.constant(path), fc.string({ maxLength: 20 }), lines);
  });
  const changed = file.map(([path, heading, lines]) => {
    const texts = lines.map(([mark, parts]) => mark + parts.join("").replaceAll("\n", " "));
    const count = (marks: string) => texts.filter((l) => marks.includes(l.slice(0, 1))).length;
    const title = heading.replaceAll("\n", " ");
    return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,${count("- ")} +1,${count("+ ")} @@ ${title}\n${texts.join("\n")}\n`;
  });
  fc.assert(fc.property(changed, soundly), { seed, numRuns: runs.families });
}, 1_800_000);

/** Sound, and no detector broke: a failure hidden behind `unknown` is a failure here. */
function soundly(text: string): void {
  sound(text);
  expect(classifiedDiff(text).findings.filter((f) => f.detector === "opaque/detector")).toEqual([]);
}

test("a sound diff with one stretch overwritten", () => {
  const mutated = fc
    .tuple(header, hunk, fc.nat(), fc.string({ unit: "binary", maxLength: 10 }))
    .map(([h, k, at, put]) => {
      const text = `${h}\n${k}\n`;
      const i = at % text.length;
      return text.slice(0, i) + put + text.slice(i + put.length);
    });
  fc.assert(fc.property(mutated, sound), { seed, numRuns: runs.mutated });
}, 1_800_000);

test("binary junk", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), sound), { seed, numRuns: runs.junk });
}, 1_800_000);

test("CODEOWNERS of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ maxLength: 80 }), (text, path) => {
      expect(Array.isArray(ownersOf(parseCodeowners(text), path))).toBe(true);
    }),
    { seed, numRuns: runs.owners },
  );
}, 1_800_000);

const secondsMax = 5;

test.each([
  ["a line of 10 MB", (p: string) => `${p}\n@@ -0,0 +1 @@\n+${"x".repeat(10_000_000)}\n`],
  ["a line just within the limit", (p: string) => `${p}\n@@ -0,0 +1 @@\n+${"(".repeat(diffLimits.line - 10)}\n`],
  ["a hundred thousand statements", (p: string) => `${p}\n@@ -0,0 +1,100000 @@\n${"+DROP TABLE a;\n".repeat(100_000)}`],
  [
    "quotes that never close",
    (p: string) => `${p}\n@@ -0,0 +1,20000 @@\n${"+'/*$a$ BEGIN CREATE FUNCTION\n".repeat(20_000)}`,
  ],
  [
    "names that run into each other",
    (p: string) => `${p}\n@@ -0,0 +1,3 @@\n${`+${"flag_email_".repeat(9_000)}\n`.repeat(3)}`,
  ],
  ["parameters without end", (p: string) => `${p}\n@@ -0,0 +1 @@\n+export function f(${"a: <(".repeat(30_000)}\n`],
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
      "src/index.ts",
      "client/a.go",
      "src/lib.rs",
      "src/export.ts",
      "config/flags.ts",
      "schemas/a.avsc",
      "k8s/a.yaml",
    ]) {
      // Of the processor, not of the clock: other tests run beside this one.
      const began = process.cpuUsage();
      sound(
        make(
          `diff --git a/${path} b/${path}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/${path}`,
        ),
      );
      const { user, system } = process.cpuUsage(began);
      expect([path, (user + system) / 1_000_000 < secondsMax]).toEqual([path, true]);
    }
  },
  600_000,
);

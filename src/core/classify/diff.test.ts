import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { diffLimits, readDiff } from "./diff.js";

function one(lines: readonly string[]) {
  const read = readDiff(lines.join("\n"));
  expect(read.problems).toEqual([]);
  expect(read.files).toHaveLength(1);
  return read.files[0];
}

const hunk = ["@@ -1,2 +1,2 @@ heading", " same", "-old", "+new"];

describe("files of a git diff", () => {
  test("a modified file keeps its hunks, without the header and what follows", () => {
    const file = one([
      "diff --git a/x.ts b/x.ts",
      "index 1111111..2222222 100644",
      "--- a/x.ts",
      "+++ b/x.ts",
      ...hunk,
    ]);
    expect(file).toEqual({
      path: "x.ts",
      status: "modified",
      added: 1,
      deleted: 1,
      patch: { state: "text", text: hunk.join("\n") },
      oldMode: "100644",
      newMode: "100644",
    });
  });

  test.each([
    ["added", ["new file mode 100644", "index 0000000..2222222", "--- /dev/null", "+++ b/x", "@@ -0,0 +1 @@", "+a"]],
    [
      "removed",
      ["deleted file mode 100644", "index 2222222..0000000", "--- a/x", "+++ /dev/null", "@@ -1 +0,0 @@", "-a"],
    ],
    ["added", ["new file mode 100644", "index 0000000..e69de29"]],
    ["changed", ["old mode 100644", "new mode 100755"]],
  ])("%s is told from the header", (status, lines) => {
    expect(one(["diff --git a/x b/x", ...lines])).toMatchObject({ path: "x", status });
  });

  test("a pure rename has nothing changed; a rename with edits has hunks", () => {
    const rename = [
      "diff --git a/old name b/new name",
      "similarity index 100%",
      "rename from old name",
      "rename to new name",
    ];
    expect(one(rename)).toMatchObject({
      path: "new name",
      oldPath: "old name",
      status: "renamed",
      patch: { state: "none" },
    });
    const edited = [
      "diff --git a/a b/b",
      "similarity index 90%",
      "rename from a",
      "rename to b",
      "index 111111..222222",
      "--- a/a",
      "+++ b/b",
      ...hunk,
    ];
    expect(one(edited)).toMatchObject({ path: "b", oldPath: "a", status: "renamed", patch: { state: "text" } });
    const copy = ["diff --git a/a b/b", "similarity index 100%", "copy from a", "copy to b"];
    expect(one(copy)).toMatchObject({ path: "b", oldPath: "a", status: "copied", patch: { state: "none" } });
  });

  test.each([
    ["spaces", "diff --git a/a b/c d b/a b/c d", "a b/c d"],
    ["octal escapes are UTF-8", 'diff --git "a/\\303\\244\\"q.txt" "b/\\303\\244\\"q.txt"', 'ä"q.txt'],
    ["no prefix", "diff --git src/x.ts src/x.ts", "src/x.ts"],
    ["no prefix below a folder named a", "diff --git a/x.ts a/x.ts", "a/x.ts"],
    ["mnemonic prefixes", "diff --git i/x.ts w/x.ts", "x.ts"],
  ])("names: %s", (_, header, path) => {
    expect(one([header, "old mode 100644", "new mode 100755"])).toMatchObject({ path });
  });

  test("content that looks like a header stays content", () => {
    const file = one([
      "diff --git a/q.sql b/q.sql",
      "--- a/q.sql",
      "+++ b/q.sql",
      "@@ -1,2 +1,2 @@",
      "--- a comment",
      "+++ plus",
      " diff --git a/x b/x",
    ]);
    expect(file).toMatchObject({ added: 1, deleted: 1, patch: { state: "text" } });
  });

  test("carriage returns, missing newlines and mail signatures", () => {
    const crlf = one([
      "diff --git a/x b/x\r",
      "--- a/x\r",
      "+++ b/x\r",
      "@@ -1 +1 @@\r",
      "-a\r",
      "+b\r",
      "\\ No newline at end of file\r",
      "",
    ]);
    expect(crlf).toMatchObject({ path: "x", added: 1, deleted: 1, patch: { state: "text" } });
    const mail = one([
      "From 1 Mon",
      "Subject: [PATCH] x",
      "---",
      " x | 2 +-",
      "",
      "diff --git a/x b/x",
      "--- a/x",
      "+++ b/x",
      "@@ -1 +1 @@",
      "-a",
      "+b",
      "-- ",
      "2.39.5",
      "",
    ]);
    expect(mail).toMatchObject({ deleted: 1, patch: { state: "text", text: "@@ -1 +1 @@\n-a\n+b" } });
  });

  test("diff(1) without git headers", () => {
    const read = readDiff(
      [
        "--- a/x.c\t2020-01-01 00:00:00",
        "+++ b/x.c\t2020-01-02",
        "@@ -1 +1 @@",
        "-a",
        "+b",
        "--- /dev/null",
        "+++ b/y.c",
        "@@ -0,0 +1 @@",
        "+b",
      ].join("\n"),
    );
    expect(read.files).toMatchObject([
      { path: "x.c", status: "modified" },
      { path: "y.c", status: "added" },
    ]);
  });
});

describe("what can't be read", () => {
  test.each([
    ["binary", ["index 111111..222222 100644", "Binary files a/x and b/x differ"]],
    ["binary", ["index 111111..222222 100644", "GIT binary patch", "literal 4", "LcmZQzWMT#Y01f~L", ""]],
    [
      "submodule",
      [
        "index 1111111..2222222 160000",
        "--- a/x",
        "+++ b/x",
        "@@ -1 +1 @@",
        "-Subproject commit 1111111",
        "+Subproject commit 2222222",
      ],
    ],
  ])("%s", (state, lines) => {
    expect(one(["diff --git a/x b/x", ...lines])).toMatchObject({ path: "x", patch: { state } });
  });

  test.each([
    ["truncated", ["--- a/x", "+++ b/x", "@@ -1,9 +1,9 @@", " a"]],
    ["truncated", []],
    ["truncated", ["index 111111..222222 100644"]],
    ["truncated", ["--- a/x", "+++ b/x", "@@ -1,2 +1,2 @@", " a", "junk"]],
    ["malformed", ["--- a/x", "+++ b/x", "@@ what @@", " a"]],
    ["over-limit", ["--- a/x", "+++ b/x", "@@ -0,0 +1 @@", `+${"x".repeat(diffLimits.line)}`]],
  ])("missing: %s", (why, lines) => {
    expect(one(["diff --git a/x b/x", ...lines])).toMatchObject({ patch: { state: "missing", why } });
  });

  test("a cut hunk does not swallow the next file", () => {
    const read = readDiff(
      [
        "diff --git a/x b/x",
        "--- a/x",
        "+++ b/x",
        "@@ -1,9 +1,9 @@",
        " a",
        "diff --git a/y b/y",
        "old mode 100644",
        "new mode 100755",
      ].join("\n"),
    );
    expect(read.files).toMatchObject([
      { path: "x", patch: { state: "missing", why: "truncated" } },
      { path: "y", status: "changed" },
    ]);
  });

  test("a combined diff of a merge is not read", () => {
    expect(
      one(["diff --cc x", "index 1,2..3", "--- a/x", "+++ b/x", "@@@ -1,1 -1,1 +1,1 @@@", "- a", "++b"]),
    ).toMatchObject({ patch: { state: "missing", why: "not-sent" } });
  });

  test("text without a diff is a problem, nothing is not", () => {
    expect(readDiff("hello\n").problems).toMatchObject([{ code: "not-a-diff" }]);
    expect(readDiff("").problems).toEqual([]);
    expect(readDiff("diff --git a b c d").problems).toMatchObject([{ code: "malformed-header", line: 1 }]);
  });

  test("never throws, and every file's counted lines are in its patch", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "diff --git a/x b/x",
        "--- a/x",
        "+++ b/x",
        "@@ -1,2 +1,2 @@",
        "+a",
        "-b",
        " c",
        "\\ No newline",
        "index 1111..2222 100644",
        "rename from x",
        "rename to y",
        "Binary files a and b differ",
        "new file mode 160000",
        "@@ -1",
        "\r",
        "",
      ),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (lines) => {
        const { files } = readDiff(lines.join("\n"));
        for (const file of files) {
          if (file.patch.state !== "text") continue;
          const marks = file.patch.text.split("\n").filter((l) => /^[+-]/.test(l)).length;
          expect(marks).toBe(file.added + file.deleted);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import { describe, expect, test } from "@jest/globals";
import type { Change, FileChange, Patch } from "../model/change.js";
import { classify, classifyLimits } from "./classify.js";
import type { Detector, Hit } from "./detector.js";

function change(files: readonly FileChange[]): Change {
  return { title: "", body: "", labels: [], author: { login: "a", kind: "human" }, files };
}

function file(path: string, patch: Patch, more: Partial<FileChange> = {}): FileChange {
  return { path, status: "modified", added: 1, deleted: 0, patch, ...more };
}

const text: Patch = { state: "text", text: "@@ -0,0 +1 @@\n+a" };

function detector(hits: readonly Hit[], more: Partial<Detector> = {}): Detector {
  return {
    id: "test/it",
    reads: "anything",
    reversibility: "recoverable",
    why: "because",
    remedy: "do not",
    source: "here",
    concerns: () => true,
    detect: () => hits,
    ...more,
  };
}

describe("what can't be read is unknown", () => {
  test.each<[string, FileChange[], string]>([
    ["nothing at all", [], "unknown"],
    ["a cut diff", [file("x", { state: "missing", why: "truncated" })], "unknown"],
    ["a submodule", [file("x", { state: "submodule" })], "unknown"],
    ["an executable", [file("tool.exe", { state: "binary" })], "unknown"],
    ["a binary without extension", [file("bin/tool", { state: "binary" })], "unknown"],
    ["a text file sent as binary", [file("package-lock.json", { state: "binary" })], "unknown"],
    ["an image", [file("logo.PNG", { state: "binary" })], "reversible"],
    ["a font", [file("f.woff2", { state: "binary" })], "reversible"],
    ["a removed archive", [file("x.zip", { state: "binary" }, { status: "removed" })], "reversible"],
    ["text", [file("x", text)], "reversible"],
    ["a mode", [file("x", { state: "none" })], "reversible"],
  ])("%s", (_, files, reversibility) => {
    const verdict = classify(change(files), { using: [] });
    expect(verdict.reversibility).toBe(reversibility);
    expect(verdict.findings.length).toBe(reversibility === "reversible" ? 0 : 1);
  });

  test("a diff with problems is unknown whatever was read of it", () => {
    const problems = [{ code: "too-long", message: "too long", line: 9 }] as const;
    expect(classify(change([file("x", text)]), { problems, using: [] })).toMatchObject({
      reversibility: "unknown",
      findings: [{ detector: "opaque/diff" }],
    });
  });

  test("a detector that throws makes its file unknown and stops no other", () => {
    const broken = detector([], {
      id: "test/broken",
      detect: () => {
        throw new Error("bug");
      },
    });
    const fine = detector([{ path: "x", reversibility: "irreversible" }]);
    expect(classify(change([file("x", text)]), { using: [broken, fine] })).toMatchObject({
      reversibility: "irreversible",
      findings: [{ detector: "test/it" }, { detector: "opaque/detector" }],
    });
  });
});

describe("findings", () => {
  test("worst first, then by place; a line is said once", () => {
    const hits: Hit[] = [
      { path: "b", line: 2 },
      { path: "b", line: 1 },
      { path: "b", line: 1, reversibility: "irreversible" },
      { path: "a", line: 9 },
    ];
    const { reversibility, findings } = classify(change([file("x", text)]), { using: [detector(hits)] });
    expect(reversibility).toBe("irreversible");
    expect(findings.map((f) => `${f.path}:${f.line} ${f.reversibility}`)).toEqual([
      "b:1 irreversible",
      "a:9 recoverable",
      "b:2 recoverable",
    ]);
  });

  test("the cap keeps the worst", () => {
    const hits: Hit[] = Array.from({ length: 500 }, (_, line) => ({ path: "x", line: line + 1 }));
    hits.push({ path: "x", line: 501, reversibility: "irreversible" });
    const verdict = classify(change([file("x", text)]), { using: [detector(hits)] });
    expect(verdict.reversibility).toBe("irreversible");
    expect(verdict.findings).toHaveLength(classifyLimits.perDetectorAndFile);
    expect(verdict.findings[0]?.line).toBe(501);
  });
});

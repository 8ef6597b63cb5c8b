import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");
const moved = "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n";

function drumline(args: readonly string[], input = "") {
  const ran = spawnSync(process.execPath, [bin, ...args], { input, encoding: "utf8" });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

describe("drumline classify", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-classify-"));
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args]);
    git("init", "-q");
    writeFileSync(join(folder, "notes.txt"), "one\n");
    git("add", "-A");
    git("commit", "-qm", "one");
    writeFileSync(join(folder, "notes.txt"), "two\n");
    git("commit", "-qam", "two");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("--jsonl answers each line in order and goes on after a bad one", () => {
    const lines = [
      JSON.stringify({ id: "a", diff: moved, title: "t", author: { login: "x", kind: "agent" } }),
      JSON.stringify({ id: "b", diff: 1 }),
      JSON.stringify({ id: "c", diff: "" }),
    ];
    const { code, out } = drumline(["classify", "--jsonl"], lines.join("\n"));
    const answers = out
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(answers).toMatchObject([
      { id: "a", reversibility: "reversible", findings: [] },
      { id: "b", error: { code: "bad-request" } },
      { id: "c", reversibility: "unknown", findings: [{ detector: "opaque/empty" }] },
    ]);
    expect(code).toBe(0);
  });

  test("--git reads a clone, --diff standard input, and people read the same in words", () => {
    const fromGit = drumline(["classify", "--git", "HEAD~1..HEAD", "--repo", folder, "--json"]);
    expect(JSON.parse(fromGit.out)).toMatchObject({ reversibility: "reversible", findings: [] });
    expect(fromGit.code).toBe(0);
    const cut = drumline(["classify", "--diff", "-"], "diff --git a/x b/x\n");
    expect(cut.code).toBe(1);
    expect(cut.out).toContain("x: unknown");
  });

  test("--policy gives the levels of risk their thresholds, and must be valid", () => {
    const policy = join(folder, "drumline.yml");
    writeFileSync(policy, "risk: { medium: 0.001, high: 0.002, critical: 0.003 }\n");
    const judged = drumline(["classify", "--policy", policy, "--diff", "-", "--json"], moved);
    expect(judged.err).toBe("");
    expect(JSON.parse(judged.out)).toMatchObject({ risk: { level: "critical" } });
    writeFileSync(policy, "nonsense: 1\n");
    const refused = drumline(["classify", "--policy", policy, "--diff", "-"], moved);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`${policy}:1:1:`);
  });

  test.each([
    [["classify"], "give one of"],
    [["classify", "--diff", "/nonexistent"], "can't read /nonexistent"],
    [["classify", "--git", "nope"], "failed"],
    [["classify", "--git", "--output=x"], "does not begin with a dash"],
  ])("wrong use ends with 2 and a line: %j", (args, said) => {
    const { code, err, out } = drumline(args);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(out).toBe("");
  });
});

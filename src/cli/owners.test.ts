import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");

describe("drumline owners", () => {
  let folder: string;
  const owners = (args: readonly string[], input = "") =>
    spawnSync(process.execPath, [bin, "owners", ...args], { input, encoding: "utf8", cwd: folder });
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-owners-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("--jsonl", () => {
    const question = { id: 1, codeowners: "* @a\n/x/ @b @o/t\nbad[ @a\n", paths: ["x/y", "z", "__proto__"] };
    const ran = owners(["--jsonl"], `${JSON.stringify(question)}\n{"id":2,"codeowners":1}\n`);
    expect(ran.stdout.trim().split("\n")).toEqual([
      '{"id":1,"owners":{"x/y":["@b","@o/t"],"z":["@a"],"__proto__":["@a"]},' +
        '"errors":[{"line":3,"column":4,"message":"invalid pattern: `[ ]` character ranges can\'t be used"}]}',
      '{"id":2,"error":{"code":"bad-request","message":"\\"codeowners\\" must be a text"}}',
    ]);
  });

  test("paths as arguments, the file found where GitHub looks", () => {
    expect(owners(["a"]).status).toBe(2);
    writeFileSync(join(folder, "CODEOWNERS"), "*.md @docs\n!no @x\n");
    const ran = owners(["a.md", "b.ts"]);
    expect(ran.stdout).toBe("a.md\t@docs\nb.ts\t(no owner)\n");
    expect(ran.stderr).toMatch(/^CODEOWNERS:2:1: invalid pattern/);
    expect(ran.status).toBe(1);
  });
});

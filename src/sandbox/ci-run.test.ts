import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { runTests, type TestRun } from "./ci-run.js";
import { initBare } from "./git/git.js";
import { writeCommit, type FileEdit } from "./git/commit.js";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ci-run-"));
  await initBare(join(dir, "repo.git"), "main");
});

afterEach(async () => await rm(dir, { recursive: true, force: true }));

async function tested(files: Record<string, FileEdit>, command: string | null = null): Promise<TestRun> {
  const gitDir = join(dir, "repo.git");
  const author = { name: "a", email: "a@example.org", at: 0 };
  const sha = await writeCommit(gitDir, { parent: null, files, message: "m", author });
  const workDir = join(dir, "work");
  const signal = new AbortController().signal;
  const result = await runTests({ gitDir, sha, workDir, cacheDir: dir, env: { CI_ATTEMPT: "1" }, command, signal });
  expect(existsSync(workDir)).toBe(false);
  return result;
}

const script = (test: string) => ({ "package.json": JSON.stringify({ scripts: { test } }) });

test("the commit's own test script decides, in a work tree of the commit", async () => {
  expect(await tested({ ...script("grep -q yes answer"), answer: "yes\n" })).toMatchObject({ conclusion: "success" });
  expect(await tested({ ...script("echo why; exit 3") })).toEqual({ conclusion: "failure", log: "why\n" });
});

test("a file of its own comes before package.json, and a given command before both", async () => {
  const files = { ...script("false"), ".drumline-sandbox-ci.json": '{"command":"true"}' };
  expect((await tested(files)).conclusion).toBe("success");
  expect((await tested(files, "false")).conclusion).toBe("failure");
});

test("what nothing tests, or what does not end, is not green", async () => {
  expect((await tested({ "a.txt": "a" })).conclusion).toBe("failure");
  const slow = { ".drumline-sandbox-ci.json": '{"command":"sleep 60","timeoutSeconds":0.2}' };
  expect(await tested(slow)).toMatchObject({
    conclusion: "failure",
    log: expect.stringContaining("stopped after 0.2 s"),
  });
});

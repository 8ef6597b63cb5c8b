import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { commitOf, isolated } from "../git/git.js";
import { startSandbox, type Sandbox } from "../server.js";
import type { Repo } from "../state.js";

const run = promisify(execFile);
let dataDir: string;
let sandbox: Sandbox;
let repo: Repo;
let clone: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "smart-"));
  sandbox = await startSandbox({ dataDir, ci: { decide: () => "success" } });
  repo = await sandbox.repository({
    owner: "acme",
    name: "shop",
    collaborators: { alice: "write" },
    rules: { main: { requiredChecks: [{ context: "ci/test", appId: null }] } },
  });
  clone = join(dataDir, "clone");
  const address = sandbox.url.replace("http://", "http://alice:alice@");
  await run("git", ["clone", "--quiet", `${address}/acme/shop.git`, clone], { env: { ...process.env, ...isolated } });
});

afterEach(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function git(...args: string[]): Promise<string> {
  const who = ["-c", "user.name=alice", "-c", "user.email=alice@example.org"];
  const { stdout } = await run("git", [...who, ...args], { cwd: clone, env: { ...process.env, ...isolated } });
  return stdout.trim();
}

async function commit(text: string): Promise<string> {
  await writeFile(join(clone, "a.txt"), text);
  await git("add", "a.txt");
  await git("commit", "--quiet", "--message", "More");
  return await git("rev-parse", "HEAD");
}

test("a plain git push moves a branch; once a pull request has it tested it may land on main", async () => {
  await git("switch", "--quiet", "--create", "mine");
  const sha = await commit("mine\n");
  await git("push", "--quiet", "origin", "mine");
  expect(await commitOf(repo.dir, "refs/heads/mine")).toBe(sha);
  await sandbox.settled();
  await expect(git("push", "--quiet", "origin", "mine:main")).rejects.toThrow(/GH006/);
  await fetch(`${sandbox.url}/repos/acme/shop/pulls`, {
    method: "POST",
    headers: { authorization: "token alice" },
    body: JSON.stringify({ title: "Mine", head: "mine", base: "main" }),
  });
  await sandbox.settled();
  await git("push", "--quiet", "origin", "mine:main");
  expect(await commitOf(repo.dir, "refs/heads/main")).toBe(sha);
});

test("a push of an untested commit to a protected branch is refused in git's own way", async () => {
  await commit("straight to main\n");
  await expect(git("push", "origin", "main")).rejects.toThrow(/GH006: Protected branch update failed/);
  expect(await commitOf(repo.dir, "refs/heads/main")).not.toBe(await git("rev-parse", "HEAD"));
});

test("nobody pushes without a name", async () => {
  await git("remote", "set-url", "origin", `${sandbox.url}/acme/shop.git`);
  await commit("who?\n");
  await expect(git("push", "origin", "HEAD:refs/heads/anonymous")).rejects.toThrow(/could not read Username/);
});

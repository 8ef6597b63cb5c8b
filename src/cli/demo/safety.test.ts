import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startSandbox, type Sandbox } from "../../sandbox/server.js";
import type { Repo } from "../../sandbox/state.js";
import { safetyOf } from "./safety.js";

let dataDir: string;
let sandbox: Sandbox;
let repo: Repo;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "safety-"));
  sandbox = await startSandbox({
    dataDir,
    ci: { decide: async (c) => ((await c.read("broken")) === null ? "success" : "failure") },
  });
  repo = await sandbox.repository({ owner: "acme", name: "shop", collaborators: { alice: "write" } });
  await sandbox.settled();
});

afterEach(async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("a main that nobody touched is safe and green", async () => {
  expect(await safetyOf(sandbox, repo)).toEqual({ mainGreen: true, untested: [], landings: 0 });
});

test("a commit that reached main before its tests is found, though they pass afterwards", async () => {
  const sha = await sandbox.person(repo, "alice").pushes({ branch: "main", files: { a: "1\n" } });
  await sandbox.settled();
  expect(await safetyOf(sandbox, repo)).toEqual({ mainGreen: true, untested: [`${sha} by alice`], landings: 1 });
});

test("a red commit on main is neither tested nor green", async () => {
  const sha = await sandbox.person(repo, "alice").pushes({ branch: "main", files: { broken: "1\n" } });
  await sandbox.settled();
  expect(await safetyOf(sandbox, repo)).toEqual({ mainGreen: false, untested: [`${sha} by alice`], landings: 1 });
});

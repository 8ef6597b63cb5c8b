import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");

describe("drumline doctor on a checkout", () => {
  let folder: string;
  const doctor = (...args: readonly string[]) =>
    spawnSync(process.execPath, [bin, "doctor", ...args], {
      encoding: "utf8",
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1" },
    });
  const workflow = (text: string) => writeFileSync(join(folder, ".github/workflows/ci.yml"), text);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-doctor-"));
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("says where it would stall and exits 1", () => {
    workflow("name: CI\non: pull_request\njobs: { test: {} }\n");
    const ran = doctor();
    expect(ran.stdout).toContain(".github/workflows/ci.yml:2:1: error: no workflow runs on a push to `drumline/**`\n");
    expect(ran.stdout).toContain("the queue would stall here: 1 error, 0 warnings\n");
    expect(ran.status).toBe(1);
  });

  test("exits 0 where nothing would", () => {
    workflow('on: { push: { branches: [trunk, "drumline/trunk/**"] } }\njobs: { test: {} }\n');
    const ran = doctor("--json", "--base", "trunk");
    expect(JSON.parse(ran.stdout)).toEqual({ healthy: true, base: "trunk", askedGitHub: false, problems: [] });
    expect(ran.status).toBe(0);
  });

  test("wrong use is 2", () => {
    expect(doctor("--dir", "nowhere").stderr).toBe("drumline doctor: nowhere is no folder\n");
    expect(doctor("--dir", "nowhere").status).toBe(2);
    expect(doctor("--what").status).toBe(2);
  });
});

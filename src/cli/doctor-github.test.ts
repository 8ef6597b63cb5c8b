import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSandbox, type Sandbox } from "../sandbox/server.js";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");

describe("drumline doctor OWNER/REPO, asking the sandbox", () => {
  let dataDir: string;
  let sandbox: Sandbox;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "doctor-"));
    sandbox = await startSandbox({ dataDir, ci: "none" });
    const files = {
      ".github/workflows/ci.yml": "on: { push: { branches: [main, 'drumline/**'] } }\njobs: { test: {} }\n",
    };
    const requiredChecks = [{ context: "test", appId: null }];
    const rules = { main: { requiredChecks, requiredApprovals: 1, bypass: ["drumline"] } };
    await sandbox.repository({ owner: "acme", name: "well", files, rules });
    const strict = { main: { requiredChecks: [{ context: "lint", appId: null }], requiredApprovals: 1 } };
    await sandbox.repository({ owner: "acme", name: "ill", files, rules: strict });
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function doctor(args: readonly string[], more: NodeJS.ProcessEnv = {}) {
    const env = {
      PATH: process.env["PATH"],
      NO_COLOR: "1",
      APP_ID: String(sandbox.app.id),
      PRIVATE_KEY: sandbox.app.privateKey,
      GHE_HOST: new URL(sandbox.url).host,
      GHE_PROTOCOL: "http",
      ...more,
    };
    const child = spawn(process.execPath, [bin, "doctor", ...args], { env });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (part: Buffer) => (stdout += part.toString()));
    child.stderr.on("data", (part: Buffer) => (stderr += part.toString()));
    const status = await new Promise((done) => child.on("close", done));
    return { stdout, stderr, status };
  }

  test("a repository that lets the app pass is healthy", async () => {
    const ran = await doctor(["acme/well", "--json"]);
    expect(ran.stderr).toBe("");
    expect(JSON.parse(ran.stdout)).toEqual({ healthy: true, base: "main", askedGitHub: true, problems: [] });
    expect(ran.status).toBe(0);
  });

  test("one whose rules stand in the way is not", async () => {
    const ran = await doctor(["acme/ill"]);
    expect(ran.stdout).toContain("error: a rule requires a pull request for every update of the base (ruleset");
    expect(ran.stdout).toContain("error: `lint` is required by ruleset");
    expect(ran.status).toBe(1);
  });

  test("what can't be asked is exit code 2, in one line", async () => {
    const gone = await doctor(["acme/gone"]);
    expect(gone.stderr).toMatch(/^drumline doctor: can't read acme\/gone: .*Not Found.*\n$/);
    expect(gone.status).toBe(2);
    expect((await doctor(["nonsense"])).stderr).toBe("drumline doctor: nonsense is not OWNER/REPO\n");
    const nobody = await doctor(["acme/well"], { APP_ID: undefined });
    expect(nobody.stderr).toContain("Set APP_ID and PRIVATE_KEY_PATH to ask as the app, or GITHUB_TOKEN.");
  });
});

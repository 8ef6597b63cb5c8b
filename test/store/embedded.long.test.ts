import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { startEmbedded } from "../../src/store/embedded.js";
import { aFolder, initialisedFolder, type Folder } from "./folder.js";
import { quiet } from "./server.js";

let initialised: string;
let folder: Folder;
beforeAll(async () => {
  initialised = await initialisedFolder();
});
afterAll(() => rmSync(initialised, { recursive: true, force: true }));
beforeEach(() => {
  folder = aFolder(initialised);
});
afterEach(async () => await folder.remove());

async function startAndStop(dataDir = folder.dataDir) {
  const server = await startEmbedded({ dataDir, log: quiet });
  await server.stop();
  return server;
}

describe("the private PostgreSQL, roughly treated", () => {
  test("killed with its Drumline again and again, no acknowledged delivery is ever lost", async () => {
    let acknowledged = 0;
    for (let round = 0; round < 6; round += 1) {
      const served = folder.child("serve");
      await served.saw("stored");
      await sleep(20 + 40 * round);
      if (round % 2 === 1) process.kill(Number(folder.postmaster()[0]), "SIGKILL");
      served.process.kill("SIGKILL");
      await served.exit();
      acknowledged += served.lines.filter((l) => l.startsWith("stored")).length;
    }
    expect(await folder.storedDeliveries()).toBeGreaterThanOrEqual(acknowledged);
  });

  test("a postmaster.pid that names another program by now is cleared away, and that program left alone", async () => {
    const other = spawn("sleep", ["60"]);
    const cluster = join(folder.dataDir, "postgres");
    const lines = [other.pid, cluster, 1, 5432, join(folder.dataDir, "socket"), "", "0 0", "ready", ""];
    writeFileSync(join(cluster, "postmaster.pid"), lines.join("\n"));
    expect((await startAndStop()).adopted).toBe(false);
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  test("one that hangs is stopped and started anew", async () => {
    const served = folder.child("serve");
    await served.saw("stored");
    served.process.kill("SIGKILL");
    await served.exit();
    const pid = Number(folder.postmaster()[0]);
    // A stopped process answers nothing, not even a shutdown: only SIGKILL ends it.
    process.kill(pid, "SIGSTOP");
    const server = await startEmbedded({ dataDir: folder.dataDir, log: quiet, patienceMs: 500 });
    expect(server.adopted).toBe(false);
    await server.stop();
  });

  test("a folder with a long name works, through a short socket folder that is taken away again", async () => {
    const dataDir = join(folder.dataDir, "x".repeat(90));
    execFileSync("cp", ["-a", initialised, dataDir]);
    const { host = "" } = (await startAndStop(dataDir)).connection;
    expect(Buffer.byteLength(host)).toBeLessThan(90);
    expect(existsSync(host)).toBe(false);
  });

  test("an initialisation that was broken off is begun anew", async () => {
    rmSync(join(folder.dataDir, "postgres"), { recursive: true });
    mkdirSync(join(folder.dataDir, "postgres.new"));
    writeFileSync(join(folder.dataDir, "postgres.new", "half"), "");
    await startAndStop();
  });

  // Only root's PostgreSQL is another account's.
  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot("as root, a folder that the account cannot enter works, with its data elsewhere", async () => {
    const closed = mkdtempSync(join(homedir(), ".drumline-closed-"));
    const warnings: { home?: string }[] = [];
    const log = { ...quiet, warn: (data: object) => warnings.push(data) };
    const server = await startEmbedded({ dataDir: join(closed, "data"), log });
    await server.stop();
    expect(warnings[0]?.home).toMatch(/^\/var\/lib\/drumline\//);
    rmSync(warnings[0]?.home ?? "", { recursive: true });
    rmSync(closed, { recursive: true });
  });

  asRoot(
    "as root, temporary data stays in its temporary folder, closed to others but for passing through",
    async () => {
      const closed = mkdtempSync(join(tmpdir(), "drumline-closed-"));
      const server = await startEmbedded({ dataDir: join(closed, "data"), log: quiet });
      await server.stop();
      expect(existsSync(join(closed, "data", "postgres", "PG_VERSION"))).toBe(true);
      expect(statSync(closed).mode & 0o777).toBe(0o711);
      rmSync(closed, { recursive: true });
    },
  );
});

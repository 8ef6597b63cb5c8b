import { existsSync, rmSync, statSync } from "node:fs";
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

describe("the private PostgreSQL", () => {
  test("is on no network, refuses a second Drumline with the first one's pid, and is gone after a clean stop", async () => {
    const first = folder.child("serve");
    await first.saw("stored");
    const [pid, , , , socketDir = "", addresses] = folder.postmaster();
    expect(addresses?.trim()).toBe("");
    expect(statSync(socketDir).mode & 0o777).toBe(0o700);

    const second = folder.child("hold");
    expect(await second.exit()).toBe(1);
    expect(second.errors()).toContain(`in use by another Drumline (pid ${first.process.pid})`);
    const before = first.lines.length;
    await sleep(50);
    expect(first.lines.length).toBeGreaterThan(before);

    first.process.kill("SIGTERM");
    expect(await first.exit()).toBe(0);
    // The system may take a moment to forget a process that has ended.
    for (let i = 0; i < 100 && isAlive(Number(pid)); i++) await new Promise((done) => setTimeout(done, 100));
    expect(isAlive(Number(pid))).toBe(false);
    expect(existsSync(join(folder.dataDir, "drumline.lock"))).toBe(false);
    expect(existsSync(socketDir)).toBe(false);
  });

  test("left running by a killed Drumline, it is adopted at once with every acknowledged delivery", async () => {
    const served = folder.child("serve");
    await served.saw("stored");
    await sleep(50);
    served.process.kill("SIGKILL");
    await served.exit();
    const acknowledged = served.lines.filter((l) => l.startsWith("stored")).length;
    const started = Date.now();
    const again = await startEmbedded({ dataDir: folder.dataDir, log: quiet });
    expect(Date.now() - started).toBeLessThan(2000);
    expect(again).toMatchObject({ adopted: true, pid: Number(folder.postmaster()[0]) });
    await again.stop();
    expect(await folder.storedDeliveries()).toBeGreaterThanOrEqual(acknowledged);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

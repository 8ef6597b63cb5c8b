import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { startEmbedded } from "../../src/store/embedded.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { appProcess } from "../chaos/process.js";
import { broken, brokenRecords } from "../chaos/proofs.js";
import { decide, ends, open, playRound, repository } from "../chaos/story.js";
import { quiet } from "../store/server.js";

/** Two processes of the app on one PostgreSQL, webhooks going to either: one line, as if there were one process. */

const patienceMs = Number(process.env["TEST_PATIENCE_MS"] ?? 120_000);

test("two processes are one line: one decision a version, no effect twice", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "drumline-two-"));
  const sandbox = await startSandbox({ dataDir: join(dataDir, "github"), ci: { decide } });
  const postgres = await startEmbedded({ dataDir: join(dataDir, "postgres"), log: quiet });
  const databaseUrl = `postgresql://${postgres.connection.user}@/drumline?host=${postgres.connection.host}`;
  const apps = await Promise.all([1, 2].map(async () => await appProcess(sandbox, { dataDir, databaseUrl })));
  try {
    const repo = await sandbox.repository(repository);
    for (const app of apps) app.start();
    expect(await Promise.all(apps.map(async (app) => await app.ready(patienceMs)))).toEqual([true, true]);
    const until = Date.now() + patienceMs;
    const told = (n: number): void => sandbox.connect(`${apps[n % 2]?.url ?? ""}/api/github/webhooks`);
    told(0);
    const playing = playRound(sandbox, repo, 1);
    for (let turn = 0; open(ends(repo)).length > 0 || repo.issues.size < 9; turn++) {
      told(turn);
      if (Date.now() > until) throw new Error(`never ended: ${open(ends(repo)).join(", ")}`);
      await sleep(50);
    }
    await playing;
    await sandbox.settled();
    await sleep(2_000);
    expect(await Promise.all(apps.map(async (app) => await app.stop()))).toEqual([0, 0]);
    expect(await broken(sandbox, repo)).toEqual([]);
    expect((await brokenRecords(repo, { dataDir, databaseUrl })).broken).toEqual([]);
  } finally {
    await Promise.all(apps.map(async (app) => await app.stop()));
    await postgres.stop();
    await sandbox.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 300_000);

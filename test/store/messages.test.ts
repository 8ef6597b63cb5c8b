import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pino from "pino";
import { decide } from "../../src/core/decide.js";
import { flowEventsOf } from "../../src/core/constraint/flow/recorded.js";
import { read } from "../../src/core/model/read.js";
import { emptyQueueState } from "../../src/core/queue/state.js";
import { newSearch } from "../../src/engine/constraint-search.js";
import type { Engine } from "../../src/engine/engine.js";
import { newMessages } from "../../src/engine/messages.js";
import { publishWords } from "../../src/engine/perform.js";
import { openGitHubApp } from "../../src/github/app.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/server.js";
import type { Repo } from "../../src/sandbox/state.js";
import { docsPolicy } from "../build/policies.js";
import { aPullRequest, facts } from "../build/queue.js";
import { recordedFlow } from "../build/recorded.js";
import { testServer, type TestServer, type TestStore } from "./server.js";

/** The weekly brief and the reviewers' list, from the clock to an issue on GitHub in the small. */

const queue = "acme/shop@main";
const monday = Date.parse("2026-11-02T00:00Z");
const at = (day: string) => Date.parse(`2026-11-${day}T09:00Z`);
let server: TestServer;
let sandbox: Sandbox;
let repo: Repo;
let opened: TestStore;
let dataDir: string;
let installationId: number;
const log = pino({ level: "silent" });
let now = 0;
let url: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "drumline-messages-"));
  server = await testServer();
  sandbox = await startSandbox({ dataDir });
  repo = await sandbox.repository({ owner: "acme", name: "shop", files: { "README.md": "# Shop\n" } });
  url = await server.database();
  opened = await server.open({ url });
  const { discover } = await github();
  await discover();
  installationId = (await opened.store.queues())[0]?.installationId ?? 0;
  const was = await opened.store.historyOf(queue, now);
  const flow = recordedFlow(monday).map((f) => ({ ...f, at: Math.round(f.at) }));
  await opened.store.keepHistory(queue, { was, is: { ...was, phase: "done" }, flow });
});
afterAll(async () => {
  await sandbox.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function github() {
  return await openGitHubApp({
    ...{ appId: sandbox.app.id, privateKey: sandbox.app.privateKey, webhookSecret: sandbox.app.hookSecret },
    ...{ baseUrl: sandbox.url, throttled: false, store: opened.store, now: Date.now, log },
  });
}

/** A run of the queue at that time under that policy, by a process that has just been started, and what it posts. */
async function look(when: number, report: string): Promise<void> {
  now = when;
  const { store, readPort: reads } = opened;
  const clock = { now: () => now };
  const search = newSearch();
  // However slow the machine is: the week is worked out before it is asked for.
  const flow = flowEventsOf(await reads.flow(queue, now - 180 * 86_400_000));
  for (let days = 1; days > 0;) days = (await search({ queue, flow, now })).daysToWorkOut;
  const tell = newMessages({ store, clock, reads, search });
  const seen = facts({
    pulls: [aPullRequest({ number: 1, title: "Ask @ann", files: read([]) })],
    repo: { policy: read({ path: ".github/drumline.yml", text: `${docsPolicy}\n${report}`, digest: "p" }) },
  });
  await tell(queue, { facts: seen, decision: decide(seen, emptyQueueState, now) });
  const engine = { store, clock, log, github: (await github()).github };
  await publishWords(engine as unknown as Engine, queue);
}

const issues = () => [...repo.issues.values()].map((i) => ({ title: i.title, state: i.state, body: i.body ?? "" }));
const writes = () =>
  Object.entries(sandbox.requests().byOperation)
    .filter(([operation]) => /^(POST|PATCH) .*\/issues/.test(operation))
    .reduce((sum, [, n]) => sum + n, 0);

test("tells nothing unasked, then an issue a week and an edit a day, whatever is repeated", async () => {
  expect(installationId).toBeGreaterThan(0);
  await look(at("19"), "");
  expect(issues()).toEqual([]);

  await look(at("19"), "report: { weekly: true, daily: true }");
  expect(issues().map((i) => i.title)).toEqual([
    "The constraint of main, week 2026-W47",
    "What waits for review on main",
  ]);
  const [brief, reviews] = issues();
  expect(brief?.body).toContain("review");
  expect(brief?.body).toContain("Do this:");
  expect(reviews?.body).toContain("As of 2026-11-19.");
  expect(writes()).toBe(2);

  await look(at("19") + 3_600_000, "report: { weekly: true, daily: true }");
  expect(writes()).toBe(2);

  await look(at("20"), "report: { weekly: true, daily: true }");
  expect(writes()).toBe(3);
  expect(issues()[1]?.body).toContain("As of 2026-11-20.");

  await look(at("21"), "report: { weekly: true, daily: true }");
  expect(writes()).toBe(3);

  await look(at("23"), "report: { weekly: true }");
  expect(issues().map((i) => [i.title, i.state])).toEqual([
    ["The constraint of main, week 2026-W47", "closed"],
    ["What waits for review on main", "open"],
    ["The constraint of main, week 2026-W48", "open"],
  ]);
});

test("an issue that was opened by a process that died before it could say so is found again", async () => {
  const before = issues().length;
  await look(at("24"), "report: { daily: true }");
  const client = await server.client(url);
  await client.query("delete from drumline.posted where target = 'issue:reviews:main'");
  await look(at("25"), "report: { daily: true }");
  expect(issues()).toHaveLength(before);
  expect(issues()[1]?.body).toContain("As of 2026-11-25.");
});

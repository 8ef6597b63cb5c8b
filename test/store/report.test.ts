import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { decide } from "../../src/core/decide.js";
import { prNumber } from "../../src/core/model/ids.js";
import { read } from "../../src/core/model/read.js";
import { emptyQueueState } from "../../src/core/queue/state.js";
import { aPullRequest, facts } from "../build/queue.js";
import { recordedFlow } from "../build/recorded.js";
import { testServer, type TestServer } from "./server.js";

/** `drumline report OWNER/REPO` over what an app recorded. */

const rules = `
rules:
  - { name: Of another age, why: w, owner: "@carol", when: { paths: { any: ["legacy/**"] } }, then: refuse }
`;

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await testServer();
  url = await server.database();
  const { store } = await server.open({ url });
  const queue = "acme/shop@main";
  await store.know({ queue, repo: "acme/shop", base: "main", installationId: 7 });
  const dayMs = 86_400_000;
  const flow = recordedFlow(Date.now() - 21 * dayMs)
    .filter((f) => f.at < Date.now())
    .map((f) => ({ ...f, at: Math.round(f.at) }));
  const was = await store.historyOf(queue, Date.now());
  await store.keepHistory(queue, { was, is: { ...was, phase: "done" }, flow });
  const seen = facts({
    pulls: Array.from({ length: 40 }, (_, i) => ({ ...aPullRequest({ number: 1 }), number: prNumber(i + 1) })),
    repo: { policy: read({ path: ".github/drumline.yml", text: rules, digest: "p" }) },
  });
  const decision = { ...decide(seen, emptyQueueState, 0), effects: [] };
  await store.withLease(queue, async (lease) => {
    const { version } = await store.load(lease);
    const request = { version, facts: seen, previous: emptyQueueState, decision, goodPolicy: null, flow: [] };
    await store.commit(lease, { ...request, now: Date.now() });
  });
});
afterAll(async () => {
  await server.stop();
});

function report(...args: readonly string[]) {
  const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");
  const env = { ...process.env, DATABASE_URL: url };
  return spawnSync(process.execPath, [bin, "report", ...args], { env, encoding: "utf8" });
}

test("tells the brief of a repository's queue from the app's records", () => {
  const { stdout, status } = report("acme/shop", "--days", "1", "--json");
  expect(status).toBe(0);
  const brief = JSON.parse(stdout) as { constraint: string; metrics: unknown[] };
  expect(brief.constraint).toBe("review");
  expect(brief.metrics.length).toBeGreaterThan(3);
});

test("lists the rule that none of the recorded changes came under, and how that may deceive", () => {
  const { stdout } = report("acme/shop", "--days", "1");
  expect(stdout).toContain("Of another age: applied to none of 40 changes");
  expect(stdout).toContain("a rule that deters shows no effect");
  expect(report("acme/shop", "--days", "1", "--html").stdout).toContain("Of another age: applied to none");
});

test.each([
  [["acme/other"], "knows no such queue"],
  [[], "say which repository"],
  [["acme/shop", "--events", "x"], "say which repository"],
])("report %j exits 2: %s", (args, words) => {
  const { stderr, status } = report(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(words);
});

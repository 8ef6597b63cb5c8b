import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import * as explainCommand from "../../src/cli/explain.js";
import * as recordCommand from "../../src/cli/record.js";
import * as replayCommand from "../../src/cli/replay.js";
import * as simulateCommand from "../../src/cli/simulate.js";
import { decide, withoutWords, withWords } from "../../src/core/decide.js";
import { prNumber } from "../../src/core/model/ids.js";
import { read } from "../../src/core/model/read.js";
import type { Reason } from "../../src/core/model/reason.js";
import { emptyQueueState } from "../../src/core/queue/state.js";
import type { DecisionRecord, FlowRecord } from "../../src/engine/ports.js";
import { docsPolicy } from "../build/policies.js";
import { aPullRequest, facts as queueFacts } from "../build/queue.js";
import { aCommit, aPull, at, main, repo, someFacts } from "./records.js";
import { testServer, type TestServer } from "./server.js";

/** `record`, `replay` and `explain` as a user runs them, over a decision that the store recorded. */

let server: TestServer;
let folder: string;
let url: string;
let record: DecisionRecord;

beforeAll(async () => {
  server = await testServer();
  folder = mkdtempSync(join(tmpdir(), "drumline-records-"));
  url = await server.database();
  const { store } = await server.open({ url });
  await store.know({ queue: main, repo, base: "main", installationId: 7 });
  await store.withLease(main, async (lease) => {
    const loaded = await store.load(lease);
    const facts = someFacts({ pulls: [aPull(12), { ...aPull(13), title: "Drop \u0000 \ud800 a column" }] });
    const decision = decide(facts, loaded.state, at);
    const step = (number: number, event: string, minutes: number): FlowRecord => {
      return {
        at: at + minutes * 60_000,
        number: prNumber(number),
        event,
        data: { path: "review", paths: ["a/b.ts"] },
      };
    };
    const flow = ["judged", "queued", "landed"].flatMap((event, i) => [step(12, event, i), step(13, event, 30 + i)]);
    await store.commit(lease, aCommit(loaded, { facts, decision, flow }));
  });
  const printed = await run(["record", `${repo}#12`]);
  expect(printed.stderr).toBe("");
  record = JSON.parse(printed.stdout) as DecisionRecord;
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** In this process: loading the grammars anew for each would take most of the test's time. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = { DATABASE_URL: url }) {
  const said = { stdout: "", stderr: "" };
  const before = { ...process.env };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  Object.assign(process.env, env);
  try {
    const cli = new Command("drumline");
    for (const command of [recordCommand, replayCommand, explainCommand, simulateCommand]) command.register(cli);
    await cli.parseAsync(["node", "drumline", ...args]);
    return { status: Number(process.exitCode ?? 0), ...said };
  } finally {
    process.exitCode = undefined;
    process.env = before;
    for (const spy of spies) spy.mockRestore();
  }
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("replay", () => {
  test("a decision recomputes as it was recorded, from the store and from a file", async () => {
    expect(await run(["replay", `${repo}#13`])).toMatchObject({ status: 0, stderr: "" });
    expect((await run(["replay", "--queue", main])).stdout).toContain("1 replayed, 0 different");
    const path = file("same.json", JSON.stringify(record, null, 2));
    const { status, stdout } = await run(["replay", "--record", path], {});
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^same .*\n1 replayed, 0 different\n$/)]);
  });

  test("a difference is shown by its path, and changed facts by their digest", async () => {
    const units = record.decision.units.map((u) => ({ ...u, verdict: { ...u.verdict, permits: !u.verdict.permits } }));
    const changed = { ...record, decision: { ...record.decision, units } };
    const facts = { ...record.facts, lessons: { ...record.facts.lessons, flakeProbability: 0.5 } };
    const path = file("lines.jsonl", `${JSON.stringify(changed)}\n\n${JSON.stringify({ ...record, facts })}\n`);
    const { status, stdout } = await run(["replay", "--record", path]);
    expect(status).toBe(1);
    expect(stdout).toContain("units[0].verdict.permits: recorded");
    expect(stdout).toContain("facts (digest): recorded");
    expect(stdout).toContain("2 replayed, 2 different");
  });

  test("what a closed merge window did not say in an older version is no difference; what else differs is", async () => {
    const text = `${docsPolicy}  windows: { days: sat, hours: "09:00-10:00" }\n`;
    const policy = read({ path: ".github/drumline.yml", text, digest: "windows" });
    const facts = queueFacts({ pulls: [aPullRequest({ number: 1 })], repo: { policy } });
    const found = withoutWords(facts, emptyQueueState, at);
    const older = found.units.map((unit) => ({
      ...unit,
      reasons: unit.reasons.map((r): Reason => (r.code === "window-closed" ? { code: r.code } : r)),
    }));
    expect(older[0]?.reasons[0]).toEqual({ code: "window-closed" });
    expect(found.units[0]?.reasons[0]).toHaveProperty("until");
    const factsDigest = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
    const written = { ...record, at, facts, factsDigest, previous: emptyQueueState };
    const replayed = async (units: typeof older) => {
      const decision = withWords({ ...found, units });
      return await run(["replay", "--record", file("older.json", JSON.stringify({ ...written, decision }))]);
    };
    expect(await replayed(older)).toMatchObject({ status: 0, stderr: "" });
    const another = await replayed(older.map((unit) => ({ ...unit, reasons: [{ code: "draining" }] })));
    expect(another.stdout).toContain("units[0].reasons[0].code: recorded");
    const otherTime = older.map((unit) => ({ ...unit, reasons: [{ code: "window-closed", until: at } as const] }));
    expect((await replayed(otherTime)).stdout).toContain("units[0].reasons[0].until: recorded");
  });

  test.each([
    ["no JSON", "{\nnot json", "bad.json:1"],
    ["no record", "[{}]", "bad.json is no record: id"],
    ["nothing", "[]", "holds no record"],
  ])("%s is said in one line, exit 2", async (_what, text, message) => {
    const { status, stderr } = await run(["replay", "--record", file("bad.json", text)]);
    expect([status, stderr.split("\n").length]).toEqual([2, 2]);
    expect(stderr).toContain(message);
  });

  test("wrong use is exit 2", async () => {
    expect((await run(["replay"])).status).toBe(2);
    expect((await run(["replay", "nonsense"])).status).toBe(2);
    expect((await run(["replay", `${repo}#99`])).stderr).toContain("no decision is recorded");
    const nowhere = { DATABASE_URL: "", DRUMLINE_DATA: join(folder, "none") };
    expect((await run(["replay", `${repo}#12`], nowhere)).stderr).toContain("no records in");
  });
});

describe("explain", () => {
  test("tells the verdict's tree in words, from the store and from a file alike", async () => {
    const fromStore = await run(["explain", `${repo}#12`]);
    expect(fromStore).toMatchObject({ status: 0, stderr: "" });
    expect(fromStore.stdout).toMatch(/^acme\/shop#12 Change 12\n/);
    expect(fromStore.stdout).toMatch(/\nVerdict\n {2}\S/);
    const path = file("one.json", JSON.stringify(record));
    expect((await run(["explain", "--record", path, "--number", "12"])).stdout).toBe(fromStore.stdout);
    expect(JSON.parse((await run(["explain", "--record", path, "--json"])).stdout)).toHaveLength(2);
  });

  test("what is not there is said, exit 2", async () => {
    expect(await run(["explain", `${repo}#99`])).toMatchObject({ status: 2 });
    expect((await run(["explain", "--record", join(folder, "none.json")])).stderr).toContain("can't read");
  });
});

describe("simulate", () => {
  test("plays the queue's own ledger under its policy and another", async () => {
    const ran = await run(["simulate", "--queue", main, "--policy", "solo", "--json"]);
    expect(ran.status).toBe(0);
    const { load, rows } = JSON.parse(ran.stdout) as { load: string; rows: { policy: string; landed: number }[] };
    expect(load).toBe(main);
    expect(rows.map((r) => [r.policy, r.landed])).toEqual([
      ["today", 2],
      ["solo", 2],
    ]);
  });

  test("of a queue that nobody knows is exit 2", async () => {
    expect(await run(["simulate", "--queue", "a/b@c"])).toMatchObject({ status: 2, stdout: "" });
  });
});

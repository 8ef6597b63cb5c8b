import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { aChain, eventsOf } from "../../test/build/chain.js";
import type { Brief } from "../core/constraint/brief/brief.js";
import type { FlowEvent } from "../core/constraint/flow/event.js";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");
const ran = (args: readonly string[], input = "") =>
  spawnSync(process.execPath, [bin, ...args], { input, encoding: "utf8" });
const lines = (events: readonly unknown[]) => events.map((e) => JSON.stringify(e)).join("\n");

describe("the constraint's commands", () => {
  let folder: string;
  let events: FlowEvent[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-report-"));
    events = eventsOf(aChain(), { days: 6, seed: 3 });
    writeFileSync(join(folder, "events.jsonl"), lines(events));
    writeFileSync(join(folder, "bad.jsonl"), `${JSON.stringify(events[0])}\n{"at":1,"pr":1,"event":"melted"}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("report --json and --html", () => {
    const report = ran(["report", "--events", join(folder, "events.jsonl"), "--days", "1", "--json"]);
    expect(report.status).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({ history: [{ day: expect.any(Number) }] });
    const page = ran(["report", "--events", join(folder, "events.jsonl"), "--days", "1", "--html"]);
    expect(page.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  test("report tells the drum, and who judged what, where events say a class", () => {
    const classes = ["reversible", "recoverable", "irreversible"];
    const told = events.map((e) => (e.event === "opened" ? { ...e, reversibility: classes[Number(e.pr) % 3] } : e));
    const file = join(folder, "classes.jsonl");
    writeFileSync(file, lines(told));
    const of = (...as: string[]) => ran(["report", "--events", file, "--days", "1", ...as]).stdout;
    const brief = JSON.parse(of("--json")) as Brief;
    expect(brief.drum).toMatchObject({ by: "deploy", mode: null });
    expect(brief.judgment.overReview.changes).toBeGreaterThan(0);
    for (const text of [of(), of("--html")]) {
      expect(text).toContain("The drum: what production absorbs");
      expect(text).toMatch(/irreversible: too few to prove a rate \(\d+ of 25 deployments\); at most 1 lands/);
      expect(text).toMatch(/Over-review: [1-9]\d* two-way doors waited/);
      expect(text).toMatch(/Under-review: \d+ one-way doors/);
    }
    const without = JSON.parse(
      ran(["report", "--events", join(folder, "events.jsonl"), "--days", "1", "--json"]).stdout,
    ) as Brief;
    expect(without.drum).toBeUndefined();
  });

  test("report says where its input is wrong, and exits 2", () => {
    const report = ran(["report", "--events", join(folder, "bad.jsonl")]);
    expect(report.stderr).toContain('bad.jsonl:2: unknown event "melted"');
    expect(report.status).toBe(2);
    expect(ran(["report", "--events", join(folder, "none.jsonl")]).status).toBe(2);
    expect(ran(["report", "--events", join(folder, "events.jsonl"), "--days", "0"]).status).toBe(2);
  });

  test("constraint --stdio answers days, not events, and passes over a bad line", () => {
    const day0 = events.filter((e) => e.at < 1440);
    const input = lines([{ id: 7, at: "noon" }, ...day0, { type: "day", day: 0 }, { type: "day", day: "x" }]);
    const answers = ran(["constraint", "--stdio"], input).stdout.trim().split("\n");
    expect(answers).toHaveLength(3);
    expect(JSON.parse(answers[0] ?? "")).toMatchObject({ id: 7, error: { code: "bad-event" } });
    expect(JSON.parse(answers[1] ?? "")).toMatchObject({ day: 0, constraint: expect.any(String) });
    expect(JSON.parse(answers[2] ?? "")).toMatchObject({ error: { code: "bad-day" } });
  });

  test("pace --stdio answers each snapshot", () => {
    const input = lines([
      { now: 0, stations: [], gate: [], inFlight: [], last7Days: {} },
      { id: 2, now: 0 },
    ]);
    const answers = ran(["pace", "--stdio"], input).stdout.trim().split("\n");
    expect(JSON.parse(answers[0] ?? "")).toMatchObject({ release: [], order: { review: [] } });
    expect(JSON.parse(answers[1] ?? "")).toMatchObject({ id: 2, error: { code: "bad-snapshot" } });
  });
});

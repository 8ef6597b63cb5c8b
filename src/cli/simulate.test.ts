import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { chromium } from "playwright-core";
import type { Row } from "./simulate/report.js";

const bin = resolve(import.meta.dirname, "../../../bin/drumline.js");
const simulate = (...args: readonly string[]) =>
  spawnSync(process.execPath, [bin, "simulate", ...args], { encoding: "utf8" });
const few = ["--changes", "12"];

/** Where systems keep a browser; elsewhere the page's text alone is looked at. */
const browser = [process.env["CHROMIUM"] ?? "", "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== "" && existsSync(path),
);

describe("drumline simulate", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drumline-simulate-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("sets every combination of groups and slots side by side", () => {
    const ran = simulate(...few, "--groups", "1,8", "--slots", "4,12", "--json");
    expect(ran.status).toBe(0);
    const { load, rows } = JSON.parse(ran.stdout) as { load: string; rows: Row[] };
    expect(load).toBe("team");
    expect(rows.map((r) => [r.slots, r.groupSize])).toEqual([
      [4, 1],
      [4, 8],
      [12, 1],
      [12, 8],
    ]);
    for (const row of rows) {
      expect(row.changes).toBe(12);
      expect(row.p50Minutes).toBeLessThanOrEqual(row.p95Minutes);
      expect(row.p95Minutes).toBeLessThanOrEqual(row.p99Minutes);
      expect(row.ciMinutesPerLanded).toBeGreaterThan(row.buildsPerLanded);
    }
  });

  test("answers in a table what its JSON says", () => {
    const args = [...few, "--shape", "agents", "--strategy", "drumline", "chain"];
    const { rows } = JSON.parse(simulate(...args, "--json").stdout) as { rows: Row[] };
    const table = simulate(...args).stdout;
    expect(table).toMatch(/setting .*landed\/h.*P50 min.*P95 min.*P99 min.*builds\/landed.*CI min\/landed/);
    for (const row of rows) expect(table).toMatch(new RegExp(`${row.setting} .* ${row.p95Minutes.toFixed(0)} `));
    expect(rows.map((r) => r.strategy)).toEqual(["drumline", "chain"]);
  });

  test("plays a policy beside today's", () => {
    const ran = simulate(...few, "--policy", "monorepo", "--json");
    const { rows } = JSON.parse(ran.stdout) as { rows: Row[] };
    expect(rows.map((r) => r.policy)).toEqual(["today", "monorepo"]);
    expect(rows[1]?.slots).toBeGreaterThan(rows[0]?.slots ?? 0);
  });

  test.each([
    [["--groups", "0"], "whole number above 0"],
    [["--policy", "none.yml"], "can't read none.yml"],
    [["--history", "none.jsonl"], "can't read none.jsonl"],
    [["--git", ".", "--queue", "a/b@c"], "name one of"],
    [["--html", "/nowhere/at/all.html", "--changes", "3"], "can't write /nowhere/at/all.html"],
  ])("%s is refused", (args, words) => {
    const ran = simulate(...args);
    expect(ran.stderr).toContain(words);
    expect(ran.status).toBe(2);
  });

  test("writes a page that needs nothing else, and draws its plots", async () => {
    const file = join(folder, "report.html");
    const ran = simulate(...few, "--groups", "2,8", "--html", file);
    expect(ran.status).toBe(0);
    const page = readFileSync(file, "utf8");
    expect(page).toContain('<th scope="row">drumline, 8 slots, groups of 2</th>');
    expect(page).not.toMatch(/(src|href)=|@import|url\(/);
    if (browser !== undefined) expect(await drawn(browser, file)).toEqual({ plots: 2, rows: 2, bars: 4, errors: [] });
  });
});

/** What a browser makes of the page. */
async function drawn(executablePath: string, file: string) {
  const opened = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await opened.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => (message.type() === "error" ? errors.push(message.text()) : undefined));
    await page.goto(pathToFileURL(file).href);
    const count = async (selector: string) => await page.locator(selector).count();
    return {
      plots: await count(".uplot canvas"),
      rows: await count("body > table tbody tr"),
      bars: await count(".bar"),
      errors,
    };
  } finally {
    await opened.close();
  }
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { arrivalsFromFile, arrivalsFromGit, atRate, HistoryError } from "./history.js";

const lines = [
  { committed_at: 7200, files: [{ path: "web/app/a.ts" }, { path: "web/app/b/c.ts" }, { path: "README.md" }] },
  { committed_at: 3600, files: [{ path: "api/x.go" }] },
]
  .map((l) => JSON.stringify(l))
  .join("\n");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drumline-history-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("a history of landed changes", () => {
  test.each([
    ["plain", Buffer.from(lines)],
    ["gzip", gzipSync(lines)],
  ])("is read from a %s file, oldest first from minute 0, folders as targets", async (name, bytes) => {
    const file = join(folder, name);
    await writeFile(file, bytes);
    expect(await arrivalsFromFile(file, 10)).toEqual([
      { at: 0, targets: ["api"] },
      { at: 60, targets: [".", "web/app"] },
    ]);
  });

  test("a bad line is named by file and line", async () => {
    const file = join(folder, "bad");
    await writeFile(file, `${lines}\n{"committed_at":"x"}\n`);
    await expect(arrivalsFromFile(file, 10)).rejects.toThrow(`${file}:3: committed_at must be seconds`);
  });

  test("a folder that is no clone is an error of the history", async () => {
    await expect(arrivalsFromGit(folder, 3)).rejects.toThrow(HistoryError);
  });

  test("is stretched to a rate", () => {
    const twoInAnHour = [
      { at: 0, targets: [] },
      { at: 60, targets: [] },
    ];
    expect(atRate(twoInAnHour, 4).map((a) => a.at)).toEqual([0, 30]);
  });
});

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { lockFolder } from "./lock.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-lock-"));
  file = join(folder, "drumline.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the lock of a folder", () => {
  test("is held by one, refused to the next by pid, and free after release", () => {
    const lock = lockFolder(file, "the folder");
    expect(() => lockFolder(file, "the folder")).toThrow(
      `the folder is in use by another Drumline (pid ${process.pid}); stop it first`,
    );
    lock.release();
    expect(existsSync(file)).toBe(false);
    lockFolder(file, "the folder").release();
  });

  test.each([
    ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: "1" })],
    ["of an earlier process with a pid that lives on", JSON.stringify({ pid: process.pid, started: "1" })],
    ["cut short", "{"],
    ["empty", ""],
  ])("%s is broken", (_what, text) => {
    writeFileSync(file, text);
    const lock = lockFolder(file, "the folder");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("releasing never takes away another's", () => {
    const lock = lockFolder(file, "the folder");
    const other = JSON.stringify({ pid: process.pid, started: "other" });
    writeFileSync(file, other);
    lock.release();
    expect(readFileSync(file, "utf8")).toBe(other);
  });
});

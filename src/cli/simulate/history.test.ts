import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readPolicyFile } from "../policy-file.js";
import { historyFromFile, historyFromGit } from "./history.js";

const lines = [
  { committed_at: 7200, files: [{ path: "web/app/a.ts" }, { path: "web/app/b/c.ts" }, { path: "README.md" }] },
  { committed_at: 3600, files: [{ path: "api/x.go" }] },
]
  .map((l) => JSON.stringify(l))
  .join("\n");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-history-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file of landed changes", () => {
  test.each([
    ["plain", Buffer.from(lines)],
    ["gzip", gzipSync(lines)],
  ])("is read when %s, oldest first, with its paths", async (name, bytes) => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    const { changes } = await historyFromFile(file, 10);
    expect(changes.map(({ proposedAt, paths, good }) => ({ proposedAt, paths, good }))).toEqual([
      { proposedAt: 3_600_000, paths: ["api/x.go"], good: null },
      { proposedAt: 7_200_000, paths: ["web/app/a.ts", "web/app/b/c.ts", "README.md"], good: null },
    ]);
    expect((await historyFromFile(file, 1)).changes.map((c) => c.paths)).toEqual([["api/x.go"]]);
  });

  test.each([
    ["{", "not JSON"],
    ['{"committed_at":"x","files":[]}', "committed_at: "],
    ['{"committed_at":1}', "files: "],
  ])("names file, line and field of %s", async (line, words) => {
    const file = join(folder, "bad");
    writeFileSync(file, `${lines}\n${line}\n`);
    await expect(historyFromFile(file, 10)).rejects.toThrow(`${file}:3: ${words}`);
  });

  test("without diffs is of unknown reversibility to every policy", async () => {
    const file = join(folder, "plain");
    const { judge } = await historyFromFile(file, 10);
    const [judged] = (await judge?.([readPolicyFile("default")])) ?? [];
    expect([...(judged?.values() ?? [])].map((v) => v.path)).toEqual(["hold", "hold"]);
  });
});

describe("a clone", () => {
  let clone = "";
  const git = (...args: readonly string[]) => {
    const done = spawnSync("git", ["-C", clone, ...args], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
  };
  const commit = (path: string, text: string, message: string) => {
    spawnSync("mkdir", ["-p", join(clone, path, "..")]);
    writeFileSync(join(clone, path), text);
    git("add", ".");
    git("-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-m", message);
  };
  beforeAll(() => {
    clone = join(folder, "clone");
    spawnSync("git", ["init", "-q", "-b", "main", clone]);
    commit("src/shop/a.ts", "export const a = 1;\n", "Start");
    commit("docs/a.md", "hello\n", "Say hello");
    commit("db/1.sql", "DROP TABLE a;\n", "Drop it");
    commit(".github/drumline.yml", "extends: default\nqueue: { slots: 7 }\n", "Policy");
  });

  test("gives its newest commits and the policy that stands in it", async () => {
    const { changes, today } = await historyFromGit(clone, 3);
    expect(changes.map((c) => c.paths)).toEqual([["docs/a.md"], ["db/1.sql"], [".github/drumline.yml"]]);
    expect(today?.queue.slots).toBe(7);
  });

  test("is judged by its diffs", async () => {
    writeFileSync(
      join(folder, "docs.yml"),
      'rules:\n  - { name: docs, why: w, owner: "@max", when: { paths: { only: ["docs/**"] } }, then: auto, downgrade: review, trips: { reverts: 2, days: 30 } }\n',
    );
    const { changes, judge } = await historyFromGit(clone, 3);
    const [judged] = (await judge?.([readPolicyFile(join(folder, "docs.yml"))])) ?? [];
    expect(changes.map((c) => judged?.get(c.id)?.path)).toEqual(["auto", "review", "review"]);
    expect(changes.map((c) => judged?.get(c.id)?.permits)).toEqual([true, false, false]);
  });

  test("that is none is an error of the input", async () => {
    await expect(historyFromGit(folder, 3)).rejects.toThrow("not a git repository");
  });
});

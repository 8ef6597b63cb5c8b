import { describe, expect, test } from "@jest/globals";
import type { Octokit } from "@octokit/rest";
import { prNumber } from "../core/model/ids.js";
import type { Resource } from "../engine/ports.js";
import { readerOf } from "./read.js";

const sha = "a".repeat(40);
const pageSize = 100;

/** GitHub that has so many of everything and lists them in pages; `status` counts as seen once an event told of it. */
function github(entries: readonly unknown[], told: readonly string[] = []) {
  const asked: string[] = [];
  const request = (path: string, { page = 1 }: { page?: number }) => {
    asked.push(path);
    const data = entries.slice((page - 1) * pageSize, page * pageSize);
    const more = entries.length > page * pageSize;
    const body = path.endsWith("/check-runs")
      ? { check_runs: data }
      : path.endsWith("/status")
        ? { statuses: [] }
        : data;
    return Promise.resolve({ data: body, headers: more ? { link: '<x>; rel="next"' } : {} });
  };
  const mark = (key: string): Resource => ({ key, etag: null, body: null, fetchedAt: 0, toldAt: 0, stale: true });
  const store = {
    resources: (_: string, keys: readonly string[]) =>
      Promise.resolve(new Map(keys.filter((k) => told.includes(k)).map((k) => [k, mark(k)]))),
    keep: () => Promise.resolve(),
  };
  const reader = readerOf({
    octokit: { request } as unknown as Octokit,
    ...{ store, repo: "acme/shop", appId: 1, now: () => 0 },
  });
  return { reader, asked };
}

const commitEntry = { sha, commit: { message: "m", tree: { sha } } };
const fileEntry = { filename: "a", status: "modified", additions: 1, deletions: 0, changes: 1, patch: "+a" };
const numbered = prNumber(1);

describe("lists that GitHub cuts off", () => {
  test.each([
    [249, "read"],
    [250, "unreadable"],
  ])("%i commits are %s", async (count, state) => {
    const { reader } = github(Array.from({ length: count }, () => commitEntry));
    expect((await reader.commits(numbered, sha as never)).state).toBe(state);
  });

  test.each([
    [2_999, "read"],
    [3_000, "unreadable"],
  ])("%i files are %s", async (count, state) => {
    const { reader } = github(Array.from({ length: count }, () => fileEntry));
    expect((await reader.files(numbered, sha as never)).state).toBe(state);
  });
});

describe("commit statuses", () => {
  test.each([
    ["are not asked for where nobody set one", [], 1],
    ["are read once an event told of one", ["statuses-used"], 2],
  ])("%s", async (_, told, requests) => {
    const { reader, asked } = github([], told);
    expect((await reader.checks(sha as never)).state).toBe("read");
    expect(asked).toHaveLength(requests);
  });
});

describe("what a check reports in its text", () => {
  const run = (id: number, of: object = {}) => ({
    ...{ id, name: "targets", head_sha: sha, status: "completed", conclusion: "success", app: { id: 2, slug: "ci" } },
    ...{ output: { title: "T", summary: "S", text: `text ${id}` }, ...of },
  });
  test.each<[string, object[], string | null, unknown]>([
    ["nothing there", [], null, { state: "absent" }],
    ["the newest", [run(3), run(7), run(5)], null, { state: "read", value: "text 7" }],
    ["the newest runs", [run(3), run(7, { status: "in_progress", conclusion: null })], null, { state: "absent" }],
    ["the newest failed", [run(3), run(7, { conclusion: "failure" })], null, { state: "unreadable", why: "the check targets ended as failure" }], // prettier-ignore
    ["no text", [run(3, { output: { text: null } })], null, { state: "unreadable", why: "the check targets has no text" }], // prettier-ignore
    ["another app's", [run(3)], "trusted", { state: "absent" }],
    ["the app's own", [run(3, { app: { id: 3, slug: "trusted" } }), run(7)], "trusted", { state: "read", value: "text 3" }], // prettier-ignore
  ])("%s", async (_, runs, app, expected) => {
    const { reader, asked } = github(runs);
    expect(await reader.report(sha as never, { name: "targets", app })).toEqual(expected);
    expect(asked).toHaveLength(1);
  });
});

test("collaborators are those who may write, with what exactly they hold", async () => {
  const who = (login: string, push: boolean, more: object = {}) => ({
    login,
    permissions: { admin: false, maintain: false, push, ...more },
  });
  const { reader } = github([who("Ann", true), who("eve", false), who("max", true, { maintain: true })]);
  expect(await reader.writers()).toEqual({ state: "read", value: { Ann: "write", max: "maintain" } });
});

test("of very many collaborators the first few hundred are enough", async () => {
  const everybody = Array.from({ length: 950 }, (_, i) => ({
    login: `p${i}`,
    permissions: { admin: false, maintain: false, push: true },
  }));
  const { reader, asked } = github(everybody);
  const found = await reader.writers();
  expect([found.state === "read" && Object.keys(found.value).length, asked.length]).toEqual([300, 3]);
});

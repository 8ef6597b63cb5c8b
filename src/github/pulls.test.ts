import { describe, expect, test } from "@jest/globals";
import type { Octokit } from "@octokit/rest";
import type { Resource } from "../engine/ports.js";
import { resourceKeys } from "./keys.js";
import { readerOf } from "./read.js";

const second = 1_000;

interface Known {
  state: "open" | "closed";
  title: string;
}

/** GitHub with these pull requests, and a cache that an event can mark. */
function github(pulls: Record<number, Known>) {
  const asked: string[] = [];
  const kept = new Map<string, { answer: Omit<Resource, "toldAt" | "stale"> | null; toldAt: number | null }>();
  const clock = { now: 100 * second };
  const shape = (number: number) => ({
    ...{ number, body: null, draft: false, user: { login: "ann", type: "User" }, labels: [] },
    ...{
      base: { ref: "main", sha: "b".repeat(40) },
      head: { ref: `b${number}`, sha: "a".repeat(40), repo: { full_name: "acme/shop" } },
    },
    ...{ created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", ...pulls[number] },
  });
  const request = (_: string, { pull_number: number }: { pull_number?: number }) => {
    asked.push(number === undefined ? "list" : `#${number}`);
    if (number !== undefined && !pulls[number])
      return Promise.reject(Object.assign(new Error("Not Found"), { name: "HttpError", status: 404 }));
    const open = Object.keys(pulls).filter((n) => pulls[Number(n)]?.state === "open");
    return Promise.resolve({
      data: number === undefined ? open.map((n) => shape(Number(n))) : shape(number),
      headers: {},
    });
  };
  const store = {
    resources: (_: string, keys: readonly string[]) => {
      const found = keys.flatMap((key): Resource[] => {
        const row = kept.get(key);
        if (!row) return [];
        const fetchedAt = row.answer?.fetchedAt ?? 0;
        const stale = row.toldAt !== null && row.toldAt >= fetchedAt;
        return [{ key, etag: null, body: null, ...row.answer, fetchedAt, toldAt: row.toldAt, stale }];
      });
      return Promise.resolve(new Map(found.map((row) => [row.key, row])));
    },
    keep: (_: string, answers: readonly Omit<Resource, "toldAt" | "stale">[]) => {
      for (const answer of answers) kept.set(answer.key, { answer, toldAt: kept.get(answer.key)?.toldAt ?? null });
      return Promise.resolve();
    },
  };
  const options = { store, repo: "acme/shop", appId: 1, now: () => clock.now };
  const reader = readerOf({ octokit: { request } as unknown as Octokit, ...options });
  return {
    clock,
    tells: (key: string) => kept.set(key, { answer: kept.get(key)?.answer ?? null, toldAt: clock.now }),
    /** What is open, by number and title, and what was asked for it. */
    open: async () => {
      asked.length = 0;
      const found = await reader.openPulls();
      return { open: found.state === "read" ? found.value.map((p) => `#${p.number} ${p.title}`) : found, asked };
    },
  };
}

describe("the list of open pull requests", () => {
  const two = () =>
    ({ 1: { state: "open", title: "one" }, 2: { state: "open", title: "two" } }) as Record<number, Known>;

  test("is believed while nothing is told of it", async () => {
    const { clock, open } = github(two());
    expect(await open()).toEqual({ open: ["#1 one", "#2 two"], asked: ["list"] });
    clock.now += 49 * second;
    expect((await open()).asked).toEqual([]);
    clock.now += second;
    expect((await open()).asked).toEqual(["list"]);
  });

  test.each<[string, (pulls: Record<number, Known>) => void, string[]]>([
    ["was edited", (pulls) => Object.assign(pulls[1] as Known, { title: "first" }), ["#1 first", "#2 two"]],
    ["was closed", (pulls) => Object.assign(pulls[1] as Known, { state: "closed" }), ["#2 two"]],
    ["is gone", (pulls) => delete pulls[1], ["#2 two"]],
    ["is as it was", () => undefined, ["#1 one", "#2 two"]],
  ])("one on it that %s is asked for by itself, once", async (_, change, expected) => {
    const pulls = two();
    const { clock, tells, open } = github(pulls);
    await open();
    clock.now += second;
    change(pulls);
    tells(resourceKeys.pull(1));
    clock.now += second;
    expect(await open()).toEqual({ open: expected, asked: ["#1"] });
    expect(await open()).toEqual({ open: expected, asked: [] });
    clock.now += 60 * second;
    expect(await open()).toEqual({ open: expected, asked: ["list"] });
  });

  test("is asked for anew when more of it changed than it has pages, and when something came", async () => {
    const pulls = two();
    const { clock, tells, open } = github(pulls);
    await open();
    clock.now += second;
    tells(resourceKeys.pull(1));
    tells(resourceKeys.pull(2));
    clock.now += second;
    expect((await open()).asked).toEqual(["list"]);
    expect((await open()).asked).toEqual([]);
    clock.now += second;
    pulls[3] = { state: "open", title: "three" };
    tells(resourceKeys.openPulls);
    tells(resourceKeys.pull(3));
    clock.now += second;
    expect(await open()).toEqual({ open: ["#1 one", "#2 two", "#3 three"], asked: ["list"] });
    expect((await open()).asked).toEqual([]);
  });

  test("what was told while it was under way is asked for", async () => {
    const { tells, open } = github(two());
    await open();
    // In the same millisecond: it may or may not be in the answer.
    tells(resourceKeys.pull(2));
    expect((await open()).asked).toEqual(["#2"]);
  });
});

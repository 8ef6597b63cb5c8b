import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { CiCommit } from "../../src/sandbox/ci.js";
import { notesPolicy } from "../build/policies.js";
import { startWorld, type TestWorld } from "../world/world.js";

/** What the queue does with changes that may land: stories of one repository, one after the other. */

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ policy: notesPolicy({ slots: 2 }), ci: { decide: decider() } });
});
afterAll(async () => {
  await world.end();
});

describe("the queue", () => {
  test("of two changes that are green alone and red together one lands, the other is ejected with its log", async () => {
    const left = await opens("left", { "notes/left.md": "left\n" });
    const right = await opens("right", { "notes/right.md": "right\n" });
    await world.until("one of them left the queue", () => [left, right].some(wasEjected));
    const [culprit, innocent] = wasEjected(left) ? [left, right] : [right, left];
    await world.until("the other lands", () => world.pull(innocent).merged);
    await world.until("the log is linked", () => /\[log\]\(http/.test(world.check(culprit)?.summary ?? ""));
    expect(world.check(culprit)?.conclusion).toBe("failure");
    expect(world.pull(culprit).merged).toBe(false);
    await world.until("the comment says so", () => world.comments(culprit).length === 1);
  });

  test("a textual conflict is named, and a push that resolves it lands", async () => {
    const base = await opens("words", { "notes/words.md": "one\n" });
    await landed(base);
    const first = await opens("words-2", { "notes/words.md": "two\n" }, "alice");
    const second = await opens("words-3", { "notes/words.md": "three\n" }, "bob");
    await world.until("one of them conflicts", () => [first, second].some(conflicts));
    const [stuck, by, branch] = conflicts(first)
      ? ([first, "alice", "words-2"] as const)
      : ([second, "bob", "words-3"] as const);
    await landed(stuck === first ? second : first);
    await world.person(by).pushes({ branch, from: "main", force: "force", files: { "notes/words.md": "both\n" } });
    await landed(stuck);
  });

  test("a test that fails once is tried again, and its change is not ejected", async () => {
    const number = await opens("flaky", { "notes/flaky.md": "flaky\n" });
    await landed(number);
    expect(records("notes/flaky.md").map((r) => r.conclusion)).toContain("failure");
    expect(ejectedEver(number)).toBe(false);
  });

  test("a stack lands in its order, and its upper part is pointed at main", async () => {
    const lower = await opens("stack-1", { "notes/stack-1.md": "1\n" });
    const upper = await opens("stack-2", { "notes/stack-2.md": "2\n" }, "alice", { from: "stack-1", base: "stack-1" });
    await landed(lower);
    await landed(upper);
    expect(mergedAt(lower)).toBeLessThanOrEqual(mergedAt(upper));
  });

  test("a fork's change lands", async () => {
    const pull = await world.person("newcomer").opensPullRequest({
      branch: "typo",
      files: { "notes/typo.md": "typo\n" },
      title: "Fix a typo",
      fork: "fork",
    });
    await landed(pull.number);
  });

  test("a push to main while a group is being tested: the group is built again, and lands upon it", async () => {
    const number = await opens("late", { "notes/slow-late.md": "late\n" });
    await world.until("it is being tested", () => records("notes/slow-late.md").length > 0 || building());
    await world.person("carol").pushes({ branch: "main", files: { "notes/direct.md": "direct\n" } });
    await landed(number);
    const last = world.sandbox.world.moves.filter((m) => m.ref === "refs/heads/main").at(-1);
    expect(world.sandbox.ci?.passed(world.repo, last?.to ?? "")).toBe(true);
  });

  test("main was only ever moved to commits that CI had passed, and nothing landed twice", () => {
    const merged = [...world.repo.issues.values()].filter((i) => i.pull?.merged);
    expect(new Set(merged.map((i) => i.number)).size).toBe(merged.length);
    for (const move of world.sandbox.world.moves.filter((m) => m.ref === "refs/heads/main")) {
      if (!move.by.login.endsWith("[bot]")) continue;
      const passed = world.sandbox.ci?.records.find((r) => r.sha === move.to && r.conclusion === "success");
      expect(passed?.at).toBeLessThanOrEqual(move.at);
    }
  });
});

/** Red while both halves of a pair are there; the flaky test fails the first time that the queue builds it. */
function decider(): (commit: CiCommit) => Promise<"success" | "failure"> {
  let flaked = false;
  return async (commit) => {
    const files = await commit.files();
    built.push({ sha: commit.sha, files });
    const queued = commit.branch.startsWith("drumline");
    if (queued && files.some((f) => f.startsWith("notes/slow-"))) await new Promise((done) => setTimeout(done, 300));
    if (files.includes("notes/left.md") && files.includes("notes/right.md")) return "failure";
    if (queued && files.includes("notes/flaky.md") && !flaked) {
      flaked = true;
      return "failure";
    }
    return "success";
  };
}

const built: { sha: string; files: string[] }[] = [];

function building(): boolean {
  return [...world.repo.checkRuns.values()].some((r) => r.status !== "completed" && r.name === "ci/test");
}

function records(file: string) {
  const shas = new Set(built.filter((b) => b.files.includes(file)).map((b) => b.sha));
  return (world.sandbox.ci?.records ?? []).filter((r) => shas.has(r.sha));
}

async function opens(
  branch: string,
  files: Record<string, string>,
  by = "alice",
  more: { from?: string; base?: string; labels?: readonly string[] } = {},
): Promise<number> {
  const pull = await world.person(by).opensPullRequest({ branch, files, title: `Add ${branch}`, ...more });
  return pull.number;
}

async function landed(number: number): Promise<void> {
  await world.until(`#${number} lands`, () => world.pull(number).merged);
}

function wasEjected(number: number): boolean {
  return world.check(number)?.title.startsWith("Left the queue") ?? false;
}

function conflicts(number: number): boolean {
  return wasEjected(number) && /conflicts with/.test(world.check(number)?.summary ?? "");
}

function ejectedEver(number: number): boolean {
  return [...world.repo.comments.values()].some((c) => c.issue === number);
}

function mergedAt(number: number): number {
  return world.repo.issues.get(number)?.pull?.merged?.at ?? Infinity;
}

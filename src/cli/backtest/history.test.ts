import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readPrior } from "../../core/risk/prior.js";
import { shippedPriorText } from "../../core/risk/prior-data.js";
import { InputError } from "../input.js";
import { readHistory } from "./history.js";
import { reportHtml } from "./html.js";
import { replayPacks } from "./packs.js";
import { readPatches, splitPatches } from "./patches.js";
import { replayHistory } from "./replay.js";
import { labelReverts } from "./reverts.js";
import { summarise } from "./summary.js";
import { summaryText } from "./text.js";

/** A real repository: git itself says what its log looks like. */
let folder = "";
let repo = "";

function git(args: readonly string[], { at = 0, author = "Ann" }: { at?: number; author?: string } = {}): string {
  const when = `${1_600_000_000 + at * 3600} +0000`;
  const who = { NAME: author, EMAIL: `${author.toLowerCase()}@example.com`, DATE: when };
  const env = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) => Object.entries(who).map(([k, v]) => [`GIT_${role}_${k}`, v])),
  );
  const done = spawnSync("git", ["-C", repo, ...args], { encoding: "utf8", env: { ...process.env, ...env } });
  if (done.status !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr}`);
  return done.stdout.trim();
}

/** Commits in one stream: fast, and names that no shell would like are easy. */
function fastImport(stream: string): void {
  const done = spawnSync("git", ["-C", repo, "fast-import", "--quiet"], { input: stream, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
}

function commit(n: number, message: string, rest: string): string {
  const who = `Ann <ann@example.com> ${1_600_000_000 + n * 3600} +0000`;
  return `commit refs/heads/main\nmark :${n}\ncommitter ${who}\ndata ${message.length}\n${message}\n${rest}\n`;
}

function file(path: string, text: string): string {
  return `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drumline-backtest-"));
  repo = join(folder, "clone");
  spawnSync("git", ["init", "-q", "-b", "main", repo]);
  const long = Array.from({ length: 30 }, (_, i) => `line ${i}`).join("\n");
  fastImport(
    [
      commit(1, "Start (#1)", file("src/a.ts", `${long}\n`) + file("docs/b c.md", "x\n")),
      commit(2, "Break it (#2)\n\nSome words:\n:100644 not an entry", file("src/a.ts", `${long}\nbroken\n`)),
      commit(3, 'Revert "Break it (#2)"', file("src/a.ts", `${long}\n`) + file("note.txt", "why\n")),
      commit(4, "Move", 'R src/a.ts "src/tab\\there.ts"\n' + file("img.png", "\0\x01\x02")),
    ].join(""),
  );
  git(["reset", "-q", "--hard", "main"]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = async (cache: string) =>
  await readHistory({ git: repo, since: null, cache: join(folder, cache), progress: () => undefined });

describe("a clone's history", () => {
  test("is read with titles, counts, renames and odd names", async () => {
    const commits = await read("one.jsonl");
    expect(commits.map((c) => c.title)).toEqual(["Start (#1)", "Break it (#2)", 'Revert "Break it (#2)"', "Move"]);
    expect(commits[0]).toMatchObject({ fileCount: 2, added: 31, deleted: 0, pulls: [1], isBot: false });
    expect(commits[1]).toMatchObject({ added: 1, deleted: 0, body: "Some words:\n:100644 not an entry" });
    expect(commits[3]?.files).toEqual([
      { path: "img.png", status: "added", added: 0, deleted: 0 },
      { path: "src/tab\there.ts", status: "renamed", added: 0, deleted: 0 },
    ]);
  });

  test("is read once: a second run and one after an interruption read only what is new", async () => {
    const first = await read("two.jsonl");
    const cache = join(folder, "two.jsonl");
    const text = readFileSync(cache, "utf8");
    appendFileSync(cache, '{"sha":"cut sho');
    expect(await read("two.jsonl")).toEqual(first);
    git(["commit", "-q", "--allow-empty", "-m", "Merge pull request #7 from x/y\n\nThe real title\n\nmore"], { at: 9 });
    const grown = await read("two.jsonl");
    expect(grown.slice(0, -1)).toEqual(first);
    expect(grown.at(-1)).toMatchObject({ title: "The real title", body: "more", pulls: [7], fileCount: 0 });
    expect(readFileSync(cache, "utf8").startsWith(text)).toBe(true);
    git(["reset", "-q", "--hard", "HEAD~1"]);
  });

  test("that was rewritten is read anew", async () => {
    const before = await read("three.jsonl");
    git(["commit", "-q", "--allow-empty", "-m", "To be rewritten"], { at: 9 });
    await read("three.jsonl");
    git(["reset", "-q", "--hard", "HEAD~1"]);
    expect(await read("three.jsonl")).toEqual(before);
  });

  test("a merge is one change, against its first parent", async () => {
    const main = git(["rev-parse", "HEAD"]);
    git(["checkout", "-q", "-b", "topic"]);
    git(["rm", "-q", "img.png"]);
    git(["commit", "-q", "-m", "On the branch"], { at: 10, author: "renovate[bot]" });
    git(["checkout", "-q", "main"]);
    git(["merge", "-q", "--no-ff", "topic", "-m", "Merge pull request #9 from x/topic\n\nDrop the picture"], {
      at: 11,
    });
    const commits = await read("four.jsonl");
    expect(commits).toHaveLength(5);
    expect(commits.at(-1)).toMatchObject({ title: "Drop the picture", pulls: [9], isBot: false });
    expect(commits.at(-1)?.files).toEqual([{ path: "img.png", status: "removed", added: 0, deleted: 0 }]);
    git(["reset", "-q", "--hard", main]);
  });

  test("of a folder that is no clone is refused", async () => {
    const wish = { git: folder, since: null, cache: join(folder, "five.jsonl"), progress: () => undefined };
    await expect(readHistory(wish)).rejects.toThrow(InputError);
  });

  test("is replayed, summarised and shown", async () => {
    const labels = labelReverts(await read("six.jsonl"));
    expect(labels.commits[1]?.revertedBy).toEqual({ index: 2, how: "pull" });
    const replay = replayHistory(labels, readPrior(shippedPriorText));
    // Only the change that came to harm is old enough to be judged here.
    expect(replay.judged.map((r) => [r.change.title, r.bad])).toEqual([["Break it (#2)", true]]);
    const prior = readPrior(shippedPriorText);
    const patches = readPatches(repo, { since: null });
    const { replay: again, packs } = await replayPacks(patches, { labels, prior, progress: () => undefined });
    // The same replay, and beside it what classification found.
    expect(again.all.map((r) => r.labelled)).toEqual(replay.all.map((r) => r.labelled));
    expect(again.all.every((r) => r.change.findings !== undefined)).toBe(true);
    const summary = { ...summarise(replay, { labels, repository: "<clone>" }), packs };
    // The revert is nobody's risk; of the three others one was taken out, on whatever path it was.
    for (const { paths } of packs) {
      const counts = Object.values(paths);
      expect(counts.reduce((sum, c) => sum + c.changes, 0)).toBe(3);
      expect(counts.reduce((sum, c) => sum + c.harmed, 0)).toBe(1);
    }
    expect(packs.map((p) => p.pack)).toContain("default");
    expect(summary).toMatchObject({
      changes: { all: 4, judged: 1, bad: 1, reverts: 1, tooYoung: 2 },
      risk: { auc: null },
    });
    expect(summaryText(summary)).toMatch(/mostly chance/);
    const html = reportHtml(summary, replay.judged);
    expect(html).toContain("Backtest of &#60;clone&#62;");
    expect(html).toContain("Break it (#2)");
    expect(html).toContain("<td>default</td>");
  });
});

test("diffs are told apart however the stream is cut", async () => {
  const text = "\x01aaa\ndiff --git a/x b/x\n+one\n\n\x01bbb\n\x01ccc\ndiff\n";
  for (let size = 1; size < text.length; size++) {
    const cut = async function* () {
      for (let i = 0; i < text.length; i += size) yield await Promise.resolve(text.slice(i, i + size));
    };
    const found = [];
    for await (const { sha, diff } of splitPatches(cut())) found.push([sha, diff?.trim()]);
    expect(found).toEqual([
      ["aaa", "diff --git a/x b/x\n+one"],
      ["bbb", ""],
      ["ccc", "diff"],
    ]);
  }
});

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { git } from "../../src/sandbox/git/git.js";
import { startWorld, type TestWorld } from "../world/world.js";

/**
 * Lanes by scopes, on real git: CI holds every group until its story lets it go on, so that what is tested at the same
 * time is certain.
 */

const policy = `
automatic: { owner: "@carol", downgrade: review, trips: { reverts: 2, days: 30 } }
rules:
  - name: Notes move by themselves
    when: { paths: { only: ["notes/**", "broken"] } }
    then: auto
queue:
  checks: [ci/test]
  start: automatically
  slots: 4
  group_size: 1
  lanes: { scopes: { left: notes/left/, right: notes/right/, third: notes/third/ } }
`;

let world: TestWorld;
let gate: { wait: Promise<void>; open: () => void };
const built: { sha: string; files: readonly string[] }[] = [];

beforeAll(async () => {
  gate = newGate();
  world = await startWorld({
    policy,
    ci: {
      concurrency: 8,
      decide: async (commit) => {
        const files = await commit.files();
        if (!commit.branch.startsWith("drumline")) return "success";
        built.push({ sha: commit.sha, files: files.filter((f) => f.startsWith("notes/")) });
        await gate.wait;
        // Each of the pair passes alone.
        return files.includes("notes/left/clash.md") && files.includes("notes/right/clash.md") ? "failure" : "success";
      },
    },
  });
});
afterAll(async () => {
  gate.open();
  await world.end();
});

describe("lanes", () => {
  test("two disjoint changes are tested at the same time, and both land without a second run", async () => {
    const [left, right] = await heldAtOnce(["left/a", "right/a"]);
    expect(built.map((b) => b.files)).toEqual([["notes/left/a.md"], ["notes/right/a.md"]]);
    gate.open();
    for (const number of [left, right]) await landed(number);
    expect(built).toHaveLength(2);
    // One landed as it was tested, the other was merged onto it, and says so.
    const said = await Promise.all([left, right].map(saidOfLanding));
    const composed = said.filter((s) => s.includes("This exact tree was not tested as a whole"));
    expect(composed).toHaveLength(1);
    expect(composed[0]).toMatch(/groups g\d+ and g\d+, and that touch no target in common/);
    expect(await head("%B")).toMatch(/Composed of parts that were each tested: g\d+, g\d+/);
    expect(await notesOnMain()).toEqual(["notes/left/a.md", "notes/right/a.md"]);
    expect(tested(await head("%H"))).toBe(false);
  });

  test("changes of one lane are tested together: what lands was tested as it is", async () => {
    const before = built.length;
    const [first, second] = await heldAtOnce(["third/a", "third/b"]);
    gate.open();
    for (const number of [first, second]) await landed(number);
    const together = built
      .slice(before)
      .filter((b) => b.files.filter((f) => f.startsWith("notes/third/")).length === 2);
    expect(together.length).toBeGreaterThan(0);
    expect(tested(await head("%H"))).toBe(true);
  });

  test("a change of no scope overlaps everything: it waits for a test with what is ahead", async () => {
    const before = built.length;
    const [, everything] = await heldAtOnce(["left/b", "elsewhere"]);
    await world.until("its check says why", () => /is in no scope of the policy/.test(summary(everything)));
    gate.open();
    await landed(everything);
    const whole = built.slice(before).filter((b) => b.files.includes("notes/elsewhere.md"));
    expect(whole.some((b) => b.files.includes("notes/left/b.md"))).toBe(true);
  });

  test("a crash after the merge, and one after the landing, are safe to repeat", async () => {
    const before = built.length;
    const numbers = await heldAtOnce(["left/c", "right/c"]);
    const moves = movesOfMain().length;
    // GitHub does both, and nobody hears of it.
    world.sandbox.world.faults.responses.push(
      fault({ method: "POST", path: "/merges", times: 1 }),
      fault({ method: "PATCH", path: "/git/refs/heads/main", after: 1, times: 1 }),
    );
    gate.open();
    for (const number of numbers) await landed(number);
    expect(world.sandbox.world.faults.responses.filter((f) => f.times > 0)).toEqual([]);
    expect(built).toHaveLength(before + 2);
    expect(movesOfMain()).toHaveLength(moves + 2);
    expect(await notesOnMain()).toEqual(expect.arrayContaining(["notes/left/c.md", "notes/right/c.md"]));
  });

  test("what breaks only together turns the base red: all lanes stop, nobody is ejected, a hotfix mends it", async () => {
    const pair = await heldAtOnce(["left/clash", "right/clash"]);
    gate.open();
    for (const number of pair) await landed(number);
    const innocent = await opens("third/innocent");
    await world.until("its check says that the branch is red", () =>
      summary(innocent).includes("The branch itself has been red"),
    );
    const other = await opens("left/other");
    await world.until("another lane stands, too", () => summary(other).includes("The branch itself has been red"));
    expect([innocent, other].map((n) => world.pull(n).merged)).toEqual([false, false]);
    const mend = await opens("right/clash", {
      files: { "notes/right/clash.md": null },
      labels: ["hotfix"],
      branch: "mend",
    });
    for (const number of [mend, innocent, other]) await landed(number);
    expect([innocent, other].flatMap((n) => world.comments(n)).join()).not.toContain("It failed");
  });

  test("main was only ever moved to what CI had passed, or to a merge of such", async () => {
    const log = await git(world.repo.dir, ["log", "--first-parent", "--format=%H%x00%B%x01", "main"]);
    const commits = log
      .toString()
      .split("\x01")
      .map((c) => c.trim().split("\x00"));
    const ends = new Set(movesOfMain().map((m) => m.to));
    for (const [sha = "", body = ""] of commits)
      if (ends.has(sha)) expect([tested(sha), body.includes("Composed of parts")]).toContain(true);
  });
});

function newGate(): typeof gate {
  let open = (): void => undefined;
  const wait = new Promise<void>((done) => (open = done));
  return { wait, open };
}

/** Opens these and waits until all of them are in a test that CI holds. */
async function heldAtOnce<const T extends readonly string[]>(names: T): Promise<{ [K in keyof T]: number }> {
  // A story that failed leaves nothing waiting for ever.
  gate.open();
  gate = newGate();
  const before = built.length;
  const numbers: number[] = [];
  for (const name of names) {
    numbers.push(await opens(name));
    const file = `notes/${name}.md`;
    await world.until(`${name} is in a test`, () => built.slice(before).some((b) => b.files.includes(file)));
  }
  return numbers as { [K in keyof T]: number };
}

async function opens(
  name: string,
  of: { branch?: string; files?: Record<string, string | null>; labels?: readonly string[] } = {},
): Promise<number> {
  const branch = of.branch ?? name.replace("/", "-");
  const files = of.files ?? { [`notes/${name}.md`]: `${name}\n` };
  const wanted = { branch, files, title: `Change ${branch}`, ...(of.labels && { labels: of.labels }) };
  return (await world.person("alice").opensPullRequest(wanted)).number;
}

async function landed(number: number): Promise<void> {
  await world.until(`#${number} lands`, () => world.pull(number).merged);
}

async function saidOfLanding(number: number): Promise<string> {
  await world.until(
    `#${number}'s check says that it landed`,
    () => world.check(number)?.title.startsWith("Landed") ?? false,
  );
  return summary(number);
}

function summary(number: number): string {
  const check = world.check(number);
  return `${check?.title ?? ""}\n${check?.summary ?? ""}`;
}

function tested(sha: string): boolean {
  return world.sandbox.ci?.records.some((r) => r.sha === sha && r.branch.startsWith("drumline")) ?? false;
}

function movesOfMain() {
  return world.sandbox.world.moves.filter((m) => m.ref === "refs/heads/main" && m.by.login.endsWith("[bot]"));
}

async function head(format: string): Promise<string> {
  return (await git(world.repo.dir, ["log", "-1", `--format=${format}`, "main"])).toString().trim();
}

async function notesOnMain(): Promise<string[]> {
  const listed = await git(world.repo.dir, ["ls-tree", "-r", "--name-only", "main", "notes/"]);
  return listed.toString().trim().split("\n");
}

function fault(of: { method: string; path: string; times: number; after?: number }) {
  return { after: 0, actor: "app", probability: 1, answer: 502, retryAfterSeconds: 1, moment: "after", ...of } as const;
}
